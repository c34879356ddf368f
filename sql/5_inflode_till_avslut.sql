-- From what comes in to what is finished: how many each month, and how long did it take?
--
-- One row per municipality, target group and month, up to the month of läge per ("Hel månad" says whether it is
-- over). The columns are flows of the same month, not one cohort: what comes in during March is often opened in
-- March and finished in July. Persons are counted per row: a report about three siblings is three.
--   Dagar till beslut   median from incoming to the decision to open or not, for decisions of the month
--   Utredningsdagar     median from opened to finished, for investigations finished in the month
-- A month where nothing happened is 0 and has no median.
with handelse as (
    select kommun, malgrupp, inkommen_datum as datum, 'inkommen' as slag, null as dagar
    from mart.fct_aktualisering
    union all
    select kommun, malgrupp, beslutsdatum, case beslut when 'inleds' then 'beslut_inleds' else 'beslut_annat' end,
           forhandsbedomning_dagar
    from mart.fct_aktualisering
    where beslutsdatum is not null
    union all
    select kommun, malgrupp, inledd_datum, 'inledd', null from mart.fct_utredning
    union all
    select kommun, malgrupp, slutford_datum, 'slutford', utredningstid_dagar
    from mart.fct_utredning
    where slutford_datum is not null
),

manad as (
    select fran.kommun, fran.malgrupp, dag.manad, max(dag.datum) <= any_value(kommun.lage_per) as ar_hel
    from (select kommun, malgrupp, min(datum) as forsta from handelse group by kommun, malgrupp) as fran
    inner join mart.dim_kommun as kommun on kommun.kommun = fran.kommun
    inner join mart.dim_datum as dag
        on dag.datum >= date_trunc('month', fran.forsta)
        and dag.datum <= last_day(kommun.lage_per)
    group by fran.kommun, fran.malgrupp, dag.manad
)

select
    manad.kommun as "Kommun",
    manad.malgrupp as "Målgrupp",
    manad.manad as "Månad",
    manad.ar_hel as "Hel månad",
    count(*) filter (where handelse.slag = 'inkommen') as "Aktualiseringar",
    count(*) filter (where handelse.slag = 'beslut_inleds') as "Beslut att inleda",
    count(*) filter (where handelse.slag = 'beslut_annat') as "Andra beslut",
    median(handelse.dagar) filter (where handelse.slag in ('beslut_inleds', 'beslut_annat')) as "Dagar till beslut",
    count(*) filter (where handelse.slag = 'inledd') as "Inledda utredningar",
    count(*) filter (where handelse.slag = 'slutford') as "Slutförda utredningar",
    median(handelse.dagar) filter (where handelse.slag = 'slutford') as "Utredningsdagar"
from manad
left join handelse
    on handelse.kommun = manad.kommun and handelse.malgrupp = manad.malgrupp
    and strftime(handelse.datum, '%Y-%m') = manad.manad
group by manad.kommun, manad.malgrupp, manad.manad, manad.ar_hel
order by manad.kommun, manad.malgrupp, manad.manad desc;
