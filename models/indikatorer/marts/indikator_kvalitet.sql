-- What a reader should know of each figure before using it: one row per total.
with grans as (
    select
        max(varde) filter (where grans_id = 'litet_underlag') as litet_underlag,
        max(varde) filter (where grans_id = 'lag_tackning') as lag_tackning,
        max(varde) filter (where grans_id = 'vantas_andel') as vantas_andel
    from {{ ref('indikator_granser') }}
),

total as (
    select
        varde.indikator_id, varde.definitionsversion, varde.kommun, varde.periodtyp, varde.period, varde.period_start,
        varde.period_slut, varde.status, varde.statistik, varde.taljare, varde.antal_rader,
        varde.antal_med_uppgift, varde.regelversion, klocka.kalla,
        -- A denominator of months or days is no base.
        case when indikator.namnare_fast is null then varde.namnare end as namnare,
        lag(varde.regelversion) over serie as forra_regelversion,
        lag(varde.definitionsversion) over serie as forra_definitionsversion
    from {{ ref('indikatorvarde') }} as varde
    inner join {{ ref('indikatorer') }} as indikator
        on indikator.indikator_id = varde.indikator_id and indikator.definitionsversion = varde.definitionsversion
    left join {{ ref('familjeklockor') }} as klocka
        on klocka.familj = indikator.familj and klocka.kolumn = indikator.datum_kolumn and indikator.tidsbas = 'handelse'
    where varde.uppdelning = 'total'
    window serie as (
        partition by varde.indikator_id, varde.kommun, varde.periodtyp order by varde.period_slut, varde.definitionsversion
    )
),

vantas as (
    select
        total.indikator_id, total.definitionsversion, total.kommun, total.periodtyp, total.period,
        case when count(*) = count(manad.vantas_antal) then sum(manad.vantas_antal) end as vantas_antal,
        sum(manad.antal_kanda) as antal_kanda
    from total
    inner join {{ ref('int_period_manad') }} as medlem
        on medlem.periodtyp = total.periodtyp and medlem.period = total.period
    inner join {{ ref('registrering_manad') }} as manad
        on manad.kommun = total.kommun and manad.kalla = total.kalla and manad.manad = medlem.manad
    group by total.indikator_id, total.definitionsversion, total.kommun, total.periodtyp, total.period
),

brott as (
    select
        total.indikator_id, total.definitionsversion, total.kommun, total.periodtyp, total.period,
        string_agg(seriebrott.brott, ' ' order by seriebrott.datum) as brott
    from total
    inner join {{ ref('indikator_seriebrott') }} as seriebrott
        on seriebrott.indikator_id = total.indikator_id
        and seriebrott.kommun in ('*', total.kommun)
        and seriebrott.datum between total.period_start and total.period_slut
    group by total.indikator_id, total.definitionsversion, total.kommun, total.periodtyp, total.period
)

select
    total.indikator_id,
    total.definitionsversion,
    total.kommun,
    total.periodtyp,
    total.period,
    total.status,
    total.antal_rader,
    total.antal_med_uppgift,
    (total.antal_med_uppgift / nullif(total.antal_rader, 0))::decimal(9, 6) as tackning_andel,
    coalesce(total.antal_med_uppgift / nullif(total.antal_rader, 0) < grans.lag_tackning, false) as ar_lag_tackning,
    vantas.vantas_antal::decimal(18, 1) as vantas_antal,
    (vantas.vantas_antal / nullif(vantas.antal_kanda + vantas.vantas_antal, 0))::decimal(9, 6) as vantas_andel,
    coalesce(
        vantas.vantas_antal / nullif(vantas.antal_kanda + vantas.vantas_antal, 0) > grans.vantas_andel, false
    ) as ar_preliminar,
    coalesce(
        total.status = 'ok' and total.statistik in ('andel', 'medel', 'median', 'p90')
            and total.namnare < grans.litet_underlag, false
    ) as ar_litet_underlag,
    coalesce(total.definitionsversion <> total.forra_definitionsversion, false)
        or (total.forra_definitionsversion is not null and total.regelversion is distinct from total.forra_regelversion)
        or brott.brott is not null as ar_seriebrott,
    nullif(concat_ws(
        ' ',
        case when total.definitionsversion <> total.forra_definitionsversion then 'Ny definition.' end,
        case
            when total.regelversion is distinct from total.forra_regelversion and total.forra_definitionsversion is not null
                then 'Ny version av regeln.'
        end,
        brott.brott
    ), '') as seriebrott
from total
cross join grans
left join vantas
    on vantas.indikator_id = total.indikator_id and vantas.definitionsversion = total.definitionsversion
    and vantas.kommun = total.kommun and vantas.periodtyp = total.periodtyp and vantas.period = total.period
left join brott
    on brott.indikator_id = total.indikator_id and brott.definitionsversion = total.definitionsversion
    and brott.kommun = total.kommun and brott.periodtyp = total.periodtyp and brott.period = total.period
