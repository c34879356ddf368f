-- How long placements last, as known at the newest closed month (int_prognos_overlevnad).
select
    kurva.kommun,
    kurva.niva,
    kurva.grupp,
    kurva.dygn,
    kurva.till_dygn,
    tillfalle.prognos_datum,
    kurva.antal_under_risk,
    kurva.antal_slut,
    kurva.kvar_andel::decimal(18, 12) as kvar_andel,
    kurva.dygn_summa::decimal(18, 6) as dygn_summa,
    kurva.antal_avslut
from {{ ref('int_prognos_overlevnad') }} as kurva
inner join {{ ref('int_prognos_tillfalle') }} as tillfalle
    on tillfalle.kommun = kurva.kommun and tillfalle.prognos_datum = kurva.prognos_datum
where tillfalle.ar_senaste
