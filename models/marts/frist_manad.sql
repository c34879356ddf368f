-- How the limits are kept, month by month, seen in four ways, since each alone can be made to look good: what ended in
-- the month rewards leaving old cases open, and what is open says nothing of what was closed late.
with flode as (
    select
        kommun, regel_id, konvention, enhet, kon, aldersgrupp, utfall, dagar, lage_per,
        unnest(['startad', 'forfallen', 'avslutad']) as perspektiv,
        unnest([start_datum, case when frist_datum <= lage_per then frist_datum end, slut_datum]) as datum
    from {{ ref('int_frist_utfall') }}
),

-- Open on the last day of a month: from the month it started to the one before it ended.
bestand as (
    select
        kommun, regel_id, konvention, enhet, kon, aldersgrupp, start_datum, frist_datum, sista_datum, slut_datum, lage_per,
        last_day(unnest(range(
            date_trunc('month', start_datum),
            cast(least(slut_datum, lage_per + 1) as timestamp),
            interval 1 month
        ))) as datum
    from {{ ref('int_frist_utfall') }}
),

sedd as (
    select kommun, regel_id, konvention, perspektiv, datum, enhet, kon, aldersgrupp, utfall, dagar, lage_per
    from flode
    where datum is not null
    union all
    select
        kommun, regel_id, konvention, 'oppen', datum, enhet, kon, aldersgrupp,
        case
            when datum <= frist_datum then 'i_tid'
            when datum <= sista_datum then 'i_tid_efter_forlangning'
            else 'for_sent'
        end,
        datum - start_datum,
        lage_per
    from bestand
    where datum < least(slut_datum, lage_per + 1)
)

select
    kommun,
    regel_id,
    konvention,
    perspektiv,
    strftime(datum, '%Y-%m') as manad,
    enhet,
    kon,
    aldersgrupp,
    count(*) as antal,
    count(*) filter (where utfall = 'i_tid') as antal_i_tid,
    count(*) filter (where utfall = 'i_tid_efter_forlangning') as antal_i_tid_efter_forlangning,
    count(*) filter (where utfall in ('for_sent', 'pagaende_over_frist')) as antal_for_sent,
    count(*) filter (where utfall = 'upphord') as antal_upphorda,
    count(*) filter (where utfall in ('pagaende', 'pagaende_inom_forlangning')) as antal_for_tidigt,
    cast(sum(dagar) as bigint) as summa_dagar,
    any_value(lage_per) as lage_per
from sedd
group by kommun, regel_id, konvention, perspektiv, strftime(datum, '%Y-%m'), enhet, kon, aldersgrupp
