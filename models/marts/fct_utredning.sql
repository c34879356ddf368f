with rad as (
    select
        utr.kommun, utr.row_key, utr.utredning_id, utr.aktualisering_id, utr.person_nyckel, utr.typ,
        utr.lagrum, utr.enhet, utr.malgrupp, utr.inledd, utr.tilldelad, utr.senaste_kontakt,
        coalesce(utr.slutford, utr.avslutad) as slutford,
        utr.slutford is null and utr.avslutad is not null as ar_slutford_fran_avslut,
        utr.avslutad, utr.frist_satt, utr.resultat, utr.barn_hord,
        coalesce(person.kon, 'okand') as kon,
        date_sub('year', person.fodelsedatum, utr.inledd) as alder
    from {{ ref('stg_utredning') }} as utr
    left join {{ ref('int_person') }} as person
        on person.kommun = utr.kommun and person.person_nyckel = utr.person_nyckel
)

select
    rad.kommun,
    rad.row_key as utredning_nyckel,
    rad.utredning_id,
    rad.aktualisering_id,
    rad.person_nyckel,
    rad.kon,
    cast(rad.alder as integer) as alder,
    coalesce(grupp.grupp, 'okand') as aldersgrupp,
    rad.typ,
    rad.malgrupp,
    rad.enhet,
    rad.lagrum,
    coalesce(lagrum.lagrum_id, 'okand') as lagrum_id,
    lagrum.lagrum_i_kraft as ar_lagrum_i_kraft,
    rad.inledd as inledd_datum,
    rad.tilldelad as tilldelad_datum,
    rad.senaste_kontakt as senaste_kontakt_datum,
    rad.slutford as slutford_datum,
    rad.ar_slutford_fran_avslut,
    rad.avslutad as avslutad_datum,
    rad.frist_satt as frist_satt_datum,
    rad.resultat,
    rad.slutford - rad.inledd as utredningstid_dagar,
    rad.barn_hord as ar_barn_hord
from rad
left join {{ ref('int_lagrum') }} as lagrum on lagrum.lagrum = rad.lagrum and lagrum.datum = rad.inledd
left join {{ ref('aldersgrupper') }} as grupp
    on grupp.indelning = 'standard' and rad.alder between grupp.fran_alder and grupp.till_alder
