-- Indicator families of clocks: one row per clock and convention. Outcomes become 0/1 columns that a
-- catalogue row can sum; the lapsed are in none of them, but they were valid while they ran.
select
    klocka.kommun,
    klocka.regel_id,
    konv.konvention,
    coalesce(klocka.person_nyckel, klocka.subjekt_nyckel) as bas_id,
    klocka.kon,
    {{ aldersgrupp('klocka.alder_vid_start') }} as aldersgrupp,
    coalesce(klocka.enhet, 'okand') as enhet,
    klocka.start_datum,
    konv.frist_datum,
    klocka.stopp_datum,
    coalesce(konv.forlangd_till_datum, konv.frist_datum) + 1 as over_frist_datum,
    coalesce(klocka.stopp_datum, klocka.upphord_datum) as oppen_till_datum,
    least(
        coalesce(konv.forlangd_till_datum, konv.frist_datum) + 1, klocka.stopp_datum, klocka.upphord_datum
    ) as giltig_till_datum,
    konv.utfall,
    1 as antal,
    case when konv.utfall = 'i_tid' then 1 else 0 end as ar_i_tid,
    case when konv.utfall in ('i_tid', 'i_tid_efter_forlangning') then 1 else 0 end as ar_i_tid_eller_forlangd,
    case when konv.utfall in ('i_tid', 'i_tid_efter_forlangning', 'for_sent') then 1 else 0 end as ar_klar,
    case when konv.utfall in ('i_tid', 'i_tid_efter_forlangning', 'for_sent', 'pagaende_over_frist') then 1 else 0 end
        as ar_provbar
from {{ ref('fct_frist') }} as klocka
inner join {{ ref('fct_frist_konvention') }} as konv on konv.frist_id = klocka.frist_id
where konv.utfall not in ('undantagen', 'ej_bedombar')
