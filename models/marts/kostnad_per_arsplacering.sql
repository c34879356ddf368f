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

utfall as (
    select
        kommun, periodtyp, period, period_start, period_slut, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
        ensamkommande, vard_dygn, betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr, nettokostnad_kr,
        nettokostnad_exkl_statsbidrag_kr, antal_personer
    from komponent
    where serie = 'utfall'
),

plan as (
    select
        komponent.kommun, komponent.periodtyp, komponent.period, komponent.period_start, komponent.period_slut,
        komponent.kostnadsgrupp, komponent.malgrupp, komponent.regi, komponent.lagrumsgrupp,
        komponent.ensamkommande, komponent.vard_dygn as plan_dygn, komponent.nettokostnad_kr as plan_netto_kr
    from komponent
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = komponent.kommun
    where komponent.serie = 'budget' and komponent.period_slut <= lage.lage_per
),

budgeterad as (
    select distinct kommun, periodtyp, period from plan
),

-- Outcome beside budget, group by group: what was budgeted and never happened is a deviation too.
jamford as (
    select
        coalesce(utfall.kommun, plan.kommun) as kommun,
        coalesce(utfall.periodtyp, plan.periodtyp) as periodtyp,
        coalesce(utfall.period, plan.period) as period,
        coalesce(utfall.period_start, plan.period_start) as period_start,
        coalesce(utfall.period_slut, plan.period_slut) as period_slut,
        coalesce(utfall.kostnadsgrupp, plan.kostnadsgrupp) as kostnadsgrupp,
        coalesce(utfall.malgrupp, plan.malgrupp) as malgrupp,
        coalesce(utfall.regi, plan.regi) as regi,
        coalesce(utfall.lagrumsgrupp, plan.lagrumsgrupp) as lagrumsgrupp,
        coalesce(utfall.ensamkommande, plan.ensamkommande) as ensamkommande,
        utfall.vard_dygn, utfall.betalda_dygn, utfall.bruttokostnad_kr, utfall.intakt_kr, utfall.statsbidrag_kr,
        utfall.nettokostnad_kr, utfall.nettokostnad_exkl_statsbidrag_kr,
        coalesce(utfall.antal_personer, 0) as antal_personer,
        plan.plan_dygn, plan.plan_netto_kr
    from utfall
    full outer join plan
        on plan.kommun = utfall.kommun and plan.periodtyp = utfall.periodtyp and plan.period = utfall.period
        and plan.kostnadsgrupp = utfall.kostnadsgrupp and plan.malgrupp = utfall.malgrupp
        and plan.regi = utfall.regi and plan.lagrumsgrupp = utfall.lagrumsgrupp
        and plan.ensamkommande = utfall.ensamkommande
),

malgrupp as (
    select
        jamford.kommun, jamford.periodtyp, jamford.period, jamford.period_start, jamford.period_slut,
        jamford.kostnadsgrupp, jamford.malgrupp, jamford.regi, jamford.lagrumsgrupp, jamford.ensamkommande,
        jamford.vard_dygn, jamford.betalda_dygn, jamford.bruttokostnad_kr, jamford.intakt_kr,
        jamford.statsbidrag_kr, jamford.nettokostnad_kr, jamford.nettokostnad_exkl_statsbidrag_kr,
        jamford.antal_personer, jamford.plan_dygn, jamford.plan_netto_kr,
        coalesce(jamford.vard_dygn, 0) as dygn,
        case when budgeterad.kommun is not null then
            coalesce(jamford.nettokostnad_kr, 0) - coalesce(jamford.plan_netto_kr, 0)
        end as avvikelse_kr,
        sum(coalesce(jamford.vard_dygn, 0)) filter (where jamford.plan_dygn > 0) over malgrupp as dygn_malgrupp,
        sum(jamford.plan_dygn) over malgrupp as plan_dygn_malgrupp
    from jamford
    left join budgeterad
        on budgeterad.kommun = jamford.kommun and budgeterad.periodtyp = jamford.periodtyp
        and budgeterad.period = jamford.period
    window malgrupp as (
        partition by jamford.kommun, jamford.periodtyp, jamford.period, jamford.malgrupp
    )
),

-- Volume: the target group grew as a whole. Mix: this form's share of it changed. Price: the remainder.
-- A group that was not budgeted with care days has a deviation but nothing to split it by.
uppdelad as (
    select
        kommun, 'utfall' as serie, periodtyp, period, period_start, period_slut, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande, vard_dygn, betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr,
        nettokostnad_kr, nettokostnad_exkl_statsbidrag_kr, antal_personer, avvikelse_kr,
        case when plan_dygn > 0 and plan_netto_kr is not null then
            round((dygn_malgrupp - plan_dygn_malgrupp) / plan_dygn_malgrupp * plan_netto_kr, 2)::decimal(18, 2)
        end as volym_kr,
        case when plan_dygn > 0 and plan_netto_kr is not null then
            round((dygn - dygn_malgrupp * plan_dygn / plan_dygn_malgrupp) / plan_dygn * plan_netto_kr, 2)
                ::decimal(18, 2)
        end as mix_kr
    from malgrupp
    union all
    select
        kommun, serie, periodtyp, period, period_start, period_slut, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande, vard_dygn, betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr,
        nettokostnad_kr, nettokostnad_exkl_statsbidrag_kr, antal_personer, null, null, null
    from komponent
    where serie <> 'utfall'
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
        when coalesce(uppdelad.vard_dygn, 0) = 0 and uppdelad.nettokostnad_kr is null then 'bara budgeterad'
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
