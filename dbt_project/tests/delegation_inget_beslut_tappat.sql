-- Catches a decision that is lost, counted twice, or under a section that the act of the day does not have:
-- the list holds each decision of a month that is over once, and what has no section in the extract is under
-- one in force.
with kalla as (
    select kommun, 'insats' as slag, beslutsdatum as datum from {{ ref('fct_beslut') }}
    union all
    select kommun, 'forhandsbedomning', beslutsdatum
    from {{ ref('fct_aktualisering') }}
    where beslutsdatum is not null
    union all
    select kommun, 'utredning', slutford_datum
    from {{ ref('fct_utredning') }}
    where slutford_datum is not null
    union all
    select kommun, 'forlangning', beslutsdatum from {{ ref('stg_forlangning') }}
    union all
    select kommun, 'overvagande', datum from {{ ref('fct_overvagande') }}
),

raknad as (
    select kalla.kommun, kalla.slag, strftime(kalla.datum, '%Y-%m') as manad, count(*) as antal
    from kalla
    inner join {{ ref('dim_kommun') }} as kommun on kommun.kommun = kalla.kommun
    where last_day(kalla.datum) <= kommun.lage_per
    group by kalla.kommun, kalla.slag, strftime(kalla.datum, '%Y-%m')
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
