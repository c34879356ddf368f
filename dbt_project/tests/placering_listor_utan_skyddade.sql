-- Catches a placement or help of a protected person in the lists that units get.
with listad as (
    select kommun, 'placering' as slag, placering_id as id from {{ ref('placering_lista') }}
    union
    select kommun, slag, subjekt_id from {{ ref('beslut_giltighet') }}
    union
    select kommun, 'placering', placering_id from {{ ref('kostnad_lucka') }} where placering_id is not null
),

skyddad as (
    select plac.kommun, 'placering' as slag, plac.placering_id as id
    from {{ ref('fct_placering') }} as plac
    inner join {{ ref('dim_person') }} as person
        on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel and person.ar_skyddad
    union
    select insats.kommun, 'insats', insats.insats_id
    from {{ ref('fct_insats') }} as insats
    inner join {{ ref('dim_person') }} as person
        on person.kommun = insats.kommun and person.person_nyckel = insats.person_nyckel and person.ar_skyddad
)

select listad.kommun, listad.slag, count(*) as antal
from listad
inner join skyddad on skyddad.kommun = listad.kommun and skyddad.slag = listad.slag and skyddad.id = listad.id
group by listad.kommun, listad.slag
