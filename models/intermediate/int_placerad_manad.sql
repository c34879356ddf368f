-- What can be summed over months, by month, person and cell of mart.placering_oversikt: care days, placements
-- begun and ended, breakdowns and moves. Each is counted in the group of its own day: the last day in care
-- for what ended. A placement that ended on its first day has no care day but has been both begun and ended.
with dygn as (
    select
        kommun, person, fran, till, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp, sammanbrott_alder,
        unnest(
            generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month)
        ) as manad_start
    from {{ ref('int_placerad') }}
),

grans as (
    select
        dygnsvard.kommun, dygnsvard.person, dygnsvard.malgrupp, dygnsvard.placeringsform, dygnsvard.lagrumsgrupp,
        dygnsvard.regi, dygnsvard.kon, dygnsvard.slutorsak, handelse.slag, handelse.dag,
        date_sub('year', dygnsvard.fodelsedatum, handelse.alder_dag) as alder
    from {{ ref('int_dygnsvard') }} as dygnsvard
    cross join lateral (
        select 'start' as slag, dygnsvard.fran as dag, dygnsvard.fran as alder_dag
        where dygnsvard.fran = dygnsvard.start
        union all
        select 'slut', dygnsvard.slut, greatest(dygnsvard.fran, dygnsvard.slut - 1)
        where dygnsvard.till = dygnsvard.slut
    ) as handelse
),

rad as (
    select
        kommun, person, cast(manad_start as date) as dag, malgrupp, placeringsform, lagrumsgrupp, regi, kon,
        aldersgrupp, sammanbrott_alder,
        least(till, cast(manad_start + interval 1 month as date)) - greatest(fran, cast(manad_start as date))
            as vard_dygn,
        0 as paborjad, 0 as avslutad, 0 as matt, 0 as sammanbrott, 0 as flytt
    from dygn
    union all
    select
        kommun, person, fran, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp, sammanbrott_alder,
        0, 0, 0, 0, 0, 1
    from {{ ref('int_placerad') }}
    where ar_flytt
    union all
    select
        grans.kommun, grans.person, grans.dag, grans.malgrupp, grans.placeringsform, grans.lagrumsgrupp, grans.regi,
        grans.kon, {{ aldersgrupp('grans.alder') }}, {{ aldersgrupp('grans.alder', 'sammanbrott') }},
        0,
        cast(grans.slag = 'start' as integer),
        cast(grans.slag = 'slut' as integer),
        cast(grans.slag = 'slut' and coalesce(orsak.ar_matt = 'ja', false) as integer),
        cast(grans.slag = 'slut' and coalesce(orsak.ar_sammanbrott = 'ja', false) as integer),
        0
    from grans
    left join {{ ref('slutorsaker') }} as orsak on orsak.slutorsak = grans.slutorsak
),

cellvis as (
    select
        rad.kommun, rad.person, strftime(rad.dag, '%Y-%m') as manad, {{ placering_celler('rad') }} as cell,
        rad.vard_dygn, case when rad.regi = 'egen' then rad.vard_dygn else 0 end as vard_dygn_egen_regi,
        rad.paborjad, rad.avslutad, rad.matt, rad.sammanbrott, rad.flytt
    from rad
)

select
    kommun,
    person,
    manad,
    cell.malgrupp,
    cell.uppdelning,
    cell.grupp,
    cast(sum(vard_dygn) as bigint) as vard_dygn,
    cast(sum(vard_dygn_egen_regi) as bigint) as vard_dygn_egen_regi,
    cast(sum(paborjad) as integer) as antal_paborjade,
    cast(sum(avslutad) as integer) as antal_avslutade,
    cast(sum(matt) as integer) as antal_matt,
    cast(sum(sammanbrott) as integer) as antal_sammanbrott,
    cast(sum(flytt) as integer) as antal_flyttar
from cellvis
group by kommun, person, manad, cell
