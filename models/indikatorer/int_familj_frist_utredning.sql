-- Indicator family: the clocks of investigations, and how long before the end somebody last spoke to the person. A contact
-- noted after the end tells nothing of that.
with klocka as (
    {{ familj_frist(['UTR_BARN', 'LOK_BEROENDE_60', 'LOK_SOCPSYK_60']) }}
),

utredning as (
    select kommun, utredning_nyckel, aktualisering_id, person_nyckel, senaste_kontakt_datum
    from {{ ref('fct_utredning') }}
),

med_kontakt as (
    select
        klocka.kommun, klocka.regel_id, klocka.konvention, klocka.bas_id, klocka.kon, klocka.aldersgrupp, klocka.enhet,
        klocka.start_datum, klocka.frist_datum, klocka.stopp_datum, klocka.over_frist_datum, klocka.oppen_till_datum,
        klocka.giltig_till_datum, klocka.utfall, klocka.dagband, klocka.antal, klocka.ar_i_tid,
        klocka.ar_i_tid_eller_forlangd, klocka.ar_efter_fristen, klocka.ar_forlangd, klocka.ar_klar, klocka.ar_provbar,
        klocka.dagar,
        akt.orsak,
        case
            when klocka.ar_klar = 1 and utredning.senaste_kontakt_datum <= klocka.stopp_datum
                then klocka.stopp_datum - utredning.senaste_kontakt_datum
        end as kontakt_dagar
    from klocka
    left join utredning
        on utredning.kommun = klocka.kommun and utredning.utredning_nyckel = klocka.subjekt_nyckel
    left join {{ ref('int_aktualisering_text') }} as akt
        on akt.kommun = utredning.kommun
        and akt.aktualisering_id = utredning.aktualisering_id
        and akt.person_nyckel = utredning.person_nyckel
)

select
    kommun, regel_id, konvention, bas_id, kon, aldersgrupp, enhet, start_datum, frist_datum, stopp_datum, over_frist_datum,
    oppen_till_datum, giltig_till_datum, utfall, dagband, antal, ar_i_tid, ar_i_tid_eller_forlangd, ar_efter_fristen,
    ar_forlangd, ar_klar, ar_provbar, dagar, orsak, kontakt_dagar,
    case when kontakt_dagar is not null then 1 else 0 end as ar_kontakt_kand
from med_kontakt
