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
