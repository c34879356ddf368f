{#
  The catalogue engine: one select per indicator, written from the rows of seeds/indikatorer.csv and its
  child seeds. A family is an event-grain model int_familj_<familj>; the catalogue names its columns, never SQL.

  tidsbas says how a row meets a period:
    handelse  the row's day (or bookkeeping month) lies in the period
    bestand   the row is valid on the period's last day: from datum_kolumn up to, not including, till_kolumn
    aktuell   the row is valid on some day of the period (what was open at any time in it)
    omgang    the row names its quarter itself (a reporting round need not be a calendar quarter)

  The name of a period says of which type it is, so that rows are grouped by the name alone.
  What is broken down by enhet (the unit as it was then) is also by enhet_nu (the organisation of today).

  Numerator and denominator are sums of their columns. With unik_kolumn (a person, a household) they are instead how many
  different ones the rows with something in that column have: such figures never add up over groups or periods.
#}

{# Every family that the catalogue may name. What is not collected by the system has no rows of events: int_indikator_matt reads its values. #}
{% macro indikatorfamiljer() -%}
    {{ return([
        'aktualisering', 'utredning', 'frist_forhand', 'frist_utredning', 'frist_overvagande',
        'ej_verkstalld', 'ej_verkstalld_urval', 'volym', 'kostnad',
        'frist_familjeratt', 'frist_umgange', 'frist_jourhem', 'ateraktualisering', 'ateraktualisering_bistand',
        'placerad', 'placering', 'tvang', 'overvagande', 'beslut', 'ekonomi',
        'insats', 'insats_utredning', 'bistand', 'bistand_person', 'bistand_tolv', 'bistand_period',
    ]) }}
{%- endmacro %}

{% macro indikator_rader() -%}
    {%- set fraga -%}
        select
            i.indikator_id, i.definitionsversion, i.familj, i.taljare_kolumn, i.namnare_kolumn, i.unik_kolumn,
            i.statistik, i.tidsbas, i.datum_kolumn, i.till_kolumn, i.tackning_kolumn, i.regel_id, i.konvention,
            (select to_json(list(p.periodtyp order by p.periodtyp)) from {{ ref('indikator_perioder') }} as p
             where p.indikator_id = i.indikator_id) as periodtyper,
            (select to_json(list(u.uppdelning order by u.uppdelning)) from {{ ref('indikator_uppdelningar') }} as u
             where u.indikator_id = i.indikator_id) as uppdelningar,
            (select to_json(list([v.kolumn, v.operator, v.varden] order by v.kolumn)) from {{ ref('indikator_villkor') }} as v
             where v.indikator_id = i.indikator_id) as villkor
        from {{ ref('indikatorer') }} as i
        where i.insamling = 'system'
        order by i.ordning, i.indikator_id, i.definitionsversion
    {%- endset -%}
    {{ return(run_query(fraga).rows if execute else []) }}
{%- endmacro %}

{# One part of an indicator: the sum of a column, or how many different ones stand behind it. #}
{% macro indikator_del(kolumn, unik) -%}
    {%- if not kolumn -%} null
    {%- elif unik -%} count(distinct case when rad.{{ kolumn }} > 0 then rad.{{ unik }} end)
    {%- else -%} sum(rad.{{ kolumn }})
    {%- endif -%}::decimal(18, 4)
{%- endmacro %}

{#
  How many stand behind a figure: those of the rows that are in its numerator or its denominator, not of the others.
  Who is counted in a number of different ones is who stands behind it, in the same words: DuckDB counts once.
#}
{% macro indikator_bakom(taljare, namnare, unik) -%}
    {%- if unik and not namnare -%}
    {{ indikator_del(taljare, unik) }}::bigint
    {%- else -%}
    count(distinct case
        when coalesce(rad.{{ taljare }}, 0) <> 0{% if namnare %} or coalesce(rad.{{ namnare }}, 0) <> 0{% endif %} then rad.bas_id
    end)
    {%- endif -%}
{%- endmacro %}

{% macro indikator_komponenter() -%}
{%- set familjer = {} -%}
{%- for familj in indikatorfamiljer() %}{% do familjer.update({familj: ref('int_familj_' ~ familj)}) %}{% endfor -%}
{%- set kvantiler = {'median': 0.5, 'p90': 0.9} -%}
{%- for i in indikator_rader() %}
{%- set uppdelningar = fromjson(i['uppdelningar'] or '[]') %}
{%- if 'enhet' in uppdelningar %}{% do uppdelningar.append('enhet_nu') %}{% endif %}
select
    '{{ i["indikator_id"] }}' as indikator_id,
    {{ i['definitionsversion'] }} as definitionsversion,
    rad.kommun,
    any_value(period.periodtyp) as periodtyp,
    period.period,
    {% if uppdelningar -%}
    case {% for u in uppdelningar %}when grouping(rad.{{ u }}) = 0 then '{{ u }}' {% endfor %}else 'total' end as uppdelning,
    case {% for u in uppdelningar %}when grouping(rad.{{ u }}) = 0 then coalesce(rad.{{ u }}, 'okand') {% endfor %}else 'total' end as grupp,
    {%- else -%}
    'total' as uppdelning,
    'total' as grupp,
    {%- endif %}
    {{ indikator_del(i['taljare_kolumn'], i['unik_kolumn']) }} as taljare,
    {{ indikator_del(i['namnare_kolumn'], i['unik_kolumn']) }} as namnare,
    {% if i['statistik'] in kvantiler -%}
    quantile_cont(rad.{{ i['taljare_kolumn'] }}, {{ kvantiler[i['statistik']] }})
    {%- else -%} null
    {%- endif -%}::decimal(18, 6) as kvantil,
    {{ indikator_bakom(i['taljare_kolumn'], i['namnare_kolumn'], i['unik_kolumn']) }} as antal_bakom,
    {{ 'count(*)' if i['tackning_kolumn'] else 'null' }}::bigint as antal_rader,
    {{ 'count(rad.' ~ i['tackning_kolumn'] ~ ')' if i['tackning_kolumn'] else 'null' }}::bigint as antal_med_uppgift
from
{%- if 'enhet' in uppdelningar %} (
    select familj.*, coalesce(nu.enhet_nu, familj.enhet) as enhet_nu
    from {{ familjer[i['familj']] }} as familj
    left join {{ ref('int_enhet_nu') }} as nu on nu.kommun = familj.kommun and nu.enhet = familj.enhet
) as rad
{%- else %} {{ familjer[i['familj']] }} as rad
{%- endif %}
inner join
{%- if i['tidsbas'] in ('bestand', 'aktuell') %} {{ ref('int_kommun_period') }} as period
    on period.kommun = rad.kommun
    and rad.{{ i['datum_kolumn'] }} <= period.period_slut
    and (
        rad.{{ i['till_kolumn'] }} is null
        or rad.{{ i['till_kolumn'] }} > period.{{ 'period_slut' if i['tidsbas'] == 'bestand' else 'period_start' }}
    )
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
    (rad.kommun, period.period)
    {%- for u in uppdelningar %}, (rad.kommun, period.period, rad.{{ u }}){% endfor %}
)
{{ 'union all' if not loop.last }}
{%- else %}
select
    null::varchar as indikator_id, null::integer as definitionsversion, null::varchar as kommun,
    null::varchar as periodtyp, null::varchar as period, null::varchar as uppdelning, null::varchar as grupp,
    null::decimal(18, 4) as taljare, null::decimal(18, 4) as namnare, null::decimal(18, 6) as kvantil,
    null::bigint as antal_bakom, null::bigint as antal_rader, null::bigint as antal_med_uppgift
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
