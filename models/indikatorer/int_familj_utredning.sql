-- Indicator family: one row per utredning and person. The day of the decision is a day on which it was open, so that what was
-- open at some time in a period is what was open before it and what was begun in it. Where no investigation has a day of
-- assignment nobody can tell which are unassigned.
select
    utr.kommun,
    coalesce(utr.person_nyckel, utr.utredning_nyckel) as bas_id,
    utr.person_nyckel,
    utr.kon,
    utr.aldersgrupp,
    coalesce(utr.enhet, 'okand') as enhet,
    utr.typ,
    utr.malgrupp,
    nullif(utr.lagrum_id, 'okand') as lagrum_id,
    lagrum.lagrumsgrupp,
    akt.orsak,
    utr.resultat,
    utr.inledd_datum,
    utr.tilldelad_datum,
    utr.slutford_datum,
    utr.slutford_datum + 1 as aktuell_till_datum,
    least(utr.tilldelad_datum, utr.slutford_datum) as ko_till_datum,
    utr.ar_barn_hord as barn_hord,
    1 as antal,
    case when utr.slutford_datum is not null then 1 else 0 end as ar_slutford,
    case when utr.slutford_datum is not null and utr.resultat <> 'flyttad' then 1 else 0 end as ar_med_resultat,
    case when utr.slutford_datum is not null and utr.resultat = 'insats' then 1 else 0 end as ar_insats,
    case when utr.ar_barn_hord is not null then 1 else 0 end as ar_barn_hord_kand,
    case when not utr.ar_barn_hord then 1 else 0 end as ar_barn_ej_hord,
    case when utr.tilldelad_datum is not null then 1 else 0 end as ar_tilldelad,
    case when count(utr.tilldelad_datum) over (partition by utr.kommun) > 0 then 1 end as tilldelning_registreras,
    utr.utredningstid_dagar,
    utr.tilldelad_datum - utr.inledd_datum as tilldelning_dagar
from {{ ref('fct_utredning') }} as utr
left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = utr.lagrum_id
left join {{ ref('int_aktualisering_text') }} as akt
    on akt.kommun = utr.kommun
    and akt.aktualisering_id = utr.aktualisering_id
    and akt.person_nyckel = utr.person_nyckel
