-- What can be summed over months, by month and cell of mart.placering_oversikt: care days, placements
-- begun and ended, breakdowns and moves. Each is counted in the group of its own day.
with dygn as (
    select
        kommun, fran, till, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp, sammanbrott_alder,
        unnest(
            generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month)
        ) as manad_start
    from {{ ref('int_placerad') }}
),

rad as (
    select
        kommun, cast(manad_start as date) as dag, malgrupp, placeringsform, lagrumsgrupp, regi, kon,
        aldersgrupp, sammanbrott_alder,
        least(till, cast(manad_start + interval 1 month as date)) - greatest(fran, cast(manad_start as date))
            as vard_dygn,
        0 as paborjad, 0 as avslutad, 0 as matt, 0 as sammanbrott, 0 as flytt
    from dygn
    union all
    select
        kommun, fran, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp, sammanbrott_alder,
        0, 0, 0, 0, 0, 1
    from {{ ref('int_placerad') }}
    where ar_flytt
    union all
    select
        kommun, dag, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp, sammanbrott_alder,
        0, cast(slag = 'start' as integer), cast(slag = 'slut' as integer), ar_matt, ar_sammanbrott, 0
    from {{ ref('int_placering_handelse') }}
),

-- Equal rows are summed before they are spread over the cells.
summa as (
    select
        kommun, strftime(dag, '%Y-%m') as manad, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp,
        sammanbrott_alder,
        sum(vard_dygn) as vard_dygn, sum(paborjad) as paborjade, sum(avslutad) as avslutade, sum(matt) as matt,
        sum(sammanbrott) as sammanbrott, sum(flytt) as flyttar
    from rad
    group by all
),

cellvis as (
    select
        summa.kommun, summa.manad, {{ placering_celler('summa') }} as cell,
        summa.vard_dygn, case when summa.regi = 'egen' then summa.vard_dygn else 0 end as vard_dygn_egen_regi,
        summa.paborjade, summa.avslutade, summa.matt, summa.sammanbrott, summa.flyttar
    from summa
)

select
    kommun,
    manad,
    cell.malgrupp,
    cell.uppdelning,
    cell.grupp,
    cast(sum(vard_dygn) as bigint) as vard_dygn,
    cast(sum(vard_dygn_egen_regi) as bigint) as vard_dygn_egen_regi,
    cast(sum(paborjade) as integer) as antal_paborjade,
    cast(sum(avslutade) as integer) as antal_avslutade,
    cast(sum(matt) as integer) as antal_matt,
    cast(sum(sammanbrott) as integer) as antal_sammanbrott,
    cast(sum(flyttar) as integer) as antal_flyttar
from cellvis
group by kommun, manad, cell
