-- Catches a link that is not followed to its end, and a fact that still holds a number which the person has left.
with anvand as (
    {% for fakta in ['fct_aktualisering', 'fct_utredning', 'fct_placering', 'fct_placering_manad', 'fct_vard',
                     'fct_beslut', 'fct_insats', 'fct_frist', 'dim_person'] %}
    select distinct kommun, person_nyckel, '{{ fakta }}' as tabell from {{ ref(fakta) }}
    union all
    {% endfor %}
    select kommun, kanonisk_nyckel, 'stg_person_version' from {{ ref('stg_person_version') }}
)

select anvand.tabell, anvand.kommun, count(*) as antal_personer
from anvand
inner join {{ ref('stg_person_version') }} as version
    on version.kommun = anvand.kommun and version.person_nyckel = anvand.person_nyckel
where version.kanonisk_nyckel <> version.person_nyckel
group by all
