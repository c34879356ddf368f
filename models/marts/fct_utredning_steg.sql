-- Where the time goes: one row per investigation and step, from what came in to what was closed. A step with a day missing
-- has no length. What happened before its turn (the last contact before the assignment) takes no time of its own, so that
-- no day is counted in two steps.
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

ordnad as (
    select
        kommun, utredning_nyckel, utredning_id, typ, enhet, kon, aldersgrupp, slutford_datum,
        inkommen_datum as dag_1,
        case when beslutsdatum is not null then greatest(inkommen_datum, beslutsdatum) end as dag_2,
        greatest(inkommen_datum, beslutsdatum, inledd_datum) as dag_3,
        case when tilldelad_datum is not null then
            greatest(inkommen_datum, beslutsdatum, inledd_datum, tilldelad_datum)
        end as dag_4,
        case when senaste_kontakt_datum is not null then
            greatest(inkommen_datum, beslutsdatum, inledd_datum, tilldelad_datum, senaste_kontakt_datum)
        end as dag_5,
        case when slutford_datum is not null then
            greatest(inkommen_datum, beslutsdatum, inledd_datum, tilldelad_datum, senaste_kontakt_datum, slutford_datum)
        end as dag_6
    from vag
),

steg as (
    select
        kommun, utredning_nyckel, utredning_id, typ, enhet, kon, aldersgrupp, slutford_datum,
        unnest([1, 2, 3, 4, 5]) as steg_nr,
        unnest([
            'inkommen_till_beslut', 'beslut_till_inledd', 'inledd_till_tilldelad', 'tilldelad_till_senaste_kontakt',
            'senaste_kontakt_till_slutford'
        ]) as steg,
        unnest([dag_1, dag_2, dag_3, dag_4, dag_5]) as fran_datum,
        unnest([dag_2, dag_3, dag_4, dag_5, dag_6]) as till_datum
    from ordnad
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
    cast(till_datum - fran_datum as integer) as dagar,
    slutford_datum
from steg
