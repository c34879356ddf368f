-- What somebody else may bear: the calculated cost of placements that the state or another municipality
-- answers for, less the income that is booked on them. Each row of the ledger is in the month that it is for.
with annans as (
    select
        plac.kommun, plac.placering_id,
        case when plac.ensamkommande then 'staten' else beslut.ansvarig_kommun end as betalare
    from {{ ref('int_placering') }} as plac
    left join {{ ref('int_beslut') }} as beslut
        on beslut.kommun = plac.kommun and beslut.beslut_id = plac.beslut_id
    where plac.ensamkommande or beslut.ansvarig_kommun <> plac.kommun
),

rad as (
    select
        annans.kommun, dygn.manad, annans.betalare, annans.placering_id, dygn.betalda_dygn,
        coalesce(dygn.beraknad_kostnad_kr, 0) as beraknad_kr, 0 as intakt_kr
    from annans
    inner join {{ ref('int_placering_manad') }} as dygn
        on dygn.kommun = annans.kommun and dygn.placering_id = annans.placering_id
    union all
    select
        annans.kommun,
        case when ekonomi.avser_fran is not null then strftime(ekonomi.avser_fran, '%Y-%m')
            else left(ekonomi.period, 5) || least(right(ekonomi.period, 2), '12')
        end,
        annans.betalare, annans.placering_id, 0, 0, ekonomi.belopp_kr
    from annans
    inner join {{ ref('int_ekonomi') }} as ekonomi
        on ekonomi.kommun = annans.kommun and ekonomi.placering_id = annans.placering_id
    where ekonomi.serie = 'utfall' and ekonomi.kontotyp in ('intakt', 'statsbidrag')
),

bokforing as (
    select kommun, min(period) as forsta_period
    from {{ ref('int_ekonomi') }}
    where serie = 'utfall'
    group by kommun
)

select
    rad.kommun,
    rad.manad,
    rad.betalare,
    count(distinct rad.placering_id) as antal_placeringar,
    sum(rad.betalda_dygn)::decimal(18, 4) as betalda_dygn,
    sum(rad.beraknad_kr)::decimal(18, 2) as beraknad_kr,
    sum(rad.intakt_kr)::decimal(18, 2) as intakt_kr,
    sum(rad.beraknad_kr + rad.intakt_kr)::decimal(18, 2) as aterstaende_kr
from rad
inner join bokforing on bokforing.kommun = rad.kommun and rad.manad >= bokforing.forsta_period
group by rad.kommun, rad.manad, rad.betalare
