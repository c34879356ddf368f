-- Catches the same word with two numbers: what the catalogue prints of who is placed is what mart.placering_oversikt says.
{% set par = {
    'PLAC_PERSONER': 'antal_placerade',
    'PLAC_BARN_PERSONER': 'antal_placerade',
    'PLAC_PERSONER_LAGE': 'antal_placerade_sista_dagen',
    'PLAC_VARD_NYA': 'antal_nya',
    'PLAC_VARD_AVSLUTADE': 'antal_avslutade',
    'PLAC_VARDTID_MEDEL': 'summa_dagar_avslutade',
    'PLAC_FLYTTADE': 'antal_flyttade',
    'PLAC_PABORJADE': 'antal_placeringar_paborjade',
    'PLAC_AVSLUTADE': 'antal_placeringar_avslutade',
    'PLAC_SAMMANBROTT_DYGNSVARD': 'antal_sammanbrott',
} -%}
with oversikt as (
    {% for indikator_id, kolumn in par.items() %}
    select
        '{{ indikator_id }}' as indikator_id, kommun, periodtyp, period, uppdelning, grupp, {{ kolumn }} as antal
    from {{ ref('placering_oversikt') }}
    where malgrupp = '{{ "barn" if "_BARN_" in indikator_id else "alla" }}'
    union all
    select '{{ indikator_id }}', kommun, periodtyp, period, 'malgrupp', malgrupp, {{ kolumn }}
    from {{ ref('placering_oversikt') }}
    where uppdelning = 'total' and malgrupp <> 'alla'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    varde.indikator_id, varde.kommun, varde.period, varde.uppdelning, varde.grupp, varde.taljare, oversikt.antal
from {{ ref('indikatorvarde') }} as varde
left join oversikt
    on oversikt.indikator_id = varde.indikator_id and oversikt.kommun = varde.kommun
    and oversikt.periodtyp = varde.periodtyp and oversikt.period = varde.period
    and oversikt.uppdelning = varde.uppdelning and oversikt.grupp = varde.grupp
where varde.status in ('ok', 'saknas')
    and varde.indikator_id in ('{{ par | join("', '") }}')
    and varde.uppdelning in ('total', 'malgrupp', 'placeringsform', 'lagrumsgrupp', 'regi', 'kon', 'aldersgrupp', 'sammanbrott_alder')
    and varde.taljare <> coalesce(oversikt.antal, 0)
