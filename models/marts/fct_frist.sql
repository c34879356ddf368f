-- One row per legal clock, under the main convention. The section shown for a duty is the one in force on
-- its due date.
select
    frist.frist_id,
    frist.kommun,
    frist.regel_id,
    cast(frist.regelversion as integer) as regelversion,
    frist.slag,
    coalesce(version.lagrum_id, 'okand') as lagrum,
    frist.subjekt_typ,
    frist.subjekt_nyckel,
    frist.subjekt_id,
    cast(frist.tillfalle as integer) as tillfalle,
    frist.person_nyckel,
    frist.kon,
    cast(frist.alder_vid_start as integer) as alder_vid_start,
    frist.enhet,
    frist.malgrupp,
    frist.start_datum,
    frist.frist_datum,
    frist.forlangd_till_datum,
    frist.stopp_datum,
    frist.stopp_handelse,
    frist.upphor_datum as upphord_datum,
    frist.utfall,
    cast(frist.dagar as integer) as dagar,
    cast(frist.dagar_over as integer) as dagar_over
from {{ ref('int_frist') }} as frist
left join {{ ref('fristregler_versioner') }} as version
    on version.regel_id = frist.regel_id
    and frist.frist_datum >= version.giltig_fran
    and (version.giltig_till is null or frist.frist_datum < version.giltig_till)
where frist.konvention = 'LAG'
