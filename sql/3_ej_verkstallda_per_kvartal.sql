-- Unexecuted decisions, quarter by quarter: what came in, what went out, what is left, per kind of insats?
--
-- One row per municipality, quarter and insats; the insats "Alla" is the whole round. Read it as a stock:
--   Ingående + Nya − Verkställda − Avslutade = Utgående, and Utgående is the next quarter's Ingående.
-- The last six columns are the same rows by type and status: a decision can be new and already executed.
-- "Ej rapporteringspliktiga" are never executed but ended within three months; "Okänt slutdatum" ended on a
-- day that the source does not know. Both are among Nya and Avslutade, so they leave the stock untouched.
-- A decision and an interruption are different clocks: the same decision may be counted once for each.
with rad as (
    select
        kommun, kvartal, brytdatum, insats, ar_rapporteringspliktig,
        rapporttyp = 'ny' as ny,
        rapporttyp = 'aterrapport' as ater,
        status_vid_bryt = 'ej_verkstalld' as oppen,
        status_vid_bryt = 'verkstalld' as verkstalld,
        status_vid_bryt = 'avslutad' as avslutad
    from mart.ej_verkstallda_kvartal
)

select
    kommun as "Kommun",
    kvartal as "Kvartal",
    brytdatum as "Brytdatum",
    case when grouping(insats) = 1 then 'Alla' else insats end as "Insats",
    count(*) filter (where ater) as "Ingående",
    count(*) filter (where ny) as "Nya",
    count(*) filter (where verkstalld) as "Verkställda",
    count(*) filter (where avslutad) as "Avslutade",
    count(*) filter (where oppen) as "Utgående",
    count(*) filter (where ar_rapporteringspliktig = false) as "Ej rapporteringspliktiga",
    count(*) filter (where ar_rapporteringspliktig is null) as "Okänt slutdatum",
    count(*) filter (where ny and oppen) as "Ny, ej verkställd",
    count(*) filter (where ny and verkstalld) as "Ny, verkställd",
    count(*) filter (where ny and avslutad) as "Ny, avslutad",
    count(*) filter (where ater and oppen) as "Åter, ej verkställd",
    count(*) filter (where ater and verkstalld) as "Åter, verkställd",
    count(*) filter (where ater and avslutad) as "Åter, avslutad"
from rad
group by grouping sets ((kommun, kvartal, brytdatum), (kommun, kvartal, brytdatum, insats))
order by kommun, kvartal desc, grouping(insats) desc, insats;
