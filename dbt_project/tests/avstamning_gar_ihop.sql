-- Catches a difference between booked and calculated whose parts do not sum to it, a krona that is in the
-- ledger and not in the reconciliation, and a calculated cost that is not the placements'.
with fel as (
    select kommun, manad, volymgrupp, 'delar' as fel
    from {{ ref('kostnad_avstamning') }}
    where skillnad_kr <> periodisering_kr + volym_kr + pris_kr + oforklarat_kr
        or skillnad_kr <> bokfort_kr - beraknat_kr
),

bokfort as (
    select kommun, left(manad, 4) as ar, volymgrupp, sum(bokfort_kr) as kr
    from {{ ref('kostnad_avstamning') }}
    group by all
),

huvudbok as (
    select kommun, period as ar, volymgrupp, sum(bruttokostnad_kr) as kr
    from {{ ref('kostnad_per_arsplacering') }}
    where serie = 'utfall' and periodtyp = 'ar' and bruttokostnad_kr is not null
    group by all
),

beraknat as (
    select kommun, manad, sum(beraknat_kr) as kr
    from {{ ref('kostnad_avstamning') }}
    group by all
),

placering as (
    select kommun, manad, sum(beraknad_kostnad_kr) as kr
    from {{ ref('fct_placering_manad') }}
    group by all
)

select kommun, manad, volymgrupp, fel from fel
union all
select kommun, ar, volymgrupp, 'huvudbok'
from bokfort
full join huvudbok using (kommun, ar, volymgrupp)
where coalesce(bokfort.kr, 0) <> coalesce(huvudbok.kr, 0)
union all
select beraknat.kommun, beraknat.manad, null, 'placeringar'
from beraknat
left join placering on placering.kommun = beraknat.kommun and placering.manad = beraknat.manad
where beraknat.kr <> coalesce(placering.kr, 0)
