-- Every indicator value with its parts. A period in which nothing happened is 0; one that is not over, or
-- whose table was never delivered, is no number at all.
with indikator as (
    select
        i.indikator_id, i.definitionsversion, i.insamling <> 'system' as ar_matt, i.statistik, i.tidsbas, i.mognad_manader,
        i.mattenhet, i.rakneenhet, i.konvention, i.regel_id, i.namnare_kolumn, i.namnare_fast, i.faktor,
        i.giltig_fran, i.giltig_till, f.tabeller
    from {{ ref('indikatorer') }} as i
    inner join {{ ref('indikatorfamiljer') }} as f on f.familj = i.familj
),

matt_fran as (
    select matt.kommun, matt.indikator_id, min(period.period_start) as fran
    from {{ ref('int_indikator_matt') }} as matt
    inner join {{ ref('int_period') }} as period on period.period = matt.period
    group by matt.kommun, matt.indikator_id
),

-- Does the municipality deliver what the indicator needs, and from when? A measure of its own is delivered by name.
underlag as (
    select
        lage.kommun, lage.lage_per, indikator.indikator_id, indikator.definitionsversion,
        case
            when indikator.ar_matt then count(matt_fran.indikator_id) > 0
            else count(tabell.tabell) = any_value(len(string_split(indikator.tabeller, '|')))
        end as ar_producerbar,
        max(case when indikator.ar_matt then matt_fran.fran else coalesce(tabell.omfattar_fran, tabell.forsta_handelse) end) as fran
    from {{ source('indata', 'lage') }} as lage
    cross join indikator
    left join {{ ref('int_tabell') }} as tabell
        on tabell.kommun = lage.kommun and list_contains(string_split(indikator.tabeller, '|'), tabell.tabell)
    left join matt_fran on matt_fran.kommun = lage.kommun and matt_fran.indikator_id = indikator.indikator_id
    group by lage.kommun, lage.lage_per, indikator.indikator_id, indikator.definitionsversion, indikator.ar_matt
),

period as (
    select kommun, 'kalender' as slag, periodtyp, period, period_start, period_slut, ar_fullstandig
    from {{ ref('int_kommun_period') }}
    union all
    -- A reporting round is over on its own day, not on the calendar's.
    select omgang.kommun, 'omgang', 'kvartal', omgang.kvartal, period.period_start, period.period_slut, true
    from {{ ref('int_rapportomgang') }} as omgang
    inner join {{ ref('int_period') }} as period on period.period = omgang.kvartal
),

komponent as (
    select
        indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning, grupp, taljare, namnare, kvantil,
        null as angivet_varde, antal_bakom, antal_rader, antal_med_uppgift
    from {{ ref('int_indikator_komponent') }}
    union all
    select
        indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning, grupp, taljare, namnare, null,
        varde, coalesce(namnare, taljare), null, null
    from {{ ref('int_indikator_matt') }}
),

grupp as (
    select distinct indikator_id, definitionsversion, kommun, uppdelning, grupp
    from komponent
    union
    select indikator_id, definitionsversion, kommun, 'total', 'total' from underlag
),

rutnat as (
    select
        indikator.indikator_id, indikator.definitionsversion, indikator.ar_matt, indikator.statistik, indikator.mattenhet,
        indikator.rakneenhet, indikator.konvention, indikator.regel_id, indikator.namnare_kolumn,
        indikator.namnare_fast, indikator.faktor,
        underlag.kommun, underlag.lage_per, underlag.ar_producerbar,
        period.periodtyp, period.period, period.period_start, period.period_slut,
        -- What looks forward (comes back within a year) is known when that time too has passed.
        period.ar_fullstandig and (
            indikator.mognad_manader = 0
            or period.period_slut + 1 + to_months(indikator.mognad_manader) <= underlag.lage_per + 1
        ) as ar_fullstandig,
        grupp.uppdelning, grupp.grupp
    from underlag
    inner join indikator
        on indikator.indikator_id = underlag.indikator_id
        and indikator.definitionsversion = underlag.definitionsversion
    inner join {{ ref('indikator_perioder') }} as val on val.indikator_id = indikator.indikator_id
    inner join period
        on period.kommun = underlag.kommun
        and period.periodtyp = val.periodtyp
        and period.slag = case when indikator.tidsbas = 'omgang' then 'omgang' else 'kalender' end
        and (underlag.fran is null or period.period_slut >= underlag.fran)
        and period.period_slut >= indikator.giltig_fran
        and (indikator.giltig_till is null or period.period_start < indikator.giltig_till)
    inner join grupp
        on grupp.kommun = underlag.kommun and grupp.indikator_id = indikator.indikator_id
        and grupp.definitionsversion = indikator.definitionsversion
        and (underlag.ar_producerbar or grupp.uppdelning = 'total')
),

matt as (
    select
        rutnat.indikator_id, rutnat.definitionsversion, rutnat.kommun, rutnat.periodtyp, rutnat.period,
        rutnat.period_start, rutnat.period_slut, rutnat.uppdelning, rutnat.grupp, rutnat.mattenhet,
        rutnat.rakneenhet, rutnat.statistik, rutnat.konvention, rutnat.regel_id, rutnat.namnare_kolumn,
        rutnat.namnare_fast, rutnat.faktor, rutnat.ar_producerbar, rutnat.ar_fullstandig, rutnat.lage_per,
        rutnat.ar_producerbar and rutnat.ar_fullstandig as ar_matbar,
        -- Counting nothing is 0; a sum that nobody booked, and a measure that nobody delivered, is not.
        case
            when rutnat.ar_matt or rutnat.statistik = 'summa'
                or (rutnat.statistik = 'kvot' and rutnat.namnare_kolumn is not null) then komponent.taljare
            else coalesce(komponent.taljare, 0)
        end as taljare,
        case
            when rutnat.ar_matt then komponent.namnare
            when rutnat.namnare_fast = 'manader' then date_diff('month', rutnat.period_start, rutnat.period_slut) + 1
            when rutnat.namnare_fast = 'dagar' then date_diff('day', rutnat.period_start, rutnat.period_slut) + 1
            when rutnat.namnare_fast is not null then rutnat.namnare_fast::decimal(18, 4)
            when rutnat.namnare_kolumn is not null then coalesce(komponent.namnare, 0)
        end as namnare,
        komponent.kvantil,
        komponent.angivet_varde,
        coalesce(komponent.antal_bakom, 0) as antal_bakom,
        komponent.antal_rader,
        komponent.antal_med_uppgift
    from rutnat
    left join komponent
        on komponent.indikator_id = rutnat.indikator_id
        and komponent.definitionsversion = rutnat.definitionsversion
        and komponent.kommun = rutnat.kommun
        and komponent.periodtyp = rutnat.periodtyp and komponent.period = rutnat.period
        and komponent.uppdelning = rutnat.uppdelning and komponent.grupp = rutnat.grupp
),

varde as (
    select
        indikator_id, definitionsversion, kommun, periodtyp, period, period_start, period_slut, uppdelning, grupp,
        mattenhet, rakneenhet, statistik, konvention, regel_id, ar_producerbar, ar_fullstandig, ar_matbar,
        taljare, namnare, antal_bakom, antal_rader, antal_med_uppgift, lage_per,
        case
            -- When no row knows what the figure needs, it is not observed: that is not 0.
            when antal_rader > 0 and antal_med_uppgift = 0 then null
            when angivet_varde is not null and (taljare is null or namnare is null) then angivet_varde
            when statistik in ('median', 'p90') then kvantil
            when namnare_kolumn is null and namnare_fast is null then taljare::decimal(28, 4) * faktor::decimal(10, 4)
            when namnare > 0 then taljare::decimal(28, 4) * faktor::decimal(10, 4) / namnare
        end as varde
    from matt
)

select
    varde.indikator_id,
    varde.definitionsversion,
    varde.kommun,
    varde.periodtyp,
    varde.period,
    varde.period_start,
    varde.period_slut,
    varde.uppdelning,
    varde.grupp,
    case when varde.ar_matbar then varde.taljare end::decimal(18, 4) as taljare,
    case when varde.ar_matbar then varde.namnare end::decimal(18, 4) as namnare,
    case when varde.ar_matbar then varde.varde end::decimal(18, 6) as varde,
    varde.mattenhet,
    varde.rakneenhet,
    varde.statistik,
    varde.konvention,
    (select max(version.version) from {{ ref('fristregler_versioner') }} as version
     where version.regel_id = varde.regel_id and version.giltig_fran <= varde.period_slut)::integer as regelversion,
    case
        when not varde.ar_producerbar then 'ej_producerbar'
        when not varde.ar_fullstandig then 'for_tidigt'
        when varde.varde is null then 'saknas'
        else 'ok'
    end as status,
    case when varde.ar_matbar then varde.antal_bakom end::integer as antal_bakom,
    case when varde.ar_matbar then varde.antal_rader end::integer as antal_rader,
    case when varde.ar_matbar then varde.antal_med_uppgift end::integer as antal_med_uppgift,
    varde.lage_per
from varde
