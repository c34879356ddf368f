-- Values of the manual and survey indicators by period and group. What is delivered stands; a total, or a longer period, that
-- is not delivered is made of its parts when all of them are there and the statistic can be added up.
with rad as (
    select
        matt.kommun, matt.indikator_id, indikator.definitionsversion, indikator.statistik,
        indikator.statistik in ('antal', 'summa', 'andel', 'medel', 'kvot') as ar_summerbar,
        indikator.tidsbas = 'handelse' as ar_flode,
        period.periodtyp, matt.period,
        nullif(matt.kon, '') as kon,
        nullif(matt.enhet, '') as enhet,
        coalesce(matt.taljare, case when indikator.statistik in ('antal', 'summa') then matt.varde end) as taljare,
        matt.namnare,
        matt.varde
    from {{ ref('stg_matt') }} as matt
    inner join {{ ref('int_period') }} as period on period.period = matt.period
    inner join {{ ref('indikatorer') }} as indikator
        on indikator.indikator_id = matt.indikator_id and indikator.insamling <> 'system'
        and period.period_slut >= indikator.giltig_fran
        and (indikator.giltig_till is null or period.period_slut < indikator.giltig_till)
),

-- Every cell that a row can tell of, and how directly: 1 is the cell itself.
cell as (
    select *, 'total' as uppdelning, 'total' as grupp,
        1 + case when kon is not null then 1 else 0 end + case when enhet is not null then 2 else 0 end as omvag
    from rad
    union all
    select *, 'kon', kon, case when enhet is null then 1 else 2 end from rad where kon is not null
    union all
    select *, 'enhet', enhet, case when kon is null then 1 else 2 end from rad where enhet is not null
),

-- Rows from several sources for one cell are parts of it.
angiven as (
    select
        kommun, indikator_id, definitionsversion, statistik, ar_summerbar, ar_flode, periodtyp, period, uppdelning, grupp,
        sum(taljare) as taljare,
        case when count(namnare) = count(*) then sum(namnare) end as namnare,
        case when count(*) = 1 then any_value(varde) end as varde
    from (select * from cell qualify omvag = min(omvag) over (
        partition by kommun, indikator_id, definitionsversion, period, uppdelning, grupp
    ))
    group by all
    having any_value(omvag) = 1 or (any_value(ar_summerbar) and count(taljare) = count(*))
),

-- Shorter periods that fill a longer one.
del as (
    select
        angiven.kommun, angiven.indikator_id, angiven.definitionsversion, angiven.uppdelning, angiven.grupp,
        lang.periodtyp, lang.period, lang.period_start, lang.period_slut, angiven.periodtyp as deltyp,
        angiven.taljare, angiven.namnare,
        date_diff('month', kort.period_start, kort.period_slut) + 1 as antal_manader
    from angiven
    inner join {{ ref('int_period') }} as kort on kort.period = angiven.period
    inner join {{ ref('indikator_perioder') }} as val on val.indikator_id = angiven.indikator_id
    inner join {{ ref('int_period') }} as lang
        on lang.periodtyp = val.periodtyp and lang.period_start <= kort.period_start and lang.period_slut >= kort.period_slut
        and lang.period <> angiven.period
    where angiven.ar_flode and angiven.ar_summerbar and angiven.taljare is not null
        and angiven.periodtyp in ('manad', 'kvartal', 'tertial', 'halvar')
),

summerad as (
    select
        kommun, indikator_id, definitionsversion, periodtyp, period, uppdelning, grupp,
        sum(taljare) as taljare,
        case when count(namnare) = count(*) then sum(namnare) end as namnare
    from del
    group by kommun, indikator_id, definitionsversion, periodtyp, period, uppdelning, grupp, period_start, period_slut, deltyp
    having sum(antal_manader) = date_diff('month', period_start, period_slut) + 1
    qualify row_number() over (
        partition by kommun, indikator_id, definitionsversion, period, uppdelning, grupp
        order by case deltyp when 'manad' then 1 when 'kvartal' then 2 when 'tertial' then 3 else 4 end
    ) = 1
)

select
    kommun, indikator_id, definitionsversion, periodtyp, period, uppdelning, grupp,
    taljare::decimal(18, 4) as taljare, namnare::decimal(18, 4) as namnare, varde::decimal(18, 6) as varde
from angiven
union all
select
    summerad.kommun, summerad.indikator_id, summerad.definitionsversion, summerad.periodtyp, summerad.period,
    summerad.uppdelning, summerad.grupp, summerad.taljare::decimal(18, 4), summerad.namnare::decimal(18, 4), null
from summerad
where not exists (
    select 1 from angiven
    where angiven.kommun = summerad.kommun and angiven.indikator_id = summerad.indikator_id
        and angiven.definitionsversion = summerad.definitionsversion and angiven.period = summerad.period
        and angiven.uppdelning = summerad.uppdelning and angiven.grupp = summerad.grupp
)
