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
ekonomi_version as (
    select
        kommun, serie, period as manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        kontotyp, belopp_kr,
        dense_rank() over (partition by kommun, serie, left(period, 4) order by coalesce(version, '') desc) as nyast
    from {{ ref('int_ekonomi') }}
),

plan_version as (
    select
        kommun, serie, period as manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, arsplaceringar,
        dense_rank() over (partition by kommun, serie, left(period, 4) order by coalesce(version, '') desc) as nyast
    from {{ ref('stg_volymplan') }}
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
        kommun, case when serie = 'prognos' and nyast = 2 then 'foregaende_prognos' else serie end, manad,
        kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, null, null, null, null, null, kontotyp,
        belopp_kr
    from ekonomi_version
    where serie = 'utfall' or nyast = 1 or (serie = 'prognos' and nyast = 2)
    union all
    select
        kommun, case when serie = 'prognos' and nyast = 2 then 'foregaende_prognos' else serie end, manad,
        kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false, null, null,
        null, cast(arsplaceringar * 365 as decimal(18, 4)), null, null, null
    from plan_version
    where nyast = 1 or (serie = 'prognos' and nyast = 2)
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
    rad.placering_id,
    rad.placeringsform,
    rad.vard_dygn,
    rad.betalda_dygn,
    case when rad.kontotyp = 'kostnad' then rad.belopp_kr end as bruttokostnad_kr,
    case when rad.kontotyp = 'intakt' then rad.belopp_kr end as intakt_kr,
    case when rad.kontotyp = 'statsbidrag' then rad.belopp_kr end as statsbidrag_kr,
    rad.belopp_kr as nettokostnad_kr,
    case when rad.kontotyp <> 'statsbidrag' then rad.belopp_kr end as nettokostnad_exkl_statsbidrag_kr
from rad
inner join {{ ref('int_volymgrupp') }} as grupp
    on {{ samma_grupp('rad', 'grupp') }}
