-- Catches a decision that is lost, counted twice, or under a section that the act of the day does not have: the list holds each
-- decision of a month that is over once, and what has no section in the extract is under one in force.
with kalla as (
    select kommun, 'insats' as slag, strftime(beslutsdatum, '%Y-%m') as manad from {{ ref('fct_beslut') }}
    union all
    select kommun, 'forhandsbedomning', strftime(beslutsdatum, '%Y-%m')
    from {{ ref('fct_aktualisering') }}
    where beslutsdatum is not null
    union all
    select kommun, 'utredning', strftime(slutford_datum, '%Y-%m')
    from {{ ref('fct_utredning') }}
    where slutford_datum is not null
    union all
    select kommun, 'forlangning', strftime(beslutsdatum, '%Y-%m') from {{ ref('stg_forlangning') }}
    union all
    select kommun, 'overvagande', strftime(datum, '%Y-%m') from {{ ref('fct_overvagande') }}
),

raknad as (
    select kalla.kommun, kalla.slag, kalla.manad, count(*) as antal
    from kalla
    inner join {{ ref('int_kommun_period') }} as period
        on period.kommun = kalla.kommun and period.periodtyp = 'manad' and period.period = kalla.manad
        and period.ar_fullstandig
    group by kalla.kommun, kalla.slag, kalla.manad
),

lista as (
    select kommun, slag, manad, sum(antal) as antal
    from {{ ref('delegation_manad') }}
    where slag <> 'tvang'
    group by kommun, slag, manad
)

select
    coalesce(raknad.kommun, lista.kommun) as kommun, coalesce(raknad.slag, lista.slag) as slag,
    coalesce(raknad.manad, lista.manad) as manad, 'listan är inte besluten' as fel
from raknad
full join lista on lista.kommun = raknad.kommun and lista.slag = raknad.slag and lista.manad = raknad.manad
where raknad.antal is distinct from lista.antal
union all
select kommun, slag, manad, 'lagrummet gällde inte den dagen'
from {{ ref('delegation_manad') }}
where slag in ('forhandsbedomning', 'forlangning', 'overvagande') and not ar_lagrum_i_kraft
