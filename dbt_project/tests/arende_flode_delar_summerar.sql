-- Catches a case that is in no group of a breakdown, or in two: the groups sum to the total. Persons do so
-- for sex, which nobody changes; in the others one person may be in several groups, and is in at least one.
{% set antal = ['ingaende', 'oppnade', 'avslutade', 'utgaende', 'aktuella'] %}
with del as (
    select
        kommun, slag, periodtyp, period, uppdelning,
        {% for k in antal %}sum(antal_{{ k }}) as antal_{{ k }}, {% endfor %}
        sum(antal_unika_personer) as antal_unika_personer
    from {{ ref('arende_flode') }}
    where uppdelning <> 'total'
    group by kommun, slag, periodtyp, period, uppdelning
)

select helhet.kommun, helhet.slag, helhet.period, del.uppdelning
from {{ ref('arende_flode') }} as helhet
inner join del
    on del.kommun = helhet.kommun and del.slag = helhet.slag and del.periodtyp = helhet.periodtyp
    and del.period = helhet.period
where helhet.uppdelning = 'total'
    and (
        {% for k in antal %}del.antal_{{ k }} <> helhet.antal_{{ k }} or {% endfor %}
        del.antal_unika_personer < helhet.antal_unika_personer
        or (del.uppdelning = 'kon' and del.antal_unika_personer <> helhet.antal_unika_personer)
    )
