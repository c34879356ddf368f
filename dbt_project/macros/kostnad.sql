{# Kronor per care day times a number of days, to the öre; null without care days, never 0. #}
{% macro per_dygn(kr, dygn, dagar) -%}
case when {{ dygn }} > 0 then {{ kr }} * {{ dagar }} / {{ dygn }} end::decimal(18, 2)
{%- endmacro %}

{# Why there is no cost per placement-year; null when there is one. #}
{% macro kostnad_saknas(kostnadsgrupp, dygn, kr) -%}
case
        when {{ kostnadsgrupp }} = 'ofordelad' then 'ofördelad kostnad'
        when coalesce({{ dygn }}, 0) = 0 and {{ kr }} is null then 'bara budgeterad'
        when coalesce({{ dygn }}, 0) = 0 then 'kostnad utan vårddygn'
        when {{ kr }} is null then 'vårddygn utan kostnad'
    end
{%- endmacro %}

{# Two rows of one municipality that belong to the same group (int_volymgrupp), where a group does not tell all apart. #}
{% macro samma_grupp(rad, grupp) -%}
{{ grupp }}.kommun = {{ rad }}.kommun
    {%- for kolumn in ['kostnadsgrupp', 'malgrupp', 'regi', 'lagrumsgrupp', 'ensamkommande'] %}
    and {{ grupp }}.{{ kolumn }} is not distinct from {{ rad }}.{{ kolumn }}
    {%- endfor %}
{%- endmacro %}

{# The group of a piece of a placement (a row with its kostnadsgrupp and lagrumsgrupp, and its placement). #}
{% macro placeringens_grupp(bit, plac, grupp) -%}
{{ grupp }}.kommun = {{ bit }}.kommun and {{ grupp }}.kostnadsgrupp = {{ bit }}.kostnadsgrupp
    and {{ grupp }}.lagrumsgrupp = {{ bit }}.lagrumsgrupp and {{ grupp }}.malgrupp = {{ plac }}.malgrupp
    and {{ grupp }}.regi = {{ plac }}.regi and {{ grupp }}.ensamkommande = {{ plac }}.ensamkommande
{%- endmacro %}
