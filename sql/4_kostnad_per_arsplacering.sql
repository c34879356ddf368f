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
with summa as (
    select
        kostnad.kommun, kostnad.period, volymgrupp.namn, volymgrupp.ordning,
        bool_and(kostnad.ar_fullstandig) as ar_fullstandig,
        sum(vard_dygn) filter (where serie = 'utfall') as vard_dygn,
        sum(nettokostnad_kr) filter (where serie = 'utfall') as netto_kr,
        sum(nettokostnad_exkl_statsbidrag_kr) filter (where serie = 'utfall') as utan_bidrag_kr,
        sum(vard_dygn) filter (where serie = 'budget') as budget_dygn,
        sum(nettokostnad_kr) filter (where serie = 'budget') as budget_kr,
        sum(volym_kr) filter (where serie = 'utfall') as volym_kr,
        sum(mix_kr) filter (where serie = 'utfall') as mix_kr,
        sum(pris_kr) filter (where serie = 'utfall') as pris_kr
    from mart.kostnad_per_arsplacering as kostnad
    inner join mart.dim_volymgrupp as volymgrupp on volymgrupp.volymgrupp = kostnad.volymgrupp
    where kostnad.periodtyp = 'ar'
    group by kostnad.kommun, kostnad.period, volymgrupp.namn, volymgrupp.ordning
    -- Placements are known from before the ledger begins; those years have no price to show.
    qualify bool_or(netto_kr is not null) over (partition by kostnad.kommun, kostnad.period)
)

select
    kommun as "Kommun",
    period as "År",
    namn as "Volymgrupp",
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
