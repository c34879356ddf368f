-- Catches a row that belongs to no group, or to two: the groups of every breakdown sum to the total. Not where each
-- person counts once: one who moved between units stands in two groups and once in the total. What was counted by hand
-- need not be delivered for every group.
with summa as (
    select
        indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning,
        sum(taljare) as taljare, bool_or(uppdelning <> 'total' and grupp = 'total') as ar_total_i_uppdelning
    from {{ ref('indikatorvarde') }}
    where uppdelning <> 'total' and (indikator_id, definitionsversion) in (
        select (indikator_id, definitionsversion) from {{ ref('indikatorer') }} where unik_kolumn is null and insamling = 'system'
    )
    group by all
)

select summa.indikator_id, summa.kommun, summa.period, summa.uppdelning, summa.taljare, helhet.taljare as total
from summa
left join {{ ref('indikatorvarde') }} as helhet
    on helhet.uppdelning = 'total' and helhet.indikator_id = summa.indikator_id
    and helhet.definitionsversion = summa.definitionsversion and helhet.kommun = summa.kommun
    and helhet.periodtyp = summa.periodtyp and helhet.period = summa.period
where coalesce(summa.taljare, 0) <> coalesce(helhet.taljare, 0) or helhet.kommun is null or summa.ar_total_i_uppdelning
