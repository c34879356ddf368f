-- How the cost of placements develops, in the rows of the printed tables: year by year, the unfinished year
-- so far, and its straight projection. The sum is a row of its own and takes its projection from the rows, so
-- that they add up exactly.
with bokford as (
    select kommun, tabell, rad, ar, nr, kostnad_kr, intakt_kr from {{ ref('int_kostnadsutveckling') }}
    union all
    select kommun, tabell, 'totalt', ar, nr, sum(kostnad_kr), sum(intakt_kr)
    from {{ ref('int_kostnadsutveckling') }}
    group by kommun, tabell, ar, nr
),

huvudbok_ar as (
    select distinct kommun, cast(left(period, 4) as integer) as ar
    from {{ ref('stg_ekonomi') }}
    where serie = 'utfall'
),

-- A row that the municipality has ever booked is there in every year of its ledger that the row is in force:
-- then a year without bookings is 0, observed. Before giltig_fran there is no row.
rad_ar as (
    select bokad.kommun, bokad.tabell, bokad.rad, rad.namn, rad.ordning, huvudbok_ar.ar
    from (select distinct kommun, tabell, rad from {{ ref('int_kostnadsutveckling') }}) as bokad
    inner join huvudbok_ar on huvudbok_ar.kommun = bokad.kommun
    inner join {{ ref('kostnadsutveckling_rader') }} as rad
        on bokad.kommun glob rad.kommun and rad.tabell = bokad.tabell and rad.rad = bokad.rad
        and rad.giltig_fran <= make_date(huvudbok_ar.ar, 12, 31)
        and (rad.giltig_till is null or rad.giltig_till > make_date(huvudbok_ar.ar, 1, 1))
    qualify row_number() over (
        partition by bokad.kommun, bokad.tabell, bokad.rad, huvudbok_ar.ar
        order by rad.giltig_fran desc, rad.ordning
    ) = 1
    union all
    select bokad.kommun, bokad.tabell, 'totalt', 'Totalt', 0, huvudbok_ar.ar
    from (select distinct kommun, tabell from {{ ref('int_kostnadsutveckling') }}) as bokad
    inner join huvudbok_ar on huvudbok_ar.kommun = bokad.kommun
),

ar_kant as (
    select kommun, ar, max(t_o_m_nr) as t_o_m_nr from {{ ref('int_ekonomi_t_o_m') }} group by kommun, ar
),

-- The year so far, and what is booked beside it: in a month that is not over, or in a year that does not
-- begin in January.
utfall as (
    select
        rad_ar.kommun, rad_ar.tabell, rad_ar.rad, rad_ar.namn, rad_ar.ordning, rad_ar.ar, ar_kant.t_o_m_nr,
        coalesce(sum(bokford.kostnad_kr) filter (where bokford.nr <= ar_kant.t_o_m_nr), 0) as kostnad_kr,
        coalesce(sum(bokford.intakt_kr) filter (where bokford.nr <= ar_kant.t_o_m_nr), 0) as intakt_kr,
        coalesce(sum(bokford.kostnad_kr + bokford.intakt_kr), 0) as huvudbok_kr
    from rad_ar
    left join ar_kant on ar_kant.kommun = rad_ar.kommun and ar_kant.ar = rad_ar.ar
    left join bokford
        on bokford.kommun = rad_ar.kommun and bokford.tabell = rad_ar.tabell and bokford.rad = rad_ar.rad
        and bokford.ar = rad_ar.ar
    group by all
),

-- The same months of the year before, where its sum to that month is known.
foregaende as (
    select
        utfall.kommun, utfall.tabell, utfall.rad, utfall.ar,
        coalesce(sum(bokford.kostnad_kr), 0) as samma_manader_kr
    from utfall
    inner join {{ ref('int_ekonomi_t_o_m') }} as kant
        on kant.kommun = utfall.kommun and kant.ar = utfall.ar - 1 and kant.t_o_m_nr = utfall.t_o_m_nr
    inner join rad_ar
        on rad_ar.kommun = utfall.kommun and rad_ar.tabell = utfall.tabell and rad_ar.rad = utfall.rad
        and rad_ar.ar = utfall.ar - 1
    left join bokford
        on bokford.kommun = utfall.kommun and bokford.tabell = utfall.tabell and bokford.rad = utfall.rad
        and bokford.ar = utfall.ar - 1 and bokford.nr <= utfall.t_o_m_nr
    group by utfall.kommun, utfall.tabell, utfall.rad, utfall.ar
),

-- Straight projection: every month like the mean of those booked. Rounded in öre, where the quotient is
-- exact.
helar as (
    select
        kommun, tabell, rad, namn, ordning, ar, t_o_m_nr, kostnad_kr, intakt_kr, huvudbok_kr,
        case
            when t_o_m_nr >= 12 then kostnad_kr
            else round(kostnad_kr * 1200 / t_o_m_nr) / 100
        end::decimal(18, 2) as rad_helar_kr
    from utfall
),

summerad as (
    select
        kommun, tabell, rad, namn, ordning, ar, t_o_m_nr, kostnad_kr, intakt_kr, huvudbok_kr,
        case
            when rad <> 'totalt' then rad_helar_kr
            else sum(rad_helar_kr) filter (where rad <> 'totalt') over (partition by kommun, tabell, ar)
        end as helar_rak_kr
    from helar
),

-- A break makes each year unlike the one before it that has it within, or that begins after a year that has.
seriebrott as (
    select
        rad_ar.kommun, rad_ar.tabell, rad_ar.rad, rad_ar.ar,
        string_agg(brott.text, ' ' order by brott.fran) as text
    from rad_ar
    inner join {{ ref('kostnadsutveckling_seriebrott') }} as brott
        on brott.kommun = rad_ar.kommun and brott.tabell = rad_ar.tabell and brott.rad = rad_ar.rad
        and brott.fran > make_date(rad_ar.ar - 1, 1, 1) and brott.fran <= make_date(rad_ar.ar, 12, 31)
    group by rad_ar.kommun, rad_ar.tabell, rad_ar.rad, rad_ar.ar
)

select
    nu.kommun,
    nu.tabell,
    nu.rad,
    nu.namn,
    nu.ordning,
    nu.rad = 'totalt' as ar_summa,
    nu.ar::integer as ar,
    case when nu.t_o_m_nr = 13 then 12 else nu.t_o_m_nr end::integer as t_o_m_manad,
    coalesce(nu.t_o_m_nr = 13, false) as ar_helt,
    case when nu.t_o_m_nr is not null then nu.kostnad_kr end::decimal(18, 2) as utfall_kr,
    case when nu.t_o_m_nr is not null then nu.intakt_kr end::decimal(18, 2) as intakt_kr,
    case when nu.t_o_m_nr is not null then nu.kostnad_kr + nu.intakt_kr end::decimal(18, 2) as netto_kr,
    (nu.huvudbok_kr - nu.kostnad_kr - nu.intakt_kr)::decimal(18, 2) as netto_ej_medraknat_kr,
    foregaende.samma_manader_kr::decimal(18, 2) as utfall_samma_manader_foregaende_ar_kr,
    forra.kostnad_kr::decimal(18, 2) as utfall_foregaende_ar_kr,
    nu.helar_rak_kr::decimal(18, 2) as helar_rak_kr,
    case when forra.kostnad_kr > 0 then nu.helar_rak_kr / forra.kostnad_kr - 1 end
        ::decimal(18, 6) as andring_andel,
    case
        when nu.t_o_m_nr is null then 'året är inte bokfört från januari'
        when forra.kostnad_kr is null then 'året före finns inte eller är inte helt känt'
        when forra.kostnad_kr <= 0 then 'ingen kostnad året före'
    end as saknas_orsak,
    seriebrott.text as seriebrott,
    lage.lage_per
from summerad as nu
left join summerad as forra
    on forra.kommun = nu.kommun and forra.tabell = nu.tabell and forra.rad = nu.rad
    and forra.ar = nu.ar - 1 and forra.t_o_m_nr >= 12
left join foregaende
    on foregaende.kommun = nu.kommun and foregaende.tabell = nu.tabell and foregaende.rad = nu.rad
    and foregaende.ar = nu.ar
left join seriebrott
    on seriebrott.kommun = nu.kommun and seriebrott.tabell = nu.tabell and seriebrott.rad = nu.rad
    and seriebrott.ar = nu.ar
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = nu.kommun
