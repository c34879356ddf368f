-- What a placement-year costs. "En årsplacering är 365 dagar och årskostnaden beräknas på nettokostnaden."
-- Sums first, ratios last; the deviation from budget is split so that its parts sum exactly (the other comparisons
-- are in kostnad_avvikelse).
with budget as (
    select
        kommun, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, avvikelse_kr, volym_kr,
        pris_kr, mix_kr
    from {{ ref('int_kostnad_jamforelse') }}
    where serie = 'utfall' and jamforelse = 'budget'
),

utfall as (
    select
        kommun, serie, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, vard_dygn,
        betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr, nettokostnad_kr,
        nettokostnad_exkl_statsbidrag_kr, antal_personer
    from {{ ref('int_kostnad_period') }}
    where serie = 'utfall'
),

-- What was budgeted and never happened is a row of the outcome too, with its deviation.
rad as (
    select
        coalesce(utfall.kommun, budget.kommun) as kommun,
        'utfall' as serie,
        coalesce(utfall.periodtyp, budget.periodtyp) as periodtyp,
        coalesce(utfall.period, budget.period) as period,
        coalesce(utfall.volymgrupp, budget.volymgrupp) as volymgrupp,
        coalesce(utfall.kostnadsgrupp, budget.kostnadsgrupp) as kostnadsgrupp,
        coalesce(utfall.malgrupp, budget.malgrupp) as malgrupp,
        coalesce(utfall.regi, budget.regi) as regi,
        coalesce(utfall.lagrumsgrupp, budget.lagrumsgrupp) as lagrumsgrupp,
        coalesce(utfall.ensamkommande, budget.ensamkommande) as ensamkommande,
        utfall.vard_dygn, utfall.betalda_dygn, utfall.bruttokostnad_kr, utfall.intakt_kr, utfall.statsbidrag_kr,
        utfall.nettokostnad_kr, utfall.nettokostnad_exkl_statsbidrag_kr,
        coalesce(utfall.antal_personer, 0) as antal_personer,
        budget.avvikelse_kr, budget.volym_kr, budget.pris_kr, budget.mix_kr
    from utfall
    full outer join budget
        on budget.kommun = utfall.kommun and budget.periodtyp = utfall.periodtyp and budget.period = utfall.period
        and budget.kostnadsgrupp = utfall.kostnadsgrupp and budget.malgrupp = utfall.malgrupp
        and budget.regi = utfall.regi and budget.lagrumsgrupp = utfall.lagrumsgrupp
        and budget.ensamkommande = utfall.ensamkommande
    union all
    select
        kommun, serie, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, vard_dygn,
        betalda_dygn, bruttokostnad_kr, intakt_kr, statsbidrag_kr, nettokostnad_kr,
        nettokostnad_exkl_statsbidrag_kr, antal_personer, null, null, null, null
    from {{ ref('int_kostnad_period') }}
    where serie in ('budget', 'prognos')
)

select
    rad.kommun,
    rad.serie,
    rad.periodtyp,
    rad.period,
    rad.volymgrupp,
    rad.kostnadsgrupp,
    rad.malgrupp,
    rad.regi,
    rad.lagrumsgrupp,
    rad.ensamkommande as ar_ensamkommande,
    period.period_slut <= lage.lage_per as ar_fullstandig,
    rad.vard_dygn::decimal(18, 4) as vard_dygn,
    rad.betalda_dygn::decimal(18, 4) as betalda_dygn,
    (rad.vard_dygn / 365)::decimal(18, 6) as arsplaceringar,
    (rad.vard_dygn / (period.period_slut - period.period_start + 1))::decimal(18, 6) as arsplatser,
    rad.bruttokostnad_kr::decimal(18, 2) as bruttokostnad_kr,
    rad.intakt_kr::decimal(18, 2) as intakt_kr,
    rad.statsbidrag_kr::decimal(18, 2) as statsbidrag_kr,
    rad.nettokostnad_kr::decimal(18, 2) as nettokostnad_kr,
    rad.nettokostnad_exkl_statsbidrag_kr::decimal(18, 2) as nettokostnad_exkl_statsbidrag_kr,
    {{ per_dygn('rad.nettokostnad_kr', 'rad.vard_dygn', 365) }} as kostnad_per_arsplacering_kr,
    {{ per_dygn('rad.nettokostnad_exkl_statsbidrag_kr', 'rad.vard_dygn', 365) }}
        as kostnad_per_arsplacering_exkl_statsbidrag_kr,
    {{ per_dygn('rad.nettokostnad_kr', 'rad.vard_dygn', 1) }} as dygnskostnad_kr,
    {{ kostnad_saknas('rad.kostnadsgrupp', 'rad.vard_dygn', 'rad.nettokostnad_kr') }} as saknas_orsak,
    rad.avvikelse_kr::decimal(18, 2) as avvikelse_kr,
    rad.volym_kr::decimal(18, 2) as volym_kr,
    rad.pris_kr::decimal(18, 2) as pris_kr,
    rad.mix_kr::decimal(18, 2) as mix_kr,
    rad.antal_personer
from rad
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = rad.kommun
inner join {{ ref('int_period') }} as period on period.periodtyp = rad.periodtyp and period.period = rad.period
