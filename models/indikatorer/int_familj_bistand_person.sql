-- Indicator family: one row per person, household and month with aid to the household.
select
    rad.kommun,
    rad.manad,
    rad.person_nyckel as bas_id,
    rad.person_nyckel,
    coalesce(person.kon, nullif(rad.kon, ''), 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, cast(rad.manad || '-01' as date))") }} as aldersgrupp,
    hushall.hushallstyp,
    hushall.nyanland,
    hushall.hushallsmanader as antal
from {{ ref('stg_ekonomiskt_bistand') }} as rad
inner join {{ ref('int_familj_bistand') }} as hushall
    on hushall.kommun = rad.kommun and hushall.manad = rad.manad and hushall.hushall_id = rad.hushall_id
left join {{ ref('int_person') }} as person
    on person.kommun = rad.kommun and person.person_nyckel = rad.person_nyckel
