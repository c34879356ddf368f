{# Targets: the numbers of seeds/indikator_mal.csv as Swedish text, and the rule as a sentence. #}

{# An exact number without needless zeros: 0.85 as a share is 85, 900000 is 900 000. #}
{% macro svenskt_tal(tal, mattenhet) -%}
    {%- set plain -%} (abs({{ tal }}) * case when {{ mattenhet }} = 'andel' then 100 else 1 end) {%- endset -%}
    replace(format('{:,}', floor({{ plain }})::bigint), ',', chr(160))
    || coalesce(',' || nullif(rtrim(split_part(cast({{ plain }} as varchar), '.', 2), '0'), ''), '')
{%- endmacro %}

{# A level (85 %) or, with andring, a change (5 procentenheter). #}
{% macro tal_med_enhet(tal, mattenhet, andring=false) -%}
    {{ svenskt_tal(tal, mattenhet) }} || case {{ mattenhet }}
        when 'andel' then {{ "' procentenheter'" if andring else "chr(160) || '%'" }}
        when 'antal' then ''
        else chr(160) || {{ mattenhet }}
    end
{%- endmacro %}

{# "minst 100 %, delvis uppfyllt från 90 %": what is demanded, as it is printed beside the figure. #}
{% macro mal_regel_text(operator, mal, delvis_grans, mattenhet) -%}
    {%- set niva = tal_med_enhet(mal, mattenhet) -%}
    {%- set grans = tal_med_enhet(delvis_grans, mattenhet) -%}
    {%- set andring = tal_med_enhet(mal, mattenhet, true) -%}
    {%- set delvis_andring = tal_med_enhet(delvis_grans, mattenhet, true) -%}
    case {{ operator }}
        when 'minst' then 'minst ' || {{ niva }} || coalesce(', delvis uppfyllt från ' || {{ grans }}, '')
        when 'hogst' then 'högst ' || {{ niva }} || coalesce(', delvis uppfyllt till och med ' || {{ grans }}, '')
        when 'lika' then
            'lika med ' || {{ niva }} || ', avrundat som i tabellen'
            || coalesce(', delvis uppfyllt när avvikelsen är högst ' || {{ delvis_andring }}, '')
        {% for kod, at_ratt, at_fel in [('okar', 'högre', 'lägre'), ('minskar', 'lägre', 'högre')] -%}
        when '{{ kod }}' then
            coalesce('minst ' || {{ andring }} || ' ', '') || '{{ at_ratt }} än samma period året före'
            || case
                when {{ delvis_grans }} is null then ''
                when {{ delvis_grans }} > 0 then ', delvis uppfyllt från ' || {{ delvis_andring }} || ' {{ at_ratt }}'
                when {{ delvis_grans }} = 0 then ', delvis uppfyllt när värdet inte är {{ at_fel }}'
                else ', delvis uppfyllt när värdet är högst ' || {{ delvis_andring }} || ' {{ at_fel }}'
            end
        {% endfor %}
    end
{%- endmacro %}

{# Rounded half up as it is printed; DuckDB rounds a decimal only to a number of decimals that it knows beforehand. #}
{% macro avrundat(tal, decimaler) -%}
    case {{ decimaler }}{% for antal in range(6) %} when {{ antal }} then round({{ tal }}, {{ antal }}){% endfor %} else {{ tal }} end
{%- endmacro %}
