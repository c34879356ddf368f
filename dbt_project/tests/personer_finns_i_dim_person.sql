-- Catches an extract that int_person forgets: every person of a fact is in dim_person.
with anvand as (
    {% for fakta in ['fct_aktualisering', 'fct_utredning', 'fct_placering', 'fct_beslut', 'fct_insats', 'fct_frist'] %}
    select distinct kommun, person_nyckel, '{{ fakta }}' as tabell from {{ ref(fakta) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select anvand.tabell, anvand.kommun, count(*) as antal_personer
from anvand
anti join {{ ref('dim_person') }} as person
    on person.kommun = anvand.kommun and person.person_nyckel = anvand.person_nyckel
where anvand.person_nyckel is not null
group by all
