{#
  One row per value of each column and one for all together: the columns `uppdelning` and `grupp` of a total and its
  breakdowns, never crossed. uppdelning() writes the two columns, uppdelning_gruppering() the group by that goes with them.
#}
{% macro uppdelning(kolumner, rad) -%}
    case {% for k in kolumner %}when grouping({{ rad }}.{{ k }}) = 0 then '{{ k }}' {% endfor %}else 'total' end as uppdelning,
        case {% for k in kolumner %}when grouping({{ rad }}.{{ k }}) = 0 then {{ rad }}.{{ k }} {% endfor %}else 'total' end as grupp
{%- endmacro %}

{% macro uppdelning_gruppering(nyckel, kolumner, rad) -%}
    group by grouping sets (
        ({{ nyckel | join(', ') }})
        {%- for k in kolumner %}, ({{ nyckel | join(', ') }}, {{ rad }}.{{ k }}){% endfor %}
    )
{%- endmacro %}

{#
  Every cell of mart.placering_oversikt that the row `rad` counts in: its target group and all of them together, each as
  a total and in every breakdown. One row per cell, as a struct.
#}
{% macro placering_celler(rad) -%}
    unnest([
        {%- for malgrupp in [rad ~ '.malgrupp', "'alla'"] %}
        {'malgrupp': {{ malgrupp }}, 'uppdelning': 'total', 'grupp': 'total'}
        {%- for k in placering_uppdelningar() %},
        {'malgrupp': {{ malgrupp }}, 'uppdelning': '{{ k }}', 'grupp': {{ rad }}.{{ k }}}
        {%- endfor %}{{ ',' if not loop.last }}
        {%- endfor %}
    ])
{%- endmacro %}

{% macro placering_uppdelningar() -%}
    {{ return(['placeringsform', 'lagrumsgrupp', 'regi', 'kon', 'aldersgrupp', 'sammanbrott_alder']) }}
{%- endmacro %}
