-- Where the time goes: the median of each step, per kind of investigation, period and group, of what was finished in the
-- period. Medians do not add up to the whole; the sums of days of investigations with all steps known do.
with rad as (
    select kommun, typ, enhet, kon, aldersgrupp, steg_nr, steg, dagar, slutford_datum
    from {{ ref('fct_utredning_steg') }}
    where slutford_datum is not null
),

period as (
    select kommun, periodtyp, period, period_start, period_slut
    from {{ ref('int_kommun_period') }}
    where periodtyp in ('kvartal', 'tertial', 'delar', 'halvar', 'ar') and ar_fullstandig
)

select
    rad.kommun,
    rad.typ,
    period.periodtyp,
    period.period,
    {{ uppdelning(['enhet', 'kon', 'aldersgrupp'], 'rad') }},
    rad.steg_nr,
    rad.steg,
    count(*) as antal_slutforda,
    count(rad.dagar) as antal,
    cast(sum(rad.dagar) as bigint) as summa_dagar,
    cast(median(rad.dagar) as decimal(18, 1)) as median_dagar,
    cast(quantile_cont(rad.dagar, 0.9) as decimal(18, 1)) as p90_dagar,
    any_value(lage.lage_per) as lage_per
from rad
inner join period
    on period.kommun = rad.kommun and rad.slutford_datum between period.period_start and period.period_slut
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = rad.kommun
{{ uppdelning_gruppering(
    ['rad.kommun', 'rad.typ', 'period.periodtyp', 'period.period', 'rad.steg_nr', 'rad.steg'],
    ['enhet', 'kon', 'aldersgrupp'], 'rad'
) }}
