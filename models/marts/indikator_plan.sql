-- What is planned for an indicator: of each cell the newest version, so that a version need not repeat all the others.
select
    plan.kommun,
    plan.indikator_id,
    plan.serie,
    period.periodtyp,
    plan.period,
    coalesce(nullif(plan.uppdelning, ''), 'total') as uppdelning,
    coalesce(nullif(plan.grupp, ''), 'total') as grupp,
    plan.version,
    plan.varde::decimal(18, 6) as varde,
    plan.kalla
from {{ ref('stg_indikatorplan') }} as plan
inner join {{ ref('int_period') }} as period on period.period = plan.period
inner join (select distinct indikator_id from {{ ref('indikatorer') }}) as indikator
    on indikator.indikator_id = plan.indikator_id
qualify row_number() over (
    partition by plan.kommun, plan.indikator_id, plan.serie, plan.period,
        coalesce(nullif(plan.uppdelning, ''), 'total'), coalesce(nullif(plan.grupp, ''), 'total')
    order by coalesce(plan.version, '') desc
) = 1
