-- Catches a person, a day or a placement that belongs to no group, or to two on one day: the groups of every
-- breakdown sum to the total and the target groups to all. Persons placed at any time do so for sex only,
-- which nobody changes.
{% set alltid = [
    'antal_placerade_ingaende', 'antal_nya', 'antal_avslutade', 'antal_placerade_sista_dagen', 'summa_dagar_avslutade',
    'summa_dagar_pagaende', 'antal_placeringar_paborjade', 'antal_placeringar_avslutade',
    'antal_avslutade_placeringar_matt', 'antal_sammanbrott', 'antal_flyttar', 'vard_dygn', 'vard_dygn_egen_regi',
] %}
{% set personer = ['antal_placerade', 'antal_flyttade'] %}
with del as (
    select
        kommun, periodtyp, period, malgrupp, uppdelning as delning, 'total' as uppdelning,
        {% for k in alltid + personer %}sum({{ k }}) as {{ k }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ ref('placering_oversikt') }}
    where uppdelning <> 'total'
    group by kommun, periodtyp, period, malgrupp, uppdelning
    union all
    select
        kommun, periodtyp, period, 'alla', 'malgrupp', uppdelning,
        {% for k in alltid + personer %}sum({{ k }}){{ ', ' if not loop.last }}{% endfor %}
    from {{ ref('placering_oversikt') }}
    where malgrupp <> 'alla' and uppdelning = 'total'
    group by kommun, periodtyp, period, uppdelning
)

select helhet.kommun, helhet.period, helhet.malgrupp, del.delning
from {{ ref('placering_oversikt') }} as helhet
left join del
    on del.kommun = helhet.kommun and del.periodtyp = helhet.periodtyp and del.period = helhet.period
    and del.malgrupp = helhet.malgrupp and del.uppdelning = helhet.uppdelning
where helhet.uppdelning = 'total'
    and (
        {% for k in alltid %}coalesce(del.{{ k }}, 0) <> helhet.{{ k }}
        or {% endfor %}{% for k in personer %}coalesce(del.{{ k }}, 0) < helhet.{{ k }}
        or (del.delning = 'kon' and del.{{ k }} <> helhet.{{ k }}){{ ' or ' if not loop.last }}{% endfor %}
    )
