{#
  Small pieces of the deadline engine. The rules themselves are rows in seeds/fristregler*.csv.
#}

{# What names a clock: the same in every build, as its running number is not. #}
{% macro frist_id(subjekt, klocka) -%}
    md5(concat_ws('|', {{ subjekt }}.kommun, {{ klocka }}.regel_id, {{ subjekt }}.subjekt_nyckel, {{ klocka }}.tillfalle))
{%- endmacro %}

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
  then in force and moves it forward. `forlangningar` is a list of {beslutsdatum, ny_frist}, in order. An
  extension without a new last day is none: the law asks for a certain time.
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

{#
  A law that changes takes the clocks that are pending that day, when it says so: each later version in turn gives
  its length to a clock that is not ended and not overdue by then, and nothing falls due before the law is in force.
  `nu` is a struct {version, frist}: the version of the start and its due date, or nulls; a clock older than its rule is
  taken by the rule's first version or by none. `senare` are the
  versions in order, as structs {version, giltig_fran, langd, enhet, frist}.
#}
{% macro efter_overgang(nu, senare, start, slut) -%}
    list_reduce(
        {{ senare }},
        lambda nu, ny: case
            when ny.giltig_fran > {{ start }}
                and (nu.frist >= ny.giltig_fran or (nu.frist is null and ny.version = 1))
                and ({{ slut }} is null or {{ slut }} >= ny.giltig_fran)
            then {
                'version': ny.version, 'giltig_fran': ny.giltig_fran, 'langd': ny.langd, 'enhet': ny.enhet,
                'frist': greatest(ny.giltig_fran, {{ lagg_till(start, 'ny.langd', 'ny.enhet') }})
            }
            else nu
        end,
        {{ nu }}
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
            and {% if v[2] == 'har' -%}
                coalesce(list_contains({{ rad }}.{{ v[1] }}, '{{ v[3] }}'), false)
            {%- else -%}
                {{ rad }}.{{ v[1] }} {{ 'not in' if v[2] == 'not_in' else 'in' }} ('{{ v[3].split('|') | join("', '") }}')
            {%- endif %}
    {%- endfor %}
        else true
    end
    {%- endif -%}
{%- endmacro %}

{# An indicator family of clocks: those of some rules. A model may add what only its subject knows. #}
{% macro familj_frist(regler) -%}
    select
        kommun, regel_id, konvention, subjekt_nyckel, bas_id, kon, aldersgrupp, enhet, start_datum, frist_datum,
        stopp_datum, over_frist_datum, oppen_till_datum, giltig_till_datum, utfall, dagband, antal, ar_i_tid,
        ar_i_tid_eller_forlangd, ar_efter_fristen, ar_forlangd, ar_klar, ar_provbar, dagar
    from {{ ref('int_familj_frist') }}
    where regel_id in ('{{ regler | join("', '") }}')
{%- endmacro %}

{# Whether a rule is that of a municipality: it names it among its own, or names none. #}
{% macro regel_i_kommun(regel, kommun) -%}
    ({{ regel }}.kommun is null or list_contains(string_split({{ regel }}.kommun, '|'), {{ kommun }}))
{%- endmacro %}
