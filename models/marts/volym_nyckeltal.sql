-- The rows of the printed table Volymer och nyckeltal: what the groups of kostnad_per_arsplacering sum to, row by row.
with summa as (
    select
        kostnad.kommun, kostnad.serie, period.periodtyp, period.period, period.period_start, period.period_slut,
        kostnad.volymgrupp,
        sum(kostnad.vard_dygn) as vard_dygn,
        sum(kostnad.betalda_dygn) as betalda_dygn,
        sum(kostnad.bruttokostnad_kr) as bruttokostnad_kr,
        sum(kostnad.nettokostnad_kr) as nettokostnad_kr,
        sum(kostnad.nettokostnad_exkl_statsbidrag_kr) as nettokostnad_exkl_statsbidrag_kr,
        count(distinct kostnad.person_nyckel) as antal_personer
    from {{ ref('int_kostnad') }} as kostnad
    inner join {{ ref('int_period_manad') }} as period
        on period.manad = kostnad.manad and period.periodtyp <> 'rullande_12'
    where kostnad.serie <> 'foregaende_prognos'
    group by all
)

select
    summa.kommun,
    summa.serie,
    summa.periodtyp,
    summa.period,
    summa.volymgrupp,
    summa.period_slut <= lage.lage_per as ar_fullstandig,
    summa.vard_dygn::decimal(18, 4) as vard_dygn,
    summa.betalda_dygn::decimal(18, 4) as betalda_dygn,
    (summa.vard_dygn / 365)::decimal(18, 6) as arsplaceringar,
    (summa.vard_dygn / (summa.period_slut - summa.period_start + 1))::decimal(18, 6) as arsplatser,
    summa.bruttokostnad_kr::decimal(18, 2) as bruttokostnad_kr,
    summa.nettokostnad_kr::decimal(18, 2) as nettokostnad_kr,
    summa.nettokostnad_exkl_statsbidrag_kr::decimal(18, 2) as nettokostnad_exkl_statsbidrag_kr,
    {{ per_dygn('summa.nettokostnad_kr', 'summa.vard_dygn', 365) }} as kostnad_per_arsplacering_kr,
    {{ per_dygn('summa.nettokostnad_exkl_statsbidrag_kr', 'summa.vard_dygn', 365) }}
        as kostnad_per_arsplacering_exkl_statsbidrag_kr,
    {{ per_dygn('summa.nettokostnad_kr', 'summa.vard_dygn', 1) }} as dygnskostnad_kr,
    {{ kostnad_saknas('summa.volymgrupp', 'summa.vard_dygn', 'summa.nettokostnad_kr') }} as saknas_orsak,
    summa.antal_personer
from summa
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = summa.kommun
