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
        ekonomi.kommun, serie.raknas_som, ekonomi.period, ekonomi.kostnadsgrupp, ekonomi.malgrupp, ekonomi.regi,
        ekonomi.lagrumsgrupp, ekonomi.ensamkommande, null, null, null, null, null, ekonomi.kontotyp,
        ekonomi.belopp_kr
    from {{ ref('int_ekonomi') }} as ekonomi
    inner join serie
        on serie.kalla = 'ekonomi' and serie.kommun = ekonomi.kommun and serie.serie = ekonomi.serie
        and serie.ar = left(ekonomi.period, 4) and serie.version = coalesce(ekonomi.version, '')
    union all
    select
        plan.kommun, serie.raknas_som, plan.period, plan.kostnadsgrupp, plan.malgrupp, plan.regi, plan.lagrumsgrupp,
        false, null, null, null, cast(plan.arsplaceringar * 365 as decimal(18, 4)), null, null, null
    from {{ ref('stg_volymplan') }} as plan
    inner join serie
        on serie.kalla = 'volymplan' and serie.kommun = plan.kommun and serie.serie = plan.serie
        and serie.ar = left(plan.period, 4) and serie.version = coalesce(plan.version, '')
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
