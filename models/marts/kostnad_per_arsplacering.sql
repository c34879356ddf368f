-- What a placement-year costs. "En årsplacering är 365 dagar och årskostnaden beräknas på nettokostnaden."
-- Sums first, ratios last; the deviation from budget is split so that its parts sum exactly.
with komponent as (
    select
        kostnad.kommun, kostnad.serie, period.periodtyp, period.period, period.period_start, period.period_slut,
        kostnad.kostnadsgrupp, kostnad.malgrupp, kostnad.regi, kostnad.lagrumsgrupp, kostnad.ensamkommande,
        sum(kostnad.vard_dygn) as vard_dygn,
        sum(kostnad.betalda_dygn) as betalda_dygn,
        sum(kostnad.bruttokostnad_kr) as bruttokostnad_kr,
        sum(kostnad.intakt_kr) as intakt_kr,
        sum(kostnad.statsbidrag_kr) as statsbidrag_kr,
        sum(kostnad.nettokostnad_kr) as nettokostnad_kr,
        sum(kostnad.nettokostnad_exkl_statsbidrag_kr) as nettokostnad_exkl_statsbidrag_kr,
        count(distinct kostnad.person_nyckel) as antal_personer
    from {{ ref('int_kostnad') }} as kostnad
    inner join {{ ref('int_period_manad') }} as period
        on period.manad = kostnad.manad and period.periodtyp <> 'rullande_12'
    group by all
),

-- Budget and outcome of the same group and period; budget does not tell ensamkommande apart.
plan as (
    select kommun, periodtyp, period, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
           vard_dygn as plan_dygn, nettokostnad_kr as plan_netto_kr
    from komponent
    where serie = 'budget' and not ensamkommande
),

jamford as (
    select
        komponent.kommun, komponent.serie, komponent.periodtyp, komponent.period, komponent.period_start,
        komponent.period_slut, komponent.kostnadsgrupp, komponent.malgrupp, komponent.regi,
        komponent.lagrumsgrupp, komponent.ensamkommande, komponent.vard_dygn, komponent.betalda_dygn,
        komponent.bruttokostnad_kr, komponent.intakt_kr, komponent.statsbidrag_kr, komponent.nettokostnad_kr,
        komponent.nettokostnad_exkl_statsbidrag_kr, komponent.antal_personer,
        plan.plan_dygn,
        plan.plan_netto_kr,
        sum(komponent.vard_dygn) filter (where plan.plan_dygn > 0) over malgrupp as utfall_dygn_malgrupp,
        sum(plan.plan_dygn) over malgrupp as plan_dygn_malgrupp
    from komponent
    left join plan
        on komponent.serie = 'utfall' and not komponent.ensamkommande
        and plan.kommun = komponent.kommun and plan.periodtyp = komponent.periodtyp
        and plan.period = komponent.period and plan.kostnadsgrupp = komponent.kostnadsgrupp
        and plan.malgrupp = komponent.malgrupp and plan.regi = komponent.regi
        and plan.lagrumsgrupp = komponent.lagrumsgrupp
    window malgrupp as (
        partition by komponent.kommun, komponent.serie, komponent.periodtyp, komponent.period, komponent.malgrupp
    )
),

-- Volume: the target group grew as a whole. Mix: this form's share of it changed. Price: the remainder.
uppdelad as (
    select
        kommun, serie, periodtyp, period, period_start, period_slut, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
        ensamkommande, vard_dygn, betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr, nettokostnad_kr,
        nettokostnad_exkl_statsbidrag_kr, antal_personer,
        nettokostnad_kr - plan_netto_kr as avvikelse_kr,
        case when plan_dygn > 0 and nettokostnad_kr - plan_netto_kr is not null and vard_dygn is not null then
            round((utfall_dygn_malgrupp - plan_dygn_malgrupp) / plan_dygn_malgrupp * plan_netto_kr, 2)::decimal(18, 2)
        end as volym_kr,
        case when plan_dygn > 0 and nettokostnad_kr - plan_netto_kr is not null and vard_dygn is not null then
            round((vard_dygn - utfall_dygn_malgrupp * plan_dygn / plan_dygn_malgrupp) / plan_dygn * plan_netto_kr, 2)
                ::decimal(18, 2)
        end as mix_kr
    from jamford
)

select
    uppdelad.kommun,
    uppdelad.serie,
    uppdelad.periodtyp,
    uppdelad.period,
    uppdelad.kostnadsgrupp,
    uppdelad.malgrupp,
    uppdelad.regi,
    uppdelad.lagrumsgrupp,
    uppdelad.ensamkommande as ar_ensamkommande,
    uppdelad.period_slut <= lage.lage_per as ar_fullstandig,
    uppdelad.vard_dygn::decimal(18, 4) as vard_dygn,
    uppdelad.betalda_dygn::decimal(18, 4) as betalda_dygn,
    (uppdelad.vard_dygn / 365)::decimal(18, 6) as arsplaceringar,
    (uppdelad.vard_dygn / (uppdelad.period_slut - uppdelad.period_start + 1))::decimal(18, 6) as arsplatser,
    uppdelad.bruttokostnad_kr::decimal(18, 2) as bruttokostnad_kr,
    uppdelad.intakt_kr::decimal(18, 2) as intakt_kr,
    uppdelad.statsbidrag_kr::decimal(18, 2) as statsbidrag_kr,
    uppdelad.nettokostnad_kr::decimal(18, 2) as nettokostnad_kr,
    uppdelad.nettokostnad_exkl_statsbidrag_kr::decimal(18, 2) as nettokostnad_exkl_statsbidrag_kr,
    case when uppdelad.vard_dygn > 0 then uppdelad.nettokostnad_kr * 365 / uppdelad.vard_dygn end
        ::decimal(18, 2) as kostnad_per_arsplacering_kr,
    case when uppdelad.vard_dygn > 0 then uppdelad.nettokostnad_exkl_statsbidrag_kr * 365 / uppdelad.vard_dygn end
        ::decimal(18, 2) as kostnad_per_arsplacering_exkl_statsbidrag_kr,
    case when uppdelad.vard_dygn > 0 then uppdelad.nettokostnad_kr / uppdelad.vard_dygn end
        ::decimal(18, 2) as dygnskostnad_kr,
    case
        when uppdelad.kostnadsgrupp = 'ofordelad' then 'ofördelad kostnad'
        when coalesce(uppdelad.vard_dygn, 0) = 0 then 'kostnad utan vårddygn'
        when uppdelad.nettokostnad_kr is null then 'vårddygn utan kostnad'
    end as saknas_orsak,
    uppdelad.avvikelse_kr::decimal(18, 2) as avvikelse_kr,
    uppdelad.volym_kr,
    (uppdelad.avvikelse_kr - uppdelad.volym_kr - uppdelad.mix_kr)::decimal(18, 2) as pris_kr,
    uppdelad.mix_kr,
    uppdelad.antal_personer
from uppdelad
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = uppdelad.kommun
