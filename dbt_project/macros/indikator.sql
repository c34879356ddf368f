{#
  The catalogue engine: one select per indicator, written from the rows of seeds/indikatorer.csv and its
  child seeds. A family is an event-grain model int_familj_<familj>; the catalogue names its columns, never SQL.

  tidsbas says how a row meets a period:
    handelse  the row's day (or bookkeeping month) lies in the period
    bestand   the row is valid on the period's last day: from datum_kolumn up to, not including, till_kolumn
    omgang    the row names its quarter itself (a reporting round need not be a calendar quarter)
#}
{% macro indikator_rader() -%}
    {%- set fraga -%}
        select
            i.indikator_id, i.definitionsversion, i.familj, i.taljare_kolumn, i.namnare_kolumn, i.statistik,
            i.tidsbas, i.datum_kolumn, i.till_kolumn, i.regel_id, i.konvention,
            (select to_json(list(p.periodtyp order by p.periodtyp)) from {{ ref('indikator_perioder') }} as p
             where p.indikator_id = i.indikator_id) as periodtyper,
            (select to_json(list(u.uppdelning order by u.uppdelning)) from {{ ref('indikator_uppdelningar') }} as u
             where u.indikator_id = i.indikator_id) as uppdelningar,
            (select to_json(list([v.kolumn, v.operator, v.varden] order by v.kolumn)) from {{ ref('indikator_villkor') }} as v
             where v.indikator_id = i.indikator_id) as villkor
        from {{ ref('indikatorer') }} as i
        order by i.ordning, i.definitionsversion
    {%- endset -%}
    {{ return(run_query(fraga).rows if execute else []) }}
{%- endmacro %}

{% macro indikator_komponenter(familjer) -%}
{%- for i in indikator_rader() %}
{%- set uppdelningar = fromjson(i['uppdelningar'] or '[]') %}
select
    '{{ i["indikator_id"] }}' as indikator_id,
    {{ i['definitionsversion'] }} as definitionsversion,
    rad.kommun,
    period.periodtyp,
    period.period,
    {% if uppdelningar -%}
    case {% for u in uppdelningar %}when grouping(rad.{{ u }}) = 0 then '{{ u }}' {% endfor %}else 'total' end as uppdelning,
    case {% for u in uppdelningar %}when grouping(rad.{{ u }}) = 0 then coalesce(rad.{{ u }}, 'okand') {% endfor %}else 'total' end as grupp,
    {%- else -%}
    'total' as uppdelning,
    'total' as grupp,
    {%- endif %}
    sum(rad.{{ i['taljare_kolumn'] }})::decimal(18, 4) as taljare,
    {{ 'sum(rad.' ~ i['namnare_kolumn'] ~ ')' if i['namnare_kolumn'] else 'null' }}::decimal(18, 4) as namnare,
    {{ 'median(rad.' ~ i['taljare_kolumn'] ~ ')' if i['statistik'] == 'median' else 'null' }}::decimal(18, 6) as median,
    count(distinct rad.bas_id) as antal_bakom
from {{ familjer[i['familj']] }} as rad
inner join
{%- if i['tidsbas'] == 'bestand' %} {{ ref('int_kommun_period') }} as period
    on period.kommun = rad.kommun
    and rad.{{ i['datum_kolumn'] }} <= period.period_slut
    and (rad.{{ i['till_kolumn'] }} is null or rad.{{ i['till_kolumn'] }} > period.period_slut)
    and period.ar_fullstandig
{%- elif i['tidsbas'] == 'omgang' %} {{ ref('int_period') }} as period
    on period.period = rad.{{ i['datum_kolumn'] }}
{%- else %} {{ ref('int_period_manad') }} as period
    on period.manad = {% if i['datum_kolumn'].endswith('_datum') -%}
        strftime(rad.{{ i['datum_kolumn'] }}, '%Y-%m')
    {%- else -%} rad.{{ i['datum_kolumn'] }} {%- endif %}
{%- endif %}
    and period.periodtyp in ('{{ fromjson(i["periodtyper"]) | join("', '") }}')
where true
{%- for v in fromjson(i['villkor'] or '[]') %}
    and rad.{{ v[0] }} {{ 'not in' if v[1] == 'not_in' else 'in' }} ('{{ v[2].split('|') | join("', '") }}')
{%- endfor %}
{%- if i['familj'].startswith('frist_') %}
    and rad.konvention = '{{ i["konvention"] }}'
{%- endif %}
group by grouping sets (
    (rad.kommun, period.periodtyp, period.period)
    {%- for u in uppdelningar %}, (rad.kommun, period.periodtyp, period.period, rad.{{ u }}){% endfor %}
)
{{ 'union all' if not loop.last }}
{%- else %}
select
    null::varchar as indikator_id, null::integer as definitionsversion, null::varchar as kommun,
    null::varchar as periodtyp, null::varchar as period, null::varchar as uppdelning, null::varchar as grupp,
    null::decimal(18, 4) as taljare, null::decimal(18, 4) as namnare, null::decimal(18, 6) as median,
    null::bigint as antal_bakom
where false
{%- endfor %}
{%- endmacro %}

{# The band of seeds/aldersgrupper.csv that an age falls in; okand when the age is. #}
{% macro aldersgrupp(alder, indelning='standard') -%}
    coalesce((
        select grupp.grupp from {{ ref('aldersgrupper') }} as grupp
        where grupp.indelning = '{{ indelning }}'
            and {{ alder }} >= grupp.fran_alder
            and (grupp.till_alder is null or {{ alder }} <= grupp.till_alder)
    ), 'okand')
{%- endmacro %}
