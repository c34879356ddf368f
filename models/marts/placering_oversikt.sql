-- Who was placed, came, moved, left and stayed, per period, target group and group: the facts that people ask
-- for.
with period as (
    select
        period.kommun, period.periodtyp, period.period, period.period_start, period.ar_fullstandig, lage.lage_per,
        least(period.period_slut, lage.lage_per) as sista_datum
    from {{ ref('int_kommun_period') }} as period
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = period.kommun
    inner join {{ ref('int_tabell') }} as tabell
        on tabell.kommun = period.kommun and tabell.tabell = 'placeringar'
        -- A source that covers a window knows nothing of who was placed before it.
        and case
            when tabell.omfattar_fran is null then period.period_slut >= tabell.forsta_handelse
            else period.period_start >= tabell.omfattar_fran
        end
    where period.periodtyp in ('manad', 'kvartal', 'tertial', 'delar', 'halvar', 'ar')
),

personer as (
    select
        period.kommun, period.periodtyp, period.period, vistelse.malgrupp, vistelse.uppdelning, vistelse.grupp,
        -- Once per person: the first of the stays that touch the period.
        count(*) filter (
            where vistelse.till > period.period_start and coalesce(vistelse.forra_till <= period.period_start, true)
        ) as antal_placerade,
        count(*) filter (where vistelse.fran < period.period_start) as antal_placerade_ingaende,
        count(*) filter (where vistelse.till > period.sista_datum) as antal_placerade_sista_dagen,
        count(*) filter (where vistelse.fran >= period.period_start and vistelse.ar_ny) as antal_nya,
        count(*) filter (where vistelse.fran >= period.period_start and not vistelse.ar_ny) as antal_bytt_in,
        count(*) filter (where vistelse.till <= period.sista_datum and vistelse.ar_avslutad) as antal_avslutade,
        count(*) filter (where vistelse.till <= period.sista_datum and not vistelse.ar_avslutad) as antal_bytt_ut,
        {% for namn, villkor, dagar in [
            (
                'avslutade', 'vistelse.till <= period.sista_datum and vistelse.ar_avslutad',
                'vistelse.vard_slut - vistelse.vard_start'
            ),
            (
                'pagaende', 'vistelse.till > period.sista_datum',
                'period.sista_datum + 1 - vistelse.vard_start'
            ),
        ] -%}
        sum({{ dagar }}) filter (where {{ villkor }}) as summa_dagar_{{ namn }},
        median({{ dagar }}) filter (where {{ villkor }}) as median_dagar_{{ namn }}{{ ',' if not loop.last }}
        {% endfor %}
    from period
    inner join {{ ref('int_placerad_vistelse') }} as vistelse
        on vistelse.kommun = period.kommun
        and vistelse.fran <= period.sista_datum and vistelse.till >= period.period_start
    group by period.kommun, period.periodtyp, period.period, vistelse.malgrupp, vistelse.uppdelning, vistelse.grupp
),

summor as (
    select
        period.kommun, period.periodtyp, period.period, rad.malgrupp, rad.uppdelning, rad.grupp,
        sum(rad.antal_paborjade) as antal_paborjade,
        sum(rad.antal_avslutade) as antal_avslutade,
        sum(rad.antal_matt) as antal_matt,
        sum(rad.antal_sammanbrott) as antal_sammanbrott,
        sum(rad.antal_flyttar) as antal_flyttar,
        sum(rad.vard_dygn) as vard_dygn,
        sum(rad.vard_dygn_egen_regi) as vard_dygn_egen_regi
    from period
    inner join {{ ref('int_period_manad') }} as manad
        on manad.periodtyp = period.periodtyp and manad.period = period.period
    inner join {{ ref('int_placerad_manad') }} as rad on rad.kommun = period.kommun and rad.manad = manad.manad
    group by period.kommun, period.periodtyp, period.period, rad.malgrupp, rad.uppdelning, rad.grupp
),

flyttning as (
    select placerad.kommun, placerad.person, placerad.fran, {{ placering_celler('placerad') }} as cell
    from {{ ref('int_placerad') }} as placerad
    where placerad.ar_flytt
),

flyttade as (
    select
        period.kommun, period.periodtyp, period.period, flyttning.cell,
        count(distinct flyttning.person) as antal_flyttade
    from period
    inner join flyttning
        on flyttning.kommun = period.kommun and flyttning.fran between period.period_start and period.sista_datum
    group by period.kommun, period.periodtyp, period.period, flyttning.cell
),

-- A group that the municipality has ever had stands in every period: nobody is 0.
cell as (
    select kommun, malgrupp, uppdelning, grupp from {{ ref('int_placerad_vistelse') }}
    union
    select kommun, malgrupp, uppdelning, grupp from {{ ref('int_placerad_manad') }}
    union
    select kommun, 'alla', 'total', 'total' from period
)

select
    cell.kommun,
    period.periodtyp,
    period.period,
    cell.malgrupp,
    cell.uppdelning,
    cell.grupp,
    coalesce(personer.antal_placerade, 0) as antal_placerade,
    coalesce(personer.antal_placerade_ingaende, 0) as antal_placerade_ingaende,
    coalesce(personer.antal_nya, 0) as antal_nya,
    coalesce(personer.antal_bytt_in, 0) as antal_bytt_in,
    coalesce(personer.antal_avslutade, 0) as antal_avslutade,
    coalesce(personer.antal_bytt_ut, 0) as antal_bytt_ut,
    coalesce(personer.antal_placerade_sista_dagen, 0) as antal_placerade_sista_dagen,
    period.sista_datum,
    cast(coalesce(personer.summa_dagar_avslutade, 0) as bigint) as summa_dagar_avslutade,
    cast(personer.median_dagar_avslutade as decimal(18, 1)) as median_dagar_avslutade,
    cast(coalesce(personer.summa_dagar_pagaende, 0) as bigint) as summa_dagar_pagaende,
    cast(personer.median_dagar_pagaende as decimal(18, 1)) as median_dagar_pagaende,
    cast(coalesce(summor.antal_paborjade, 0) as bigint) as antal_placeringar_paborjade,
    cast(coalesce(summor.antal_avslutade, 0) as bigint) as antal_placeringar_avslutade,
    cast(coalesce(summor.antal_matt, 0) as bigint) as antal_avslutade_placeringar_matt,
    cast(coalesce(summor.antal_sammanbrott, 0) as bigint) as antal_sammanbrott,
    cast(coalesce(summor.antal_flyttar, 0) as bigint) as antal_flyttar,
    coalesce(flyttade.antal_flyttade, 0) as antal_flyttade,
    cast(coalesce(summor.vard_dygn, 0) as bigint) as vard_dygn,
    cast(coalesce(summor.vard_dygn_egen_regi, 0) as bigint) as vard_dygn_egen_regi,
    period.ar_fullstandig,
    period.lage_per
from cell
inner join period on period.kommun = cell.kommun
left join personer
    on personer.kommun = cell.kommun and personer.periodtyp = period.periodtyp and personer.period = period.period
    and personer.malgrupp = cell.malgrupp and personer.uppdelning = cell.uppdelning and personer.grupp = cell.grupp
left join summor
    on summor.kommun = cell.kommun and summor.periodtyp = period.periodtyp and summor.period = period.period
    and summor.malgrupp = cell.malgrupp and summor.uppdelning = cell.uppdelning and summor.grupp = cell.grupp
left join flyttade
    on flyttade.kommun = cell.kommun and flyttade.periodtyp = period.periodtyp and flyttade.period = period.period
    and flyttade.cell.malgrupp = cell.malgrupp and flyttade.cell.uppdelning = cell.uppdelning
    and flyttade.cell.grupp = cell.grupp
