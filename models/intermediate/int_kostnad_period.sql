-- Care days and money summed over every period and cost group, series by series.
with manad as (
    select
        kommun, serie, manad, volymgrupp, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        sum(vard_dygn) as vard_dygn,
        sum(betalda_dygn) as betalda_dygn,
        sum(bruttokostnad_kr) as bruttokostnad_kr,
        sum(intakt_kr) as intakt_kr,
        sum(statsbidrag_kr) as statsbidrag_kr,
        sum(nettokostnad_kr) as nettokostnad_kr,
        sum(nettokostnad_exkl_statsbidrag_kr) as nettokostnad_exkl_statsbidrag_kr,
        list(distinct person_nyckel) filter (where person_nyckel is not null) as personer
    from {{ ref('int_kostnad') }}
    group by all
)

-- Persons are counted once a period, however many of its months they are there.
select
    manad.kommun, manad.serie, period.periodtyp, period.period, period.period_start, period.period_slut,
    manad.volymgrupp, manad.kostnadsgrupp, manad.malgrupp, manad.regi, manad.lagrumsgrupp,
    manad.ensamkommande,
    sum(manad.vard_dygn) as vard_dygn,
    sum(manad.betalda_dygn) as betalda_dygn,
    sum(manad.bruttokostnad_kr) as bruttokostnad_kr,
    sum(manad.intakt_kr) as intakt_kr,
    sum(manad.statsbidrag_kr) as statsbidrag_kr,
    sum(manad.nettokostnad_kr) as nettokostnad_kr,
    sum(manad.nettokostnad_exkl_statsbidrag_kr) as nettokostnad_exkl_statsbidrag_kr,
    coalesce(len(list_distinct(flatten(list(manad.personer)))), 0) as antal_personer
from manad
inner join {{ ref('int_period_manad') }} as period
    on period.manad = manad.manad and period.periodtyp <> 'rullande_12'
group by all
