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
),

indelad as (
    select
        rad.kommun, rad.serie, rad.manad,
        coalesce(rad.kostnadsgrupp, 'okand') as kostnadsgrupp,
        coalesce(rad.malgrupp, 'alla') as malgrupp,
        case when coalesce(indelning.skiljer_regi, true) then coalesce(rad.regi, 'alla') else 'alla' end as regi,
        case when coalesce(indelning.skiljer_lagrumsgrupp, true) then coalesce(rad.lagrumsgrupp, 'alla')
            else 'alla'
        end as lagrumsgrupp,
        rad.ensamkommande, rad.person_nyckel, rad.placering_id, rad.placeringsform, rad.vard_dygn,
        rad.betalda_dygn, rad.kontotyp, rad.belopp_kr
    from rad
    left join {{ ref('int_kostnadsindelning') }} as indelning
        on indelning.kommun = rad.kommun and indelning.kostnadsgrupp = rad.kostnadsgrupp
        and indelning.malgrupp = rad.malgrupp
),

-- The row of the printed table that a group belongs to; * fits everything, the lowest ordning wins.
volymgrupp as (
    select
        grupp.kostnadsgrupp, grupp.malgrupp, grupp.regi, grupp.lagrumsgrupp, grupp.ensamkommande,
        arg_min(volym.volymgrupp, volym.ordning) as volymgrupp
    from (select distinct kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande from indelad) as grupp
    inner join {{ ref('volymgrupper') }} as volym
        on grupp.malgrupp glob volym.malgrupp
        and grupp.kostnadsgrupp glob volym.kostnadsgrupp
        and grupp.regi glob volym.regi
        and grupp.lagrumsgrupp glob volym.lagrumsgrupp
        and case when grupp.ensamkommande then 'ja' else 'nej' end = volym.ensamkommande
    group by all
)

select
    indelad.kommun,
    indelad.serie,
    indelad.manad,
    volymgrupp.volymgrupp,
    indelad.kostnadsgrupp,
    indelad.malgrupp,
    indelad.regi,
    indelad.lagrumsgrupp,
    indelad.ensamkommande,
    indelad.person_nyckel,
    indelad.placering_id,
    indelad.placeringsform,
    indelad.vard_dygn,
    indelad.betalda_dygn,
    case when indelad.kontotyp = 'kostnad' then indelad.belopp_kr end as bruttokostnad_kr,
    case when indelad.kontotyp = 'intakt' then indelad.belopp_kr end as intakt_kr,
    case when indelad.kontotyp = 'statsbidrag' then indelad.belopp_kr end as statsbidrag_kr,
    indelad.belopp_kr as nettokostnad_kr,
    case when indelad.kontotyp = 'statsbidrag' then 0 else indelad.belopp_kr end as nettokostnad_exkl_statsbidrag_kr
from indelad
inner join volymgrupp
    on volymgrupp.kostnadsgrupp = indelad.kostnadsgrupp and volymgrupp.malgrupp = indelad.malgrupp
    and volymgrupp.regi = indelad.regi and volymgrupp.lagrumsgrupp = indelad.lagrumsgrupp
    and volymgrupp.ensamkommande = indelad.ensamkommande
