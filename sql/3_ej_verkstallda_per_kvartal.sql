-- Unexecuted decisions, quarter by quarter: what came in, what went out, what is left, per kind of insats?
--
-- One row per municipality, quarter and insats; the insats "Alla" is the whole round. Read it as a stock:
--   Ingående + Nya + Tillagda − Verkställda − Avslutade − Strukna + Ändrade = Utgående,
-- and Utgående is the next quarter's Ingående. Tillagda and Strukna correct what has been sent; Ändrade got another insats
-- by a correction, and are nought over all. A frozen quarter stands as it was sent.
-- "Ej rapporteringspliktiga" ended within three months, never executed; "Okänt slutdatum" ended on a day that the source
-- does not know. Both are in the list and in no flow.
-- A decision and an interruption are different clocks: the same decision may be counted once for each.
with flode as (
    select
        kommun, kvartal, insats,
        sum(antal_ingaende) as ingaende, sum(antal_nya) as nya, sum(antal_tillagda) as tillagda,
        sum(antal_verkstallda) as verkstallda, sum(antal_avslutade) as avslutade, sum(antal_strukna) as strukna,
        sum(antal_andrade_in) - sum(antal_andrade_ut) as andrade, sum(antal_utgaende) as utgaende
    from mart.ej_verkstallda_flode
    group by grouping sets ((kommun, kvartal), (kommun, kvartal, insats))
),

-- Beside the flow, and the only rows of a kind that has had nothing to report.
aldrig as (
    select
        kommun, kvartal, insats,
        count(*) filter (where ar_rapporteringspliktig = false) as i_tid,
        count(*) filter (where ar_rapporteringspliktig is null) as okant
    from mart.ej_verkstallda_kvartal
    where ar_rapporteringspliktig is not true
    group by grouping sets ((kommun, kvartal), (kommun, kvartal, insats))
)

select
    coalesce(flode.kommun, aldrig.kommun) as "Kommun",
    coalesce(flode.kvartal, aldrig.kvartal) as "Kvartal",
    omgang.brytdatum as "Brytdatum",
    omgang.ar_fryst as "Fryst",
    coalesce(flode.insats, aldrig.insats, 'Alla') as "Insats",
    coalesce(flode.ingaende, 0) as "Ingående",
    coalesce(flode.nya, 0) as "Nya",
    coalesce(flode.tillagda, 0) as "Tillagda",
    coalesce(flode.verkstallda, 0) as "Verkställda",
    coalesce(flode.avslutade, 0) as "Avslutade",
    coalesce(flode.strukna, 0) as "Strukna",
    coalesce(flode.andrade, 0) as "Ändrade",
    coalesce(flode.utgaende, 0) as "Utgående",
    coalesce(aldrig.i_tid, 0) as "Ej rapporteringspliktiga",
    coalesce(aldrig.okant, 0) as "Okänt slutdatum"
from flode
full join aldrig
    on aldrig.kommun = flode.kommun and aldrig.kvartal = flode.kvartal
    and coalesce(aldrig.insats, '') = coalesce(flode.insats, '')
inner join mart.ej_verkstallda_omgang as omgang
    on omgang.kommun = coalesce(flode.kommun, aldrig.kommun) and omgang.kvartal = coalesce(flode.kvartal, aldrig.kvartal)
order by 1, 2 desc, coalesce(flode.insats, aldrig.insats) is not null, 5;
