-- The measuring calendar: what is to be measured in each month, and whether it can be. A period is measured in the month
-- that it ends in; what needs time to be known (mognad_manader), in the month that it is.
with indikator as (
    select indikator_id, definitionsversion, mognad_manader, giltig_fran, giltig_till
    from {{ ref('indikatorer') }}
),

kommun as (
    select lage.kommun, lage.lage_per, min(period.period_start) as fran_datum
    from {{ source('indata', 'lage') }} as lage
    inner join {{ ref('int_kommun_period') }} as period on period.kommun = lage.kommun
    group by lage.kommun, lage.lage_per
),

planerad as (
    -- From the first month that anything is known of to the end of the year of läge per.
    select
        kommun.kommun, kommun.lage_per, indikator.indikator_id, indikator.definitionsversion,
        period.periodtyp, period.period, period.period_slut,
        last_day(cast(period.period_slut + to_months(indikator.mognad_manader) as date)) as kand_datum
    from kommun
    inner join {{ ref('int_period') }} as period
        on period.period_start >= kommun.fran_datum and period.period_slut <= make_date(year(kommun.lage_per), 12, 31)
    inner join {{ ref('indikator_perioder') }} as val on val.periodtyp = period.periodtyp
    inner join indikator
        on indikator.indikator_id = val.indikator_id
        and indikator.giltig_fran <= period.period_slut
        and (indikator.giltig_till is null or period.period_start < indikator.giltig_till)
    qualify indikator.definitionsversion = max(indikator.definitionsversion) over (
        partition by kommun.kommun, indikator.indikator_id, period.period
    )
)

select
    planerad.kommun,
    strftime(planerad.kand_datum, '%Y-%m') as manad,
    planerad.indikator_id,
    planerad.definitionsversion,
    planerad.periodtyp,
    planerad.period,
    planerad.period_slut,
    coalesce(
        varde.status, case when planerad.kand_datum > planerad.lage_per then 'for_tidigt' else 'saknas' end
    ) as status,
    varde.varde::decimal(18, 6) as varde,
    mal.regel_text,
    mal.utfall_regel,
    planerad.lage_per
from planerad
left join {{ ref('indikatorvarde') }} as varde
    on varde.kommun = planerad.kommun and varde.indikator_id = planerad.indikator_id
    and varde.definitionsversion = planerad.definitionsversion and varde.period = planerad.period
    and varde.uppdelning = 'total'
left join {{ ref('maluppfyllelse') }} as mal
    on mal.kommun = planerad.kommun and mal.indikator_id = planerad.indikator_id
    and mal.definitionsversion = planerad.definitionsversion and mal.period = planerad.period
    and mal.uppdelning = 'total'
