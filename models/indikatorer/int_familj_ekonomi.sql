-- Indicator family: the whole ledger beside its budget, one row per ledger row. The budget of a year is its newest version.
-- Accounts that bear placements are one group: one alone is often the cost of one child.
with rad as (
    select kommun, period, serie, konto, verksamhet, coalesce(motpart, '') as motpart, kontotyp, belopp_kr
    from {{ ref('stg_ekonomi') }}
    where serie in ('utfall', 'budget')
    qualify serie = 'utfall'
        or coalesce(version, '') = max(coalesce(version, '')) over (partition by kommun, serie, left(period, 4))
),

beskriven as (
    select
        rad.kommun, rad.period, rad.serie, rad.kontotyp, rad.belopp_kr,
        case when mapp.fordelning = 'ofordelad' then rad.verksamhet else 'placeringar' end as verksamhet
    from rad
    left join {{ ref('int_kontering') }} as kontering
        on kontering.kommun = rad.kommun and kontering.konto = rad.konto and kontering.verksamhet = rad.verksamhet
        and kontering.motpart = rad.motpart and kontering.period = rad.period
    left join {{ ref('kontomappning') }} as mapp on mapp.mappning_id = kontering.mappning_id
)

select
    kommun,
    period as manad,
    cast(null as varchar) as bas_id,
    verksamhet,
    kontotyp,
    case when serie = 'utfall' then belopp_kr end as utfall_kr,
    case when serie = 'budget' then belopp_kr end as budget_kr
from beskriven
