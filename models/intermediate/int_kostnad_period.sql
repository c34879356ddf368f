-- Care days and money summed over every period and cost group, series by series.
select
    kostnad.kommun, kostnad.serie, period.periodtyp, period.period, period.period_start, period.period_slut,
    kostnad.volymgrupp, kostnad.kostnadsgrupp, kostnad.malgrupp, kostnad.regi, kostnad.lagrumsgrupp, kostnad.ensamkommande,
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
