-- Every clock that may be counted, under each convention, with what people break it down by. The exempt and those that
-- cannot be judged are in no count, and the reporting threshold is no time allowed.
select
    klocka.frist_id,
    klocka.kommun,
    klocka.regel_id,
    klocka.slag,
    konv.konvention,
    klocka.enhet,
    klocka.kon,
    coalesce(grupp.grupp, 'okand') as aldersgrupp,
    klocka.start_datum,
    konv.frist_datum,
    coalesce(konv.forlangd_till_datum, konv.frist_datum) as sista_datum,
    klocka.stopp_datum,
    coalesce(klocka.stopp_datum, klocka.upphord_datum) as slut_datum,
    klocka.dagar,
    konv.utfall,
    lage.lage_per
from {{ ref('fct_frist') }} as klocka
inner join {{ ref('fct_frist_konvention') }} as konv on konv.frist_id = klocka.frist_id
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = klocka.kommun
left join {{ ref('aldersgrupper') }} as grupp
    on grupp.indelning = 'standard'
    and klocka.alder_vid_start >= grupp.fran_alder
    and (grupp.till_alder is null or klocka.alder_vid_start <= grupp.till_alder)
where konv.utfall not in ('undantagen', 'ej_bedombar') and klocka.slag <> 'rapportering'
