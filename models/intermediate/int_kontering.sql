-- What each account string is mapped to in each period: of the rows of seeds/kontomappning.csv whose
-- wildcards fit and which are in force, the one of the lowest prioritet.
with konto as (
    select distinct
        kommun, konto, verksamhet, coalesce(motpart, '') as motpart, period,
        make_date(cast(left(period, 4) as integer), least(cast(right(period, 2) as integer), 12), 1)
            as manad_start,
        last_day(manad_start) as dag
    from {{ ref('stg_ekonomi') }}
),

-- A chart of accounts is a municipality's own; what holds for several is laid out for each of them.
kontoplan as (
    select
        kommun.kommun, mapp.mappning_id, mapp.prioritet, mapp.konto_monster, mapp.verksamhet_monster,
        mapp.motpart_monster, mapp.giltig_fran, mapp.giltig_till
    from (select distinct kommun from konto) as kommun
    inner join {{ ref('kontomappning') }} as mapp on kommun.kommun glob mapp.kommun
)

select
    konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.period, konto.manad_start, konto.dag,
    arg_min(plan.mappning_id, (plan.prioritet, plan.mappning_id)) as mappning_id
from konto
inner join kontoplan as plan
    on plan.kommun = konto.kommun
    and konto.konto glob plan.konto_monster
    and konto.verksamhet glob plan.verksamhet_monster
    and konto.motpart glob plan.motpart_monster
    and konto.dag >= plan.giltig_fran
    and (plan.giltig_till is null or konto.dag < plan.giltig_till)
group by all
