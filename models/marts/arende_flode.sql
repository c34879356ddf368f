-- Stock and flow of everything that is opened and closed, per period: opening + opened − closed = closing.
-- Whatever is open at any time in the period is there when it begins or is opened in it. Placements are in
-- mart.placering_oversikt.
{% set tabeller = {
    'forhandsbedomning': 'aktualiseringar', 'utredning': 'utredningar', 'insats': 'insatser',
    'beslut_ej_verkstallt': 'ej_verkstallda_beslut', 'hushall': 'ekonomiskt_bistand',
} %}
with slag as (
    {% for slag, tabell in tabeller.items() %}
    select '{{ slag }}' as slag, '{{ tabell }}' as tabell
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- The last month delivered says who has aid, but not yet who has it no longer.
bistand as (
    select
        kommun,
        last_day(cast(any_value(t_o_m_manad) || '-01' as date)) as oppnade_till,
        cast(any_value(t_o_m_manad) || '-01' as date) - 1 as avslutade_till
    from {{ ref('int_bistand_period') }}
    group by kommun
),

-- Through which day a municipality's table tells what is opened, and what is closed.
kand as (
    select
        lage.kommun, slag.slag, lage.lage_per, tabell.omfattar_fran, tabell.forsta_handelse,
        case when slag.slag = 'hushall' then bistand.oppnade_till else lage.lage_per end as oppnade_till,
        case when slag.slag = 'hushall' then bistand.avslutade_till else lage.lage_per end as avslutade_till
    from slag
    inner join {{ ref('int_tabell') }} as tabell on tabell.tabell = slag.tabell
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = tabell.kommun
    left join bistand on bistand.kommun = lage.kommun
),

period as (
    select
        kand.kommun, kand.slag, kand.lage_per, period.periodtyp, period.period, period.period_start,
        period.period_slut,
        period.period_start - 1 <= kand.avslutade_till as ar_ingaende_kand,
        period.period_slut <= kand.oppnade_till as ar_oppnade_kand,
        period.period_slut <= kand.avslutade_till as ar_avslutade_kand
    from {{ ref('int_kommun_period') }} as period
    inner join kand
        on kand.kommun = period.kommun
        -- A source that covers a window knows nothing of what was open before it.
        and case
            when kand.omfattar_fran is null then period.period_slut >= kand.forsta_handelse
            else period.period_start >= kand.omfattar_fran
        end
),

rad as (
    select
        kommun, slag, person_nyckel, arende_nyckel,
        date_trunc('month', oppnad_datum) as oppnad,
        date_trunc('month', avslutad_datum) as avslutad,
        unnest([
            {'uppdelning': 'total', 'grupp': 'total'}, {'uppdelning': 'typ', 'grupp': typ},
            {'uppdelning': 'enhet', 'grupp': enhet}, {'uppdelning': 'kon', 'grupp': kon}
        ]) as cell
    from {{ ref('int_arende') }}
    where slag <> 'placering'
),

arende as (
    select kommun, slag, cell.uppdelning as uppdelning, cell.grupp as grupp, person_nyckel, arende_nyckel,
        oppnad, avslutad
    from rad
    where cell.grupp is not null
),

rorelse as (
    select kommun, slag, uppdelning, grupp, oppnad as manad, count(*) as antal_oppnade, 0 as antal_avslutade
    from arende
    group by kommun, slag, uppdelning, grupp, oppnad
    union all
    select kommun, slag, uppdelning, grupp, avslutad, 0, count(*)
    from arende
    where avslutad is not null
    group by kommun, slag, uppdelning, grupp, avslutad
),

-- A group that the municipality has ever had stands in every period: none is 0.
cell as (
    select
        kommun, slag, uppdelning, grupp, min(manad) as fran
    from rorelse
    group by kommun, slag, uppdelning, grupp
    union all
    select kand.kommun, kand.slag, 'total', 'total', date_trunc('month', kand.lage_per)
    from kand
    anti join rorelse on rorelse.kommun = kand.kommun and rorelse.slag = kand.slag
),

manad as (
    select
        cell.kommun, cell.slag, cell.uppdelning, cell.grupp, manad.manad,
        coalesce(sum(rorelse.antal_oppnade), 0) as antal_oppnade,
        coalesce(sum(rorelse.antal_avslutade), 0) as antal_avslutade,
        sum(coalesce(sum(rorelse.antal_oppnade) - sum(rorelse.antal_avslutade), 0)) over (
            partition by cell.kommun, cell.slag, cell.uppdelning, cell.grupp order by manad.manad
        ) as antal_utgaende
    from cell
    inner join kand on kand.kommun = cell.kommun and kand.slag = cell.slag
    inner join {{ ref('int_manad') }} as manad
        on manad.start_datum >= cell.fran and manad.start_datum <= kand.lage_per and not manad.ar_bokslut
    left join rorelse
        on rorelse.kommun = cell.kommun and rorelse.slag = cell.slag and rorelse.uppdelning = cell.uppdelning
        and rorelse.grupp = cell.grupp and rorelse.manad = manad.start_datum
    group by cell.kommun, cell.slag, cell.uppdelning, cell.grupp, manad.manad
),

flode as (
    select
        manad.kommun, manad.slag, manad.uppdelning, manad.grupp, medlem.periodtyp, medlem.period,
        arg_min(manad.antal_utgaende - manad.antal_oppnade + manad.antal_avslutade, manad.manad)
            as antal_ingaende,
        sum(manad.antal_oppnade) as antal_oppnade,
        sum(manad.antal_avslutade) as antal_avslutade,
        arg_max(manad.antal_utgaende, manad.manad) as antal_utgaende
    from manad
    inner join {{ ref('int_period_manad') }} as medlem on medlem.manad = manad.manad
    group by manad.kommun, manad.slag, manad.uppdelning, manad.grupp, medlem.periodtyp, medlem.period
),

-- A case is one too many where somebody had another already, from the month it was opened until one of the
-- two was closed. A case without a person tells of no person at all.
foljd as (
    select
        kommun, slag, uppdelning, grupp, oppnad, person_nyckel,
        coalesce(avslutad, date '9999-12-01') as till,
        max(coalesce(avslutad, date '9999-12-01')) over (
            partition by kommun, slag, uppdelning, grupp, person_nyckel order by oppnad, arende_nyckel
            rows between unbounded preceding and 1 preceding
        ) as forra_till
    from arende
),

upprepad as (
    select
        kommun, slag, uppdelning, grupp, oppnad,
        case when person_nyckel is null then till else least(till, forra_till) end as till,
        count(*) as antal
    from foljd
    where person_nyckel is null or forra_till is not null
    group by all
),

upprepade as (
    select
        period.kommun, period.slag, period.periodtyp, period.period, upprepad.uppdelning, upprepad.grupp,
        sum(upprepad.antal) as antal
    from period
    inner join upprepad
        on upprepad.kommun = period.kommun and upprepad.slag = period.slag
        and upprepad.oppnad <= period.period_slut and upprepad.till >= period.period_start
    group by period.kommun, period.slag, period.periodtyp, period.period, upprepad.uppdelning, upprepad.grupp
),

raknad as (
    select
        period.kommun, period.slag, period.periodtyp, period.period, cell.uppdelning, cell.grupp,
        period.ar_ingaende_kand, period.ar_oppnade_kand, period.ar_avslutade_kand, period.lage_per,
        coalesce(flode.antal_ingaende, 0) as antal_ingaende,
        coalesce(flode.antal_oppnade, 0) as antal_oppnade,
        coalesce(flode.antal_avslutade, 0) as antal_avslutade,
        coalesce(flode.antal_utgaende, 0) as antal_utgaende,
        coalesce(upprepade.antal, 0) as antal_upprepade
    from period
    inner join cell on cell.kommun = period.kommun and cell.slag = period.slag
    left join flode
        on flode.kommun = cell.kommun and flode.slag = cell.slag and flode.uppdelning = cell.uppdelning
        and flode.grupp = cell.grupp and flode.periodtyp = period.periodtyp and flode.period = period.period
    left join upprepade
        on upprepade.kommun = cell.kommun and upprepade.slag = cell.slag
            and upprepade.uppdelning = cell.uppdelning
        and upprepade.grupp = cell.grupp and upprepade.periodtyp = period.periodtyp
        and upprepade.period = period.period
)

select
    kommun,
    slag,
    periodtyp,
    period,
    uppdelning,
    grupp,
    case when ar_ingaende_kand then cast(antal_ingaende as bigint) end as antal_ingaende,
    case when ar_oppnade_kand then cast(antal_oppnade as bigint) end as antal_oppnade,
    case when ar_avslutade_kand then cast(antal_avslutade as bigint) end as antal_avslutade,
    case when ar_avslutade_kand then cast(antal_utgaende as bigint) end as antal_utgaende,
    case when ar_oppnade_kand then cast(antal_ingaende + antal_oppnade as bigint) end as antal_aktuella,
    case when ar_oppnade_kand then cast(antal_ingaende + antal_oppnade - antal_upprepade as bigint) end
        as antal_unika_personer,
    case when ar_avslutade_kand then 'ok' else 'for_tidigt' end as status,
    lage_per
from raknad
