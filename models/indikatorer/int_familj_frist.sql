-- Indicator families of clocks: one row per clock and convention. Outcomes become 0/1 columns that a
-- catalogue row can sum; the lapsed are in none of them, but they were valid while they ran.
with klocka as (
    select
        frist.kommun,
        frist.regel_id,
        konv.konvention,
        frist.subjekt_nyckel,
        coalesce(frist.person_nyckel, frist.subjekt_nyckel) as bas_id,
        frist.kon,
        {{ aldersgrupp('frist.alder_vid_start') }} as aldersgrupp,
        coalesce(frist.enhet, 'okand') as enhet,
        frist.start_datum,
        konv.frist_datum,
        frist.stopp_datum,
        frist.upphord_datum,
        konv.forlangd_till_datum,
        coalesce(konv.forlangd_till_datum, konv.frist_datum) + 1 as over_frist_datum,
        konv.utfall,
        konv.utfall in ('i_tid', 'i_tid_efter_forlangning', 'for_sent') as ar_avgjord,
        frist.stopp_datum - frist.start_datum as dagar
    from {{ ref('fct_frist') }} as frist
    inner join {{ ref('fct_frist_konvention') }} as konv on konv.frist_id = frist.frist_id
    where konv.utfall not in ('undantagen', 'ej_bedombar')
)

select
    klocka.kommun,
    klocka.regel_id,
    klocka.konvention,
    klocka.subjekt_nyckel,
    klocka.bas_id,
    klocka.kon,
    klocka.aldersgrupp,
    klocka.enhet,
    klocka.start_datum,
    klocka.frist_datum,
    klocka.stopp_datum,
    klocka.over_frist_datum,
    coalesce(klocka.stopp_datum, klocka.upphord_datum) as oppen_till_datum,
    least(klocka.over_frist_datum, klocka.stopp_datum, klocka.upphord_datum) as giltig_till_datum,
    klocka.utfall,
    band.band as dagband,
    1 as antal,
    case when klocka.utfall = 'i_tid' then 1 else 0 end as ar_i_tid,
    case when klocka.utfall in ('i_tid', 'i_tid_efter_forlangning') then 1 else 0 end as ar_i_tid_eller_forlangd,
    case when klocka.utfall in ('i_tid_efter_forlangning', 'for_sent') then 1 else 0 end as ar_efter_fristen,
    case when klocka.ar_avgjord and klocka.forlangd_till_datum is not null then 1 else 0 end as ar_forlangd,
    case when klocka.ar_avgjord then 1 else 0 end as ar_klar,
    case when klocka.ar_avgjord or klocka.utfall = 'pagaende_over_frist' then 1 else 0 end as ar_provbar,
    case when klocka.ar_avgjord then klocka.dagar end as dagar
from klocka
left join {{ ref('fristband') }} as band
    on band.regel_id = klocka.regel_id
    and case
        when band.ar_over_frist = 'ja' then klocka.stopp_datum > klocka.frist_datum
        else klocka.stopp_datum <= klocka.frist_datum
            and klocka.dagar >= band.fran_dagar
            and (band.till_dagar is null or klocka.dagar <= band.till_dagar)
    end
