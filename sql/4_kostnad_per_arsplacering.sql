-- What does a year's placement cost, per volume group and year, and why did it differ from the budget?
--
-- One row per municipality, year and volume group (the definitions are rows in mart.dim_volymgrupp).
-- A placement-year is 365 care days. "Netto" is after state grants; "utan statsbidrag" adds the grants back and
-- is therefore higher. A cost without care days has no price: null, never 0. The last two groups are no volume
-- groups: unaccompanied minors, and cost that no account rule or placement could place. With them the column
-- "Netto, kr" sums to the ledger. A year that is not over says so in "Helt år": its outcome is what is booked so
-- far, its budget is the whole year's, so its deviation says little yet.
-- The deviation is outcome minus budget: Volym (the target group grew), Mix (this form's share of it changed),
-- Pris (the rest). "Ej uppdelad" is deviation without a comparable budget of care days.
with grupp as (
    select distinct kostnadsgrupp, malgrupp, regi, lagrumsgrupp
    from mart.kostnad_per_arsplacering
),

volymgrupp as (
    select grupp.kostnadsgrupp, grupp.malgrupp, grupp.regi, grupp.lagrumsgrupp, volym.namn, volym.ordning
    from grupp
    inner join mart.dim_volymgrupp as volym
        on grupp.malgrupp glob volym.malgrupp
        and grupp.kostnadsgrupp glob volym.kostnadsgrupp
        and grupp.regi glob volym.regi
        and grupp.lagrumsgrupp glob volym.lagrumsgrupp
    qualify row_number() over (
        partition by grupp.kostnadsgrupp, grupp.malgrupp, grupp.regi, grupp.lagrumsgrupp order by volym.ordning
    ) = 1
),

rad as (
    select
        kostnad.*,
        case
            when kostnad.kostnadsgrupp = 'ofordelad' then 'Ofördelad kostnad'
            when kostnad.ar_ensamkommande then 'Ensamkommande'
            else volymgrupp.namn
        end as grupp,
        case
            when kostnad.kostnadsgrupp = 'ofordelad' then 201
            when kostnad.ar_ensamkommande then 200
            else volymgrupp.ordning
        end as ordning
    from mart.kostnad_per_arsplacering as kostnad
    inner join volymgrupp
        on volymgrupp.kostnadsgrupp = kostnad.kostnadsgrupp and volymgrupp.malgrupp = kostnad.malgrupp
        and volymgrupp.regi = kostnad.regi and volymgrupp.lagrumsgrupp = kostnad.lagrumsgrupp
    where kostnad.periodtyp = 'ar'
),

summa as (
    select
        kommun, period, grupp, ordning,
        bool_and(ar_fullstandig) as ar_fullstandig,
        sum(vard_dygn) filter (where serie = 'utfall') as vard_dygn,
        sum(nettokostnad_kr) filter (where serie = 'utfall') as netto_kr,
        sum(nettokostnad_exkl_statsbidrag_kr) filter (where serie = 'utfall') as utan_bidrag_kr,
        sum(vard_dygn) filter (where serie = 'budget') as budget_dygn,
        sum(nettokostnad_kr) filter (where serie = 'budget') as budget_kr,
        sum(volym_kr) filter (where serie = 'utfall') as volym_kr,
        sum(mix_kr) filter (where serie = 'utfall') as mix_kr,
        sum(pris_kr) filter (where serie = 'utfall') as pris_kr
    from rad
    group by kommun, period, grupp, ordning
    -- Placements are known from before the ledger begins; those years have no price to show.
    qualify bool_or(netto_kr is not null) over (partition by kommun, period)
)

select
    kommun as "Kommun",
    period as "År",
    grupp as "Volymgrupp",
    ar_fullstandig as "Helt år",
    round(vard_dygn / 365, 1) as "Årsplaceringar",
    round(budget_dygn / 365, 1) as "Årsplaceringar budget",
    netto_kr as "Netto, kr",
    cast(case when vard_dygn > 0 then netto_kr * 365 / vard_dygn end as decimal(18, 0))
        as "Netto per årsplacering, kr",
    cast(case when vard_dygn > 0 then utan_bidrag_kr * 365 / vard_dygn end as decimal(18, 0))
        as "Utan statsbidrag per årsplacering, kr",
    cast(case when budget_dygn > 0 then budget_kr * 365 / budget_dygn end as decimal(18, 0))
        as "Budget per årsplacering, kr",
    coalesce(netto_kr, 0) - budget_kr as "Avvikelse, kr",
    volym_kr as "Volym, kr",
    mix_kr as "Mix, kr",
    pris_kr as "Pris, kr",
    coalesce(netto_kr, 0) - budget_kr - coalesce(volym_kr, 0) - coalesce(mix_kr, 0) - coalesce(pris_kr, 0)
        as "Ej uppdelad, kr"
from summa
order by kommun, period desc, ordning;
