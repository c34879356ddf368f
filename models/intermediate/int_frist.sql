-- Each clock under each convention that applies to it: due date, valid extension, outcome.
with version as (
    select
        regel_id, ar_forsta, version, giltig_fran, coalesce(giltig_till, date '9999-12-31') as giltig_till, overgang, enhet,
        case when ar_forsta then coalesce(langd_forsta, langd) else langd end as langd
    from {{ ref('fristregler_versioner') }}
    cross join (values (true), (false)) as tillfalle (ar_forsta)
),

-- The versions that also take the clocks that are pending when they enter into force, in order.
overgang as (
    select
        regel_id, ar_forsta,
        list(
            {'version': version, 'giltig_fran': giltig_fran, 'langd': langd, 'enhet': enhet, 'frist': cast(null as date)}
            order by giltig_fran
        ) as senare
    from version
    where overgang = 'ny'
    group by regel_id, ar_forsta
),

vid_start as (
    select
        klocka.klocka_nr, klocka.regel_id, klocka.start_datum, klocka.ar_rullad, klocka.satt_frist_datum,
        coalesce(klocka.stopp_datum, klocka.upphord_datum) as slut_datum,
        overgang.senare,
        {
            'version': version.version, 'giltig_fran': version.giltig_fran, 'langd': version.langd,
            'enhet': version.enhet, 'frist': {{ lagg_till('klocka.start_datum', 'version.langd', 'version.enhet') }}
        } as nu
    from {{ ref('int_frist_klocka') }} as klocka
    left join version
        on version.regel_id = klocka.regel_id
        and version.ar_forsta = klocka.ar_forsta
        and klocka.start_datum >= version.giltig_fran
        and klocka.start_datum < version.giltig_till
    left join overgang on overgang.regel_id = klocka.regel_id and overgang.ar_forsta = klocka.ar_forsta
),

enligt_lag as (
    select
        klocka_nr, regel_id, start_datum, ar_rullad, satt_frist_datum, nu.version as startversion,
        case
            when senare is null then nu
            else {{ efter_overgang('nu', 'senare', 'start_datum', 'slut_datum') }}
        end as raknad
    from vid_start
),

-- A clock under no version of its rule is none. A day that a court has set is the due date, as it stands.
nominell as (
    select
        klocka.klocka_nr, konvention.konvention,
        konvention.rullas = 'ja' and klocka.satt_frist_datum is null as rullas,
        case when konvention.langd is null then klocka.raknad.version else klocka.startversion end as regelversion,
        coalesce(
            klocka.satt_frist_datum,
            {{ lagg_till('klocka.start_datum', 'konvention.langd', 'konvention.enhet') }},
            klocka.raknad.frist
        ) as nominell_datum
    from enligt_lag as klocka
    inner join {{ ref('fristkonventioner') }} as konvention
        on coalesce(konvention.regel_id, klocka.regel_id) = klocka.regel_id
        and (konvention.rullas = 'nej' or klocka.ar_rullad)
    where klocka.raknad.frist is not null
        and (konvention.langd is null or klocka.startversion is not null)
),

forlangning as (
    select
        subjekt.subjekt_nr,
        list({'beslutsdatum': rad.beslutsdatum, 'ny_frist': rad.ny_frist} order by rad.beslutsdatum, rad.ny_frist)
            as forlangningar
    from {{ ref('int_forlangning') }} as rad
    inner join {{ ref('int_subjekt') }} as subjekt
        on subjekt.kommun = rad.kommun
        and subjekt.subjekt_typ = rad.subjekt_typ
        and subjekt.subjekt_nyckel = rad.subjekt_nyckel
    group by subjekt.subjekt_nr
),

frist as (
    select
        nominell.klocka_nr, nominell.konvention, nominell.regelversion,
        klocka.slag, klocka.start_datum, klocka.stopp_datum, klocka.upphord_datum, klocka.lage_per,
        klocka.ar_ej_bedombar, klocka.ar_undantagen,
        case when klocka.ar_forlangning_tillaten then forlangning.forlangningar end as forlangningar,
        coalesce(case when nominell.rullas then kalender.nasta_vardag end, nominell.nominell_datum) as frist_datum
    from nominell
    inner join {{ ref('int_frist_klocka') }} as klocka on klocka.klocka_nr = nominell.klocka_nr
    left join {{ ref('int_kalender') }} as kalender on kalender.datum = nominell.nominell_datum
    left join forlangning on forlangning.subjekt_nr = klocka.subjekt_nr
),

forlangd as (
    select
        klocka_nr, konvention, regelversion, slag, start_datum, stopp_datum, upphord_datum, lage_per, ar_ej_bedombar,
        ar_undantagen, frist_datum,
        case when forlangningar is not null then {{ forlangd_till('frist_datum', 'forlangningar') }} end
            as forlangd_till_datum
    from frist
)

select
    klocka_nr,
    konvention,
    regelversion,
    frist_datum,
    forlangd_till_datum,
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
        when upphord_datum <= coalesce(forlangd_till_datum, frist_datum) then 'upphord'
        when upphord_datum is not null then 'for_sent'
        when lage_per <= frist_datum then 'pagaende'
        when lage_per <= forlangd_till_datum then 'pagaende_inom_forlangning'
        else 'pagaende_over_frist'
    end as utfall,
    case when not ar_ej_bedombar then
        greatest(0, coalesce(stopp_datum, upphord_datum, lage_per) - start_datum)
    end as dagar,
    case when not ar_ej_bedombar then
        greatest(0, coalesce(stopp_datum, upphord_datum, lage_per) - coalesce(forlangd_till_datum, frist_datum))
    end as dagar_over
from forlangd
