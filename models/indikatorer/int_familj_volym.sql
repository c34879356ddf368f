-- Indicator family: care days by placement and month.
select
    rad.kommun,
    rad.manad,
    coalesce(rad.person_nyckel, rad.placering_id) as bas_id,
    rad.volymgrupp,
    coalesce(person.kon, 'okand') as kon,
    rad.placeringsform,
    rad.vard_dygn
from {{ ref('int_kostnad') }} as rad
left join {{ ref('int_person') }} as person
    on person.kommun = rad.kommun and person.person_nyckel = rad.person_nyckel
where rad.serie = 'utfall' and rad.placering_id is not null and not rad.ensamkommande
