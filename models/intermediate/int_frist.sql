-- Each clock under each convention that applies to it: due date, valid extension, outcome.
with forlangning as (
    select
        kommun, subjekt_typ, subjekt_id,
        list({'beslutsdatum': beslutsdatum, 'ny_frist': ny_frist} order by beslutsdatum, ny_frist) as forlangningar
    from {{ ref('stg_forlangning') }}
    group by kommun, subjekt_typ, subjekt_id
),

nominell as (
    select
        klocka.kommun, klocka.regel_id, klocka.slag, klocka.subjekt_typ, klocka.subjekt_nyckel,
        klocka.subjekt_id, klocka.tillfalle, klocka.person_nyckel, klocka.kon, klocka.alder_vid_start,
        klocka.enhet, klocka.malgrupp, klocka.typ, klocka.start_datum, klocka.stopp_datum,
        klocka.stopp_handelse, klocka.upphor_datum, klocka.lage_per, klocka.ar_ej_bedombar,
        klocka.ar_undantagen,
        konvention.konvention,
        konvention.rullas = 'ja' as rullas,
        version.version as regelversion,
        case when regel.forlangning_tillaten = 'ja' then forlangning.forlangningar end as forlangningar,
        {{ lagg_till('klocka.start_datum', 'coalesce(konvention.langd, version.langd)', 'coalesce(konvention.enhet, version.enhet)') }}
            as nominell_datum
    from {{ ref('int_frist_klocka') }} as klocka
    inner join {{ ref('fristregler') }} as regel on regel.regel_id = klocka.regel_id
    inner join {{ ref('fristregler_versioner') }} as version
        on version.regel_id = klocka.regel_id
        and klocka.start_datum >= version.giltig_fran
        and (version.giltig_till is null or klocka.start_datum < version.giltig_till)
    inner join {{ ref('fristkonventioner') }} as konvention
        on list_contains(string_split(konvention.regel_slag, '|'), klocka.slag)
        and coalesce(konvention.regel_id, klocka.regel_id) = klocka.regel_id
    left join forlangning
        on forlangning.kommun = klocka.kommun
        and forlangning.subjekt_typ = klocka.subjekt_typ
        and forlangning.subjekt_id = klocka.subjekt_id
),

frist as (
    select
        nominell.kommun, nominell.regel_id, nominell.slag, nominell.subjekt_typ, nominell.subjekt_nyckel,
        nominell.subjekt_id, nominell.tillfalle, nominell.person_nyckel, nominell.kon, nominell.alder_vid_start,
        nominell.enhet, nominell.malgrupp, nominell.typ, nominell.start_datum, nominell.stopp_datum,
        nominell.stopp_handelse, nominell.upphor_datum, nominell.lage_per, nominell.ar_ej_bedombar,
        nominell.ar_undantagen, nominell.konvention, nominell.regelversion, nominell.forlangningar,
        case when nominell.rullas then kalender.nasta_vardag else nominell.nominell_datum end as frist_datum
    from nominell
    left join {{ ref('int_kalender') }} as kalender on kalender.datum = nominell.nominell_datum
),

forlangd as (
    select
        kommun, regel_id, slag, subjekt_typ, subjekt_nyckel, subjekt_id, tillfalle, person_nyckel, kon,
        alder_vid_start, enhet, malgrupp, typ, start_datum, stopp_datum, stopp_handelse, upphor_datum, lage_per,
        ar_ej_bedombar, ar_undantagen, konvention, regelversion, frist_datum,
        {{ forlangd_till('frist_datum', 'forlangningar') }} as forlangd_till_datum
    from frist
)

select
    md5(concat_ws('|', kommun, regel_id, subjekt_nyckel, tillfalle)) as frist_id,
    kommun, regel_id, slag, regelversion, konvention, subjekt_typ, subjekt_nyckel, subjekt_id, tillfalle,
    person_nyckel, kon, alder_vid_start, enhet, malgrupp, typ, start_datum, frist_datum,
    forlangd_till_datum, stopp_datum, stopp_handelse, upphor_datum, lage_per,
    case
        when ar_undantagen then 'undantagen'
        when ar_ej_bedombar then 'ej_bedombar'
        when slag = 'rapportering' then case
            when stopp_datum <= frist_datum then 'ej_rapporteringspliktig'
            when stopp_datum is null and lage_per <= frist_datum then 'vantar'
            else 'rapporteringspliktig'
        end
        when stopp_datum <= frist_datum then 'i_tid'
        when stopp_datum <= forlangd_till_datum then 'i_tid_efter_forlangning'
        when stopp_datum is not null then 'for_sent'
        when upphor_datum <= coalesce(forlangd_till_datum, frist_datum) then 'upphord'
        when upphor_datum is not null then 'for_sent'
        when lage_per <= frist_datum then 'pagaende'
        when lage_per <= forlangd_till_datum then 'pagaende_inom_forlangning'
        else 'pagaende_over_frist'
    end as utfall,
    case when not ar_ej_bedombar then coalesce(stopp_datum, upphor_datum, lage_per) - start_datum end as dagar,
    case when not ar_ej_bedombar then
        greatest(0, coalesce(stopp_datum, upphor_datum, lage_per) - coalesce(forlangd_till_datum, frist_datum))
    end as dagar_over
from forlangd
