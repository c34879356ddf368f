-- Investigations of the same child that follow each other within so few days (the limit of the rule UTREDNING_KEDJA) that
-- they may be one: JO has criticised closing and opening again to stay within four months (2565-2016, 2411-2017).
with utredning as (
    select
        utr.kommun, utr.utredning_nyckel, utr.utredning_id, utr.person_nyckel, utr.enhet, utr.kon, utr.aldersgrupp,
        utr.inledd_datum, utr.slutford_datum, utr.utredningstid_dagar, lage.lage_per
    from {{ ref('fct_utredning') }} as utr
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = utr.kommun
    where utr.typ = 'barn_skydd_stod' and utr.person_nyckel is not null
),

foregangen as (
    select
        utredning.kommun, utredning.utredning_nyckel, utredning.utredning_id, utredning.person_nyckel, utredning.enhet,
        utredning.kon, utredning.aldersgrupp, utredning.inledd_datum, utredning.slutford_datum,
        utredning.utredningstid_dagar, utredning.lage_per,
        max(coalesce(utredning.slutford_datum, utredning.lage_per)) over (
            partition by utredning.kommun, utredning.person_nyckel
            order by utredning.inledd_datum, utredning.utredning_nyckel
            rows between unbounded preceding and 1 preceding
        ) as senaste_slut_datum
    from utredning
),

numrerad as (
    select
        foregangen.kommun, foregangen.utredning_nyckel, foregangen.utredning_id, foregangen.person_nyckel,
        foregangen.enhet, foregangen.kon, foregangen.aldersgrupp, foregangen.inledd_datum, foregangen.slutford_datum,
        foregangen.lage_per, cast(regel.grans as integer) as grans_dagar,
        count(*) filter (
            where foregangen.senaste_slut_datum is null
                or foregangen.inledd_datum - foregangen.senaste_slut_datum > cast(regel.grans as integer)
        ) over (
            partition by foregangen.kommun, foregangen.person_nyckel
            order by foregangen.inledd_datum, foregangen.utredning_nyckel
        ) as kedja_nr
    from foregangen
    inner join {{ ref('valideringsregler') }} as regel on regel.regel_id = 'UTREDNING_KEDJA'
)

select
    kommun,
    first(utredning_nyckel order by inledd_datum, utredning_nyckel) as kedja_nyckel,
    person_nyckel,
    last(enhet order by inledd_datum, utredning_nyckel) as enhet,
    any_value(kon) as kon,
    first(aldersgrupp order by inledd_datum, utredning_nyckel) as aldersgrupp,
    count(*) as antal_utredningar,
    list(utredning_id order by inledd_datum, utredning_nyckel) as utredning_id_lista,
    min(inledd_datum) as inledd_datum,
    case when bool_and(slutford_datum is not null) then max(slutford_datum) end as slutford_datum,
    cast(coalesce(case when bool_and(slutford_datum is not null) then max(slutford_datum) end, any_value(lage_per))
         - min(inledd_datum) as integer) as kedja_dagar,
    coalesce(case when bool_and(slutford_datum is not null) then max(slutford_datum) end, any_value(lage_per))
        > cast(min(inledd_datum) + to_months(4) as date) as ar_over_fyra_manader,
    any_value(grans_dagar) as grans_dagar,
    any_value(lage_per) as lage_per
from numrerad
group by kommun, person_nyckel, kedja_nr
