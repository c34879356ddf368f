-- One row per person and municipality: the newest delivered birth date and sex; protected once, protected always.
with rad as (
    {% for stg in ['aktualisering', 'utredning', 'placering', 'beslut', 'insats', 'ekonomiskt_bistand'] %}
    select kommun, person_nyckel, person_id_typ, fodelsedatum, kon, skyddad, leveransdatum
    from {{ ref('stg_' ~ stg) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    kommun,
    person_nyckel,
    arg_max(person_id_typ, leveransdatum) as person_id_typ,
    arg_max(fodelsedatum, leveransdatum) as fodelsedatum,
    coalesce(arg_max(kon, leveransdatum) filter (where kon <> 'okand'), 'okand') as kon,
    coalesce(bool_or(skyddad), false) as skyddad
from rad
where person_nyckel is not null
group by kommun, person_nyckel
