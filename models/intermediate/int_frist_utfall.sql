-- Every clock that may be counted, under each convention, with what people break it down by. The exempt and those that
-- cannot be judged are in no count, and the reporting threshold is no time allowed.
select
    subjekt.kommun,
    klocka.regel_id,
    klocka.slag,
    frist.konvention,
    subjekt.enhet,
    subjekt.kon,
    coalesce(grupp.grupp, 'okand') as aldersgrupp,
    klocka.start_datum,
    frist.frist_datum,
    coalesce(frist.forlangd_till_datum, frist.frist_datum) as sista_datum,
    klocka.stopp_datum,
    coalesce(klocka.stopp_datum, klocka.upphord_datum) as slut_datum,
    frist.dagar,
    frist.utfall,
    klocka.lage_per
from {{ ref('int_frist') }} as frist
inner join {{ ref('int_frist_klocka') }} as klocka on klocka.klocka_nr = frist.klocka_nr
inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
left join {{ ref('aldersgrupper') }} as grupp
    on grupp.indelning = 'standard'
    and klocka.alder_vid_start >= grupp.fran_alder
    and (grupp.till_alder is null or klocka.alder_vid_start <= grupp.till_alder)
where frist.utfall not in ('undantagen', 'ej_bedombar') and klocka.slag <> 'rapportering'
