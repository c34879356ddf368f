-- The costs of the ledger, cut by the month that they are for: a row with service days in proportion to the
-- days (the last month is the remainder), one without in the month it is booked. Half-open: [fran, till).
with rad as (
    select
        ekonomi.kommun, ekonomi.row_key, ekonomi.del_nr, ekonomi.period, grupp.volymgrupp,
        ekonomi.mappning_id, ekonomi.placering_id,
        plac.placering_id is not null as ar_kand_placering,
        coalesce(ekonomi.avser_till >= ekonomi.avser_fran, false) as har_dygn,
        ekonomi.avser_fran, ekonomi.avser_till,
        -- The closing period is December's.
        strptime(replace(ekonomi.period, '-13', '-12') || '-01', '%Y-%m-%d')::date as period_start,
        ekonomi.belopp_kr
    from {{ ref('int_ekonomi') }} as ekonomi
    inner join {{ ref('int_volymgrupp') }} as grupp
        on {{ samma_grupp('ekonomi', 'grupp') }}
    left join {{ ref('int_placering') }} as plac
        on plac.kommun = ekonomi.kommun and plac.placering_id = ekonomi.placering_id
    where ekonomi.serie = 'utfall' and ekonomi.kontotyp = 'kostnad'
),

dygn as (
    select
        kommun, row_key, del_nr, period, period_start, volymgrupp, mappning_id, placering_id,
        ar_kand_placering, har_dygn, belopp_kr,
        case when har_dygn then avser_fran else period_start end as fran,
        case when har_dygn then avser_till + 1 else cast(period_start + interval 1 month as date) end as till
    from rad
),

manad as (
    select
        kommun, row_key, del_nr, period, period_start, volymgrupp, mappning_id, placering_id,
        ar_kand_placering, har_dygn, belopp_kr, fran, till,
        unnest(generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month))::date
            as manad_start
    from dygn
),

bit as (
    select
        kommun, row_key, del_nr, period, period_start, volymgrupp, mappning_id, placering_id,
        ar_kand_placering, har_dygn, belopp_kr, manad_start, fran as rad_fran, till as rad_till,
        greatest(fran, manad_start) as fran,
        least(till, cast(manad_start + interval 1 month as date)) as till
    from manad
),

till_och_med as (
    select
        kommun, row_key, del_nr, period, period_start, volymgrupp, mappning_id, placering_id,
        ar_kand_placering, har_dygn, fran, till, manad_start,
        case when till = rad_till then belopp_kr
            else cast(round(belopp_kr * (till - rad_fran) / (rad_till - rad_fran), 2) as decimal(18, 2))
        end as kr_till_och_med
    from bit
)

select
    kommun,
    row_key,
    del_nr,
    period,
    period_start,
    strftime(manad_start, '%Y-%m') as manad,
    manad_start,
    fran,
    till,
    volymgrupp,
    mappning_id,
    placering_id,
    ar_kand_placering,
    har_dygn,
    -- What can be held against the days of a placement.
    ar_kand_placering and har_dygn as ar_kopplad,
    cast(kr_till_och_med - lag(kr_till_och_med, 1, 0) over (partition by kommun, row_key, del_nr order by fran)
        as decimal(18, 2)) as belopp_kr
from till_och_med
