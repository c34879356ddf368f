-- What to accrue for each provider at the end of a month: the paid days at their price less what is booked
-- for the month so far; next month it is reversed. Only groups that are invoiced placement by placement, and
-- months that are over. Where somebody with protected identity lives is told by no provider's line: what
-- concerns them is under skyddad.
with manad as (
    select kommun, volymgrupp, manad
    from {{ ref('int_fakturerad_grupp') }}
    where ar_fakturerad and ar_bokford and ar_slut
),

post as (
    -- Days without a price: what is booked for them says nothing of what is missing.
    select
        rad.kommun, rad.manad, rad.volymgrupp, rad.betalda_dygn,
        case when person.skyddad then 'skyddad' else plac.utforare end as utforare,
        coalesce(rad.beraknad_kr, 0) as beraknad_kr,
        case when rad.betalda_dygn > 0 and rad.prissatta_dygn = 0 then 0
            else rad.bokfort_i_tid_kr
        end as bokfort_kr
    from {{ ref('int_faktura_manad') }} as rad
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = rad.kommun and plac.placering_id = rad.placering_id
    left join {{ ref('int_person') }} as person
        on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
    union all
    select kommun, manad, volymgrupp, 0, 'okand', 0, belopp_kr
    from {{ ref('int_bokford_bit') }}
    where har_dygn and not ar_kopplad and period <= manad
),

periodiserad as (
    select
        post.kommun, post.manad, post.volymgrupp, coalesce(post.utforare, 'okand') as utforare,
        sum(post.betalda_dygn) as betalda_dygn,
        sum(post.beraknad_kr) as beraknad_kr,
        sum(post.bokfort_kr) as bokfort_kr
    from post
    inner join manad
        on manad.kommun = post.kommun and manad.volymgrupp = post.volymgrupp and manad.manad = post.manad
    group by all
),

med_aterforing as (
    select
        kommun, manad, volymgrupp, utforare, betalda_dygn, beraknad_kr, bokfort_kr,
        beraknad_kr - bokfort_kr as kr, 0 as aterforing_kr
    from periodiserad
    union all
    select
        kommun, strftime(strptime(manad || '-01', '%Y-%m-%d') + interval 1 month, '%Y-%m'), volymgrupp,
        utforare, 0, 0, 0, 0, bokfort_kr - beraknad_kr
    from periodiserad
    where beraknad_kr <> bokfort_kr
)

select
    rad.kommun,
    rad.manad,
    rad.volymgrupp,
    rad.utforare,
    sum(rad.betalda_dygn)::decimal(18, 4) as betalda_dygn,
    sum(rad.beraknad_kr)::decimal(18, 2) as beraknad_kr,
    sum(rad.bokfort_kr)::decimal(18, 2) as bokfort_for_manaden_kr,
    sum(rad.kr)::decimal(18, 2) as att_periodisera_kr,
    sum(rad.aterforing_kr)::decimal(18, 2) as aterforing_kr,
    sum(rad.kr + rad.aterforing_kr)::decimal(18, 2) as netto_kr
from med_aterforing as rad
inner join {{ source('indata', 'lage') }} as lage
    on lage.kommun = rad.kommun and last_day(strptime(rad.manad || '-01', '%Y-%m-%d')) <= lage.lage_per
group by rad.kommun, rad.manad, rad.volymgrupp, rad.utforare
