-- Catches a numerator that is not a part of its denominator: on no row is a part larger than what it is a part of.
{% set fraga -%}
    select familj, kolumn, delmangd_av from {{ ref('familjekolumner') }} where delmangd_av is not null order by all
{%- endset %}
{% for familj in indikatorfamiljer() -%}
-- depends_on: {{ ref('int_familj_' ~ familj) }}
{% endfor -%}
{% for ord in (run_query(fraga).rows if execute else []) %}
select '{{ ord["familj"] }}' as familj, '{{ ord["kolumn"] }}' as kolumn, count(*) as antal_rader
from {{ ref('int_familj_' ~ ord['familj']) }}
where coalesce({{ ord['kolumn'] }}, 0) > coalesce({{ ord['delmangd_av'] }}, 0)
having count(*) > 0
{{ 'union all' if not loop.last }}
{%- else %}
select null as familj where false
{%- endfor %}
