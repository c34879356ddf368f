-- The texts of an aktualisering that may be counted by: the municipality's own words for why, who and how it came in. A word
-- that fewer than ten different persons share may be no category but a note about somebody, and becomes annat.
with rad as (
    select
        kommun, aktualisering_nyckel, aktualisering_id, person_nyckel, orsak, anmalare, kanal,
        coalesce(person_nyckel, aktualisering_nyckel) as vem
    from {{ ref('fct_aktualisering') }}
)

select
    kommun,
    aktualisering_nyckel,
    aktualisering_id,
    person_nyckel,
    {%- for text in ['orsak', 'anmalare', 'kanal'] %}
    case
        when {{ text }} is null then null
        when count(distinct vem) over (partition by kommun, {{ text }}) >= 10 then {{ text }}
        else 'annat'
    end as {{ text }}{{ ',' if not loop.last }}
    {%- endfor %}
from rad
