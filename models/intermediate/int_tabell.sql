-- Which tables a municipality has ever delivered, and from which day they say something.
{%- set dagar = {
    'aktualiseringar': ['stg_aktualisering', 'inkommen'],
    'utredningar': ['stg_utredning', 'inledd'],
    'placeringar': ['stg_placering', 'start'],
    'ej_verkstallda_beslut': ['stg_beslut', 'beslutsdatum'],
    'overvaganden': ['stg_overvagande', 'datum'],
    'insatser': ['stg_insats', 'start'],
    'ekonomiskt_bistand': ['stg_ekonomiskt_bistand', "strptime(manad || '-01', '%Y-%m-%d')::date"],
    'ekonomi': ['stg_ekonomi', 'make_date(cast(left(period, 4) as integer), 1, 1)'],
} %}
with forsta as (
    {% for tabell, (modell, dag) in dagar.items() %}
    select kommun, '{{ tabell }}' as tabell, min({{ dag }}) as forsta_handelse from {{ ref(modell) }} group by kommun
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select tabell.kommun, tabell.tabell, tabell.omfattar_fran, forsta.forsta_handelse
from {{ source('indata', 'tabell') }} as tabell
left join forsta on forsta.kommun = tabell.kommun and forsta.tabell = tabell.tabell
