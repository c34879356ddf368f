-- Care days and money side by side, one row per source row and month: the components from which every
-- cost figure is summed. Nothing here is a ratio.
with volym as (
    select
        plac.kommun, 'utfall' as serie, dygn.manad, plac.kostnadsgrupp, plac.malgrupp, plac.regi,
        plac.lagrumsgrupp, plac.ensamkommande, plac.person_nyckel, plac.placering_id,
        dygn.vard_dygn, dygn.betalda_dygn
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    where not plac.medplacerad
),

-- The newest version of a forecast is the forecast; a budget has one version per year.
ekonomi as (
    select
        kommun, serie, period as manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        kontotyp, belopp_kr
    from {{ ref('int_ekonomi') }}
    qualify serie = 'utfall' or coalesce(version, '') = max(coalesce(version, '')) over (
        partition by kommun, serie, left(period, 4)
    )
),

plan as (
    select kommun, serie, period as manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, arsplaceringar
    from {{ ref('stg_volymplan') }}
    qualify coalesce(version, '') = max(coalesce(version, '')) over (partition by kommun, serie, left(period, 4))
),

rad as (
    select
        kommun, serie, manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, person_nyckel,
        placering_id, cast(vard_dygn as decimal(18, 4)) as vard_dygn,
        cast(betalda_dygn as decimal(18, 4)) as betalda_dygn,
        cast(null as varchar) as kontotyp, cast(null as decimal(18, 2)) as belopp_kr
    from volym
    union all
    select
        kommun, serie, manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, null,
        null, null, null, kontotyp, belopp_kr
    from ekonomi
    union all
    select
        kommun, serie, manad, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false, null,
        null, cast(arsplaceringar * 365 as decimal(18, 4)), null, null, null
    from plan
)

select
    rad.kommun,
    rad.serie,
    rad.manad,
    coalesce(rad.kostnadsgrupp, 'okand') as kostnadsgrupp,
    coalesce(rad.malgrupp, 'alla') as malgrupp,
    case when coalesce(indelning.skiljer_regi, true) then coalesce(rad.regi, 'alla') else 'alla' end as regi,
    case when coalesce(indelning.skiljer_lagrumsgrupp, true) then coalesce(rad.lagrumsgrupp, 'alla') else 'alla' end
        as lagrumsgrupp,
    rad.ensamkommande,
    rad.person_nyckel,
    rad.placering_id,
    rad.vard_dygn,
    rad.betalda_dygn,
    case when rad.kontotyp = 'kostnad' then rad.belopp_kr end as bruttokostnad_kr,
    case when rad.kontotyp = 'intakt' then rad.belopp_kr end as intakt_kr,
    case when rad.kontotyp = 'statsbidrag' then rad.belopp_kr end as statsbidrag_kr,
    rad.belopp_kr as nettokostnad_kr,
    case when rad.kontotyp <> 'statsbidrag' then rad.belopp_kr end as nettokostnad_exkl_statsbidrag_kr
from rad
left join {{ ref('int_kostnadsindelning') }} as indelning
    on indelning.kommun = rad.kommun and indelning.kostnadsgrupp = rad.kostnadsgrupp
    and indelning.malgrupp = rad.malgrupp
