{#
  Small pieces of the deadline engine. The rules themselves are rows in seeds/fristregler*.csv.
#}

{# A day plus a length: lag (1930:173) 1 §. Months and years clamp to the last day of the month. #}
{% macro lagg_till(start, langd, enhet) -%}
    case {{ enhet }}
        when 'dag' then {{ start }} + cast({{ langd }} as integer)
        when 'vecka' then {{ start }} + 7 * cast({{ langd }} as integer)
        when 'manad' then cast({{ start }} + to_months(cast({{ langd }} as integer)) as date)
        when 'ar' then cast({{ start }} + to_months(12 * cast({{ langd }} as integer)) as date)
    end
{%- endmacro %}

{#
  Extensions in the order they were decided: one counts only if it was decided on or before the due date
  then in force and moves it forward. `forlangningar` is a list of {beslutsdatum, ny_frist}, in order.
#}
{% macro forlangd_till(frist, forlangningar) -%}
    nullif(
        list_reduce(
            coalesce({{ forlangningar }}, []),
            lambda nu, ny: case
                when ny.beslutsdatum <= nu.ny_frist and ny.ny_frist > nu.ny_frist then ny
                else nu
            end,
            {'beslutsdatum': cast(null as date), 'ny_frist': {{ frist }}}
        ).ny_frist,
        {{ frist }}
    )
{%- endmacro %}

{# True when the row `rad` meets the conditions that a villkor seed states for the rule `id_uttryck`. #}
{% macro villkor(seed, id_uttryck, rad, verkan) -%}
    {%- set rader = [] -%}
    {%- if execute -%}
        {%- set fraga -%}
            select regel_id, kolumn, operator, varden from {{ ref(seed) }}
            where verkan = '{{ verkan }}' order by all
        {%- endset -%}
        {%- set rader = run_query(fraga).rows -%}
    {%- endif -%}
    {%- set ns = namespace(id=none) -%}
    {%- if not rader -%} true {%- else -%}
    case {{ id_uttryck }}
    {%- for v in rader %}
        {%- if v[0] != ns.id %}
        when '{{ v[0] }}' then true
        {%- set ns.id = v[0] -%}
        {%- endif %}
            and {{ rad }}.{{ v[1] }} {{ 'not in' if v[2] == 'not_in' else 'in' }} ('{{ v[3].split('|') | join("', '") }}')
    {%- endfor %}
        else true
    end
    {%- endif -%}
{%- endmacro %}
