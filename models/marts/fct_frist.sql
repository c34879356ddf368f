-- One row per legal clock, under the main convention. The section shown for a duty is the one in force on
-- its due date.
with version as (
    select regel_id, lagrum_id, giltig_fran, coalesce(giltig_till, date '9999-12-31') as giltig_till
    from {{ ref('fristregler_versioner') }}
)

select
    {{ frist_id('subjekt', 'klocka') }} as frist_id,
    subjekt.kommun,
    klocka.regel_id,
    cast(frist.regelversion as integer) as regelversion,
    klocka.slag,
    coalesce(version.lagrum_id, 'okand') as lagrum,
    subjekt.subjekt_typ,
    subjekt.subjekt_nyckel,
    subjekt.subjekt_id,
    cast(klocka.tillfalle as integer) as tillfalle,
    subjekt.person_nyckel,
    subjekt.kon,
    cast(klocka.alder_vid_start as integer) as alder_vid_start,
    subjekt.enhet,
    subjekt.malgrupp,
    klocka.start_datum,
    frist.frist_datum,
    frist.forlangd_till_datum,
    klocka.stopp_datum,
    string_split(regel.stopp_handelse, '|')[klocka.stopp_plats] as stopp_handelse,
    klocka.upphord_datum,
    frist.utfall,
    cast(frist.dagar as integer) as dagar,
    cast(frist.dagar_over as integer) as dagar_over
from {{ ref('int_frist') }} as frist
inner join {{ ref('int_frist_klocka') }} as klocka on klocka.klocka_nr = frist.klocka_nr
inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
inner join {{ ref('fristregler') }} as regel on regel.regel_id = klocka.regel_id
left join version
    on version.regel_id = klocka.regel_id
    and frist.frist_datum >= version.giltig_fran
    and frist.frist_datum < version.giltig_till
where frist.konvention = 'LAG'
