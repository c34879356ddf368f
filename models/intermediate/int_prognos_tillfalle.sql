-- When a full-year forecast is said: the months of seeds/prognostillfallen.csv, and in every year the month that is the
-- municipality's newest closed one, so that today's forecast has its like behind it. A month is closed when its last
-- day has passed and the ledger has an outcome in it. What a forecast may know is what had happened by that day. A
-- year is over when its closing period is booked, or a month of a later year is closed.
with bokford as (
    select distinct
        ekonomi.kommun, manad.ar, manad.nr, manad.slut_datum, coalesce(period.ar_fullstandig, false) as ar_stangd
    from {{ ref('stg_ekonomi') }} as ekonomi
    inner join {{ ref('int_manad') }} as manad on manad.manad = ekonomi.period
    left join {{ ref('int_kommun_period') }} as period
        on period.kommun = ekonomi.kommun and period.periodtyp = 'manad' and period.period = ekonomi.period
    where ekonomi.serie = 'utfall'
),

senaste as (
    select kommun, max(slut_datum) as slut_datum from bokford where ar_stangd group by kommun
),

bokslut as (
    select kommun, ar from bokford where nr = 13
),

manad_nr as (
    select senaste.kommun, tillfalle.manad_nr
    from senaste
    cross join {{ ref('prognostillfallen') }} as tillfalle
    union
    select kommun, month(slut_datum) from senaste
),

stangd as (
    select
        kommun, ar, nr, slut_datum, count(*) over (partition by kommun, ar order by nr) as antal_manader
    from bokford
    where ar_stangd
)

select
    stangd.kommun,
    stangd.ar,
    stangd.nr as manad_nr,
    format('{:04d}-{:02d}', stangd.ar, stangd.nr) as t_o_m_manad,
    stangd.slut_datum as prognos_datum,
    -- What counts as lately is after this day.
    last_day(cast(stangd.slut_datum - to_months(cast(antagande.varde as integer)) as date)) as historik_efter,
    cast(make_date(stangd.ar, 12, 31) - stangd.slut_datum as integer) as dygn_kvar,
    cast(stangd.antal_manader as integer) as antal_manader,
    stangd.slut_datum = senaste.slut_datum as ar_senaste,
    bokslut.kommun is not null or year(senaste.slut_datum) > stangd.ar as ar_over
from stangd
inner join manad_nr on manad_nr.kommun = stangd.kommun and manad_nr.manad_nr = stangd.nr
inner join senaste on senaste.kommun = stangd.kommun
left join bokslut on bokslut.kommun = stangd.kommun and bokslut.ar = stangd.ar
cross join (select varde from {{ ref('prognosantaganden') }} where antagande = 'historik_manader') as antagande
