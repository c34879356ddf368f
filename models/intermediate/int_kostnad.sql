-- Care days and money side by side, one row per source row and month: the components from which every
-- cost figure is summed. Nothing here is a ratio.
with volym as (
    select
        plac.kommun, 'utfall' as serie, dygn.manad, dygn.kostnadsgrupp, plac.malgrupp, plac.regi,
        dygn.lagrumsgrupp, plac.ensamkommande, plac.person_nyckel, plac.placering_id, dygn.placeringsform,
        dygn.vard_dygn, dygn.betalda_dygn
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    where not plac.medplacerad
),

-- Of a budget the newest version counts; of forecasts the newest, and the one before it beside.
version as (
    select
        kalla, kommun, serie, ar, version,
        row_number() over (partition by kalla, kommun, serie, ar order by version desc) as nyast
    from (
        select distinct
            'ekonomi' as kalla, kommun, serie, left(period, 4) as ar, coalesce(version, '') as version
        from {{ ref('int_ekonomi') }}
        union all
        select distinct 'volymplan', kommun, serie, left(period, 4), coalesce(version, '')
        from {{ ref('stg_volymplan') }}
    )
),

serie as (
    select
        kalla, kommun, serie, ar, version,
        case when serie = 'prognos' and nyast = 2 then 'foregaende_prognos' else serie end as raknas_som
    from version
    where serie = 'utfall' or nyast = 1 or (serie = 'prognos' and nyast = 2)
),

rad as (
    select
        kommun, serie, manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, person_nyckel,
        placering_id, placeringsform, cast(vard_dygn as decimal(18, 4)) as vard_dygn,
        cast(betalda_dygn as decimal(18, 4)) as betalda_dygn,
        cast(null as varchar) as kontotyp, cast(null as decimal(18, 2)) as belopp_kr
    from volym
    union all
    select
        ekonomi.kommun, serie.raknas_som, ekonomi.period, ekonomi.kostnadsgrupp, ekonomi.malgrupp,
        ekonomi.regi, ekonomi.lagrumsgrupp, ekonomi.ensamkommande, null, null, null, null, null,
        ekonomi.kontotyp,
        ekonomi.belopp_kr
    from {{ ref('int_ekonomi') }} as ekonomi
    inner join serie
        on serie.kalla = 'ekonomi' and serie.kommun = ekonomi.kommun and serie.serie = ekonomi.serie
        and serie.ar = left(ekonomi.period, 4) and serie.version = coalesce(ekonomi.version, '')
    union all
    select
        plan.kommun, serie.raknas_som, plan.period, plan.kostnadsgrupp, plan.malgrupp, plan.regi,
        plan.lagrumsgrupp, false, null, null, null, cast(plan.arsplaceringar * 365 as decimal(18, 4)), null,
        null, null
    from {{ ref('stg_volymplan') }} as plan
    inner join serie
        on serie.kalla = 'volymplan' and serie.kommun = plan.kommun and serie.serie = plan.serie
        and serie.ar = left(plan.period, 4) and serie.version = coalesce(plan.version, '')
)

select
    rad.kommun,
    rad.serie,
    rad.manad,
    grupp.volymgrupp,
    grupp.till_kostnadsgrupp as kostnadsgrupp,
    grupp.till_malgrupp as malgrupp,
    grupp.till_regi as regi,
    grupp.till_lagrumsgrupp as lagrumsgrupp,
    rad.ensamkommande,
    rad.person_nyckel,
    rad.placering_id, rad.placeringsform,
    rad.vard_dygn,
    rad.betalda_dygn,
    case when rad.kontotyp = 'kostnad' then rad.belopp_kr end as bruttokostnad_kr,
    case when rad.kontotyp = 'intakt' then rad.belopp_kr end as intakt_kr,
    case when rad.kontotyp = 'statsbidrag' then rad.belopp_kr end as statsbidrag_kr,
    rad.belopp_kr as nettokostnad_kr,
    case when rad.kontotyp = 'statsbidrag' then 0 else rad.belopp_kr end as nettokostnad_exkl_statsbidrag_kr
from rad
inner join {{ ref('int_volymgrupp') }} as grupp
    on {{ samma_grupp('rad', 'grupp') }}
