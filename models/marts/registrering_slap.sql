-- How late days are registered: the share known within so many days, estimated so that recent days, of which only the
-- quick ones are known, do not make registration look quicker than it is (reverse-time product limit).
with slap as (
    select kommun, kalla, slap_dagar as dagar, count(*) as antal
    from {{ ref('int_registrering') }}
    group by kommun, kalla, slap_dagar
),

-- At risk of being registered after exactly so many days, seen backwards: known by then, and old enough to have been.
risk as (
    select slap.kommun, slap.kalla, slap.dagar, slap.antal, count(rad.row_key) as antal_i_risk
    from slap
    inner join {{ ref('int_registrering') }} as rad
        on rad.kommun = slap.kommun and rad.kalla = slap.kalla
        and rad.slap_dagar <= slap.dagar and rad.iakttagen_dagar >= slap.dagar
    group by slap.kommun, slap.kalla, slap.dagar, slap.antal
),

-- Beyond the longest time that enough could have taken, nothing is expected.
skattad as (
    select risk.*
    from risk
    inner join {{ ref('indikator_granser') }} as grans on grans.grans_id = 'eftersl_underlag'
    where risk.antal_i_risk >= grans.varde
)

select
    kommun,
    kalla,
    dagar,
    antal::integer as antal,
    antal_i_risk::integer as antal_i_risk,
    round(coalesce(product(1 - antal / antal_i_risk) over (
        partition by kommun, kalla order by dagar rows between 1 following and unbounded following
    ), 1), 6)::decimal(9, 6) as andel_kand
from skattad
