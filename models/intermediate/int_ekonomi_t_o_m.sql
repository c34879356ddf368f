-- Up to which bookkeeping periods a year's sum from January on is known: 10 when all months to October are
-- booked, 13 when the whole year is and the closing period has rows. As a rule each month is booked in its
-- own period. A printed sum of January to October is in October and speaks of ten months (avser_fran), so the
-- sum to September is not known.
with rad as (
    select
        ekonomi.kommun, manad.ar, manad.nr,
        make_date(manad.ar, 1, 1) as nyar,
        case when manad.ar_bokslut then manad.slut_datum + 1 else manad.start_datum end as start_datum,
        ekonomi.avser_fran
    from {{ ref('stg_ekonomi') }} as ekonomi
    inner join {{ ref('int_manad') }} as manad on manad.manad = ekonomi.period
    inner join {{ source('indata', 'lage') }} as lage
        on lage.kommun = ekonomi.kommun and manad.slut_datum <= lage.lage_per
    where ekonomi.serie = 'utfall'
),

-- A period speaks of earlier months only if all its rows do: one late invoice does not make up for a month.
period as (
    select
        kommun, ar, nr,
        1 + max(datediff('month', nyar, least(greatest(coalesce(avser_fran, start_datum), nyar), start_datum)))
            as fran_nr
    from rad
    group by kommun, ar, nr
),

manad as (
    select kommun, ar, nr, unnest(range(fran_nr, least(nr, 12) + 1)) as manad_nr from period
),

kand as (
    select kommun, ar, manad_nr, min(nr) as fran_period_nr from manad group by kommun, ar, manad_nr
)

select period.kommun, period.ar, period.nr as t_o_m_nr
from period
inner join kand
    on kand.kommun = period.kommun and kand.ar = period.ar
    and kand.manad_nr <= period.nr and kand.fran_period_nr <= period.nr
group by period.kommun, period.ar, period.nr
having count(*) = least(period.nr, 12)
