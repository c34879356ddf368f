-- The ledger in the rows of the printed cost tables (seeds/kostnadsutveckling_rader.csv), by bookkeeping
-- period. In each table an account string belongs to the first row, by ordning, whose wildcards fit and that
-- is in force: no krona is in two rows.
with konto as (
    select distinct
        ekonomi.kommun, ekonomi.konto, ekonomi.verksamhet, coalesce(ekonomi.motpart, '') as motpart,
        ekonomi.kontotyp, ekonomi.period, manad.ar, manad.nr, manad.slut_datum
    from {{ ref('stg_ekonomi') }} as ekonomi
    inner join {{ ref('int_manad') }} as manad on manad.manad = ekonomi.period
    where ekonomi.serie = 'utfall'
),

placerad as (
    select
        konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.kontotyp, konto.period, konto.ar,
        konto.nr, rad.tabell, rad.rad
    from konto
    inner join {{ ref('kostnadsutveckling_rader') }} as rad
        on konto.kommun glob rad.kommun
        and konto.konto glob rad.konto_monster
        and konto.verksamhet glob rad.verksamhet_monster
        and konto.motpart glob rad.motpart_monster
        and konto.kontotyp glob rad.kontotyp_monster
        and konto.slut_datum >= rad.giltig_fran
        and (rad.giltig_till is null or konto.slut_datum < rad.giltig_till)
    qualify row_number() over (
        partition by
            konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.kontotyp, konto.period,
            rad.tabell
        order by rad.ordning, rad.rad
    ) = 1
)

select
    placerad.kommun, placerad.tabell, placerad.rad, placerad.ar, placerad.nr,
    coalesce(sum(ekonomi.belopp_kr) filter (where ekonomi.kontotyp = 'kostnad'), 0) as kostnad_kr,
    coalesce(sum(ekonomi.belopp_kr) filter (where ekonomi.kontotyp <> 'kostnad'), 0) as intakt_kr
from {{ ref('stg_ekonomi') }} as ekonomi
inner join placerad
    on placerad.kommun = ekonomi.kommun and placerad.konto = ekonomi.konto
    and placerad.verksamhet = ekonomi.verksamhet and placerad.motpart = coalesce(ekonomi.motpart, '')
    and placerad.kontotyp = ekonomi.kontotyp and placerad.period = ekonomi.period
where ekonomi.serie = 'utfall'
group by placerad.kommun, placerad.tabell, placerad.rad, placerad.ar, placerad.nr
