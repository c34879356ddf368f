-- What is still expected to be registered of each month, from how late earlier days were. Null where it cannot be said.
with kand as (
    select
        rad.kommun, rad.kalla, strftime(rad.handelse_datum, '%Y-%m') as manad, rad.iakttagen_dagar,
        slap.andel_kand
    from {{ ref('int_registrering') }} as rad
    asof left join {{ ref('registrering_slap') }} as slap
        on slap.kommun = rad.kommun and slap.kalla = rad.kalla and slap.dagar <= rad.iakttagen_dagar
)

select
    kommun,
    kalla,
    manad,
    count(*)::integer as antal_kanda,
    case when bool_and(andel_kand > 0) then round(sum(1 / andel_kand::double - 1), 1) end::decimal(18, 1) as vantas_antal
from kand
group by kommun, kalla, manad
