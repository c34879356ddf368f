-- Financial assistance, one row per month and household: the amount stands on the applicant's row only.
select
    rad.kommun,
    rad.manad,
    rad.hushall_id,
    arg_max(rad.hushallstyp, rad.belopp_kr) as hushallstyp,
    bool_or(rad.nyanland) as ar_nyanland,
    count(*) as antal_personer,
    coalesce(bool_or(person.skyddad), false) as ar_skyddad,
    sum(rad.belopp_kr)::decimal(18, 2) as belopp_kr
from {{ ref('stg_ekonomiskt_bistand') }} as rad
left join {{ ref('int_person') }} as person
    on person.kommun = rad.kommun and person.person_nyckel = rad.person_nyckel
group by rad.kommun, rad.manad, rad.hushall_id
