-- Indicator family: care days by placement and month.
with dygn as (
    select kommun, person_nyckel, placering_id, manad, malgrupp, kostnadsgrupp, regi, lagrumsgrupp, vard_dygn
    from {{ ref('int_kostnad') }}
    where serie = 'utfall' and placering_id is not null and not ensamkommande
)

select
    rad.kommun,
    rad.manad,
    coalesce(rad.person_nyckel, rad.placering_id) as bas_id,
    (select arg_min(volym.volymgrupp, volym.ordning) from {{ ref('volymgrupper') }} as volym
     where rad.malgrupp glob volym.malgrupp and rad.kostnadsgrupp glob volym.kostnadsgrupp
        and rad.regi glob volym.regi and rad.lagrumsgrupp glob volym.lagrumsgrupp) as volymgrupp,
    coalesce(person.kon, 'okand') as kon,
    plac.placeringsform,
    rad.vard_dygn
from dygn as rad
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = rad.kommun and plac.placering_id = rad.placering_id
left join {{ ref('int_person') }} as person
    on person.kommun = rad.kommun and person.person_nyckel = rad.person_nyckel
