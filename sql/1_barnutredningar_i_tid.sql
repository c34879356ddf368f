-- Are child investigations finished in time, per year and unit, and how much does the way of counting matter?
--
-- One row per municipality, year and unit; the unit "Alla enheter" is the whole year. The year is the one in
-- which the investigation was finished. The same investigations are judged three times:
--   LAG         four calendar months (the headline)
--   LAG_RULLAD  the same, a last day on a weekend, holiday or eve moved to the next weekday
--   DAGAR_120   120 days, which some municipalities print; never more generous than LAG
-- "I tid" counts no extensions. "Inom förlängning" are those that were saved by one decided before the limit
-- (under LAG); they stand beside, never inside. Persons who were 18 when it began are not here.
with enhet as (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
),

slutford as (
    select
        frist.kommun,
        year(frist.stopp_datum) as ar,
        coalesce(enhet.namn, frist.enhet, 'okänd') as enhet,
        frist.frist_id,
        frist.utfall = 'i_tid_efter_forlangning' as ar_inom_forlangning
    from mart.fct_frist as frist
    left join enhet on enhet.kommun = frist.kommun and enhet.enhet = frist.enhet
    where frist.regel_id = 'UTR_BARN'
        and frist.utfall in ('i_tid', 'i_tid_efter_forlangning', 'for_sent')
),

raknad as (
    select
        slutford.kommun, slutford.ar, slutford.enhet, slutford.frist_id, slutford.ar_inom_forlangning,
        bool_or(konvention.konvention = 'LAG' and konvention.utfall = 'i_tid') as lag,
        bool_or(konvention.konvention = 'LAG_RULLAD' and konvention.utfall = 'i_tid') as lag_rullad,
        bool_or(konvention.konvention = 'DAGAR_120' and konvention.utfall = 'i_tid') as dagar_120
    from slutford
    inner join mart.fct_frist_konvention as konvention on konvention.frist_id = slutford.frist_id
    group by all
)

select
    kommun as "Kommun",
    ar as "År",
    case when grouping(enhet) = 1 then 'Alla enheter' else enhet end as "Enhet",
    count(*) as "Slutförda",
    count(*) filter (where lag) as "I tid LAG",
    round(100.0 * count(*) filter (where lag) / count(*), 1) as "Procent LAG",
    count(*) filter (where lag_rullad) as "I tid LAG_RULLAD",
    round(100.0 * count(*) filter (where lag_rullad) / count(*), 1) as "Procent LAG_RULLAD",
    count(*) filter (where dagar_120) as "I tid DAGAR_120",
    round(100.0 * count(*) filter (where dagar_120) / count(*), 1) as "Procent DAGAR_120",
    count(*) filter (where ar_inom_forlangning) as "Inom förlängning LAG"
from raknad
group by grouping sets ((kommun, ar), (kommun, ar, enhet))
order by kommun, ar desc, grouping(enhet) desc, enhet;
