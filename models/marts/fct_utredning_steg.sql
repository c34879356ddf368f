-- Where the time goes: one row per investigation and step, from what came in to what was closed. A step ends on the day
-- of the next thing that is known; one that has not ended yet, or whose days are missing or in reverse, has no length.
with vag as (
    select
        utr.kommun, utr.utredning_nyckel, utr.utredning_id, utr.person_nyckel, utr.typ, utr.enhet, utr.kon,
        utr.aldersgrupp, utr.slutford_datum,
        akt.inkommen_datum, akt.beslutsdatum, utr.inledd_datum, utr.tilldelad_datum, utr.senaste_kontakt_datum
    from {{ ref('fct_utredning') }} as utr
    left join {{ ref('fct_aktualisering') }} as akt
        on akt.kommun = utr.kommun and akt.aktualisering_id = utr.aktualisering_id
        and akt.person_nyckel = utr.person_nyckel
),

steg as (
    select
        kommun, utredning_nyckel, utredning_id, typ, enhet, kon, aldersgrupp, slutford_datum,
        unnest([1, 2, 3, 4, 5]) as steg_nr,
        unnest([
            'inkommen_till_beslut', 'beslut_till_inledd', 'inledd_till_tilldelad', 'tilldelad_till_senaste_kontakt',
            'senaste_kontakt_till_slutford'
        ]) as steg,
        unnest([inkommen_datum, beslutsdatum, inledd_datum, tilldelad_datum, senaste_kontakt_datum]) as fran_datum,
        unnest([beslutsdatum, inledd_datum, tilldelad_datum, senaste_kontakt_datum, slutford_datum]) as till_datum
    from vag
)

select
    kommun,
    utredning_nyckel,
    utredning_id,
    typ,
    enhet,
    kon,
    aldersgrupp,
    cast(steg_nr as integer) as steg_nr,
    steg,
    fran_datum,
    till_datum,
    case when till_datum >= fran_datum then cast(till_datum - fran_datum as integer) end as dagar,
    slutford_datum
from steg
