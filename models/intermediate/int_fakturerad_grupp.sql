-- Which groups are invoiced placement by placement, month by month, and whether the month is one that the
-- ledger covers and that is closed. Only there can days and price be held against invoices; elsewhere costs
-- are booked as sums.
with grans as (
    select
        max(varde) filter (where grans_id = 'fakturerad_andel') as fakturerad_andel,
        max(varde) filter (where grans_id = 'stangd_efter_manader') as stangd_efter_manader
    from {{ ref('manad_granser') }}
),

bokforing as (
    select kommun, min(period_start) as forsta_manad, max(period_start) as sista_manad
    from {{ ref('int_bokford_bit') }}
    group by kommun
),

kostnad as (
    select
        kommun, volymgrupp, manad_start, belopp_kr,
        case when ar_kopplad then belopp_kr else 0 end as kopplat_kr
    from {{ ref('int_bokford_bit') }}
    union all
    -- Months that are only booked in, or only cared in, are months too.
    select distinct kommun, volymgrupp, period_start, 0, 0
    from {{ ref('int_bokford_bit') }}
    union all
    select distinct kommun, volymgrupp, cast(date_trunc('month', fran) as date), 0, 0
    from {{ ref('int_betald_bit') }}
),

manad as (
    select kommun, volymgrupp, manad_start, sum(belopp_kr) as belopp_kr, sum(kopplat_kr) as kopplat_kr
    from kostnad
    group by kommun, volymgrupp, manad_start
),

ett_ar as (
    select
        kommun, volymgrupp, manad_start,
        sum(belopp_kr) over ar as belopp_kr,
        sum(kopplat_kr) over ar as kopplat_kr
    from manad
    window ar as (
        partition by kommun, volymgrupp
        order by manad_start range between interval 11 month preceding and current row
    )
)

select
    ett_ar.kommun,
    ett_ar.volymgrupp,
    strftime(ett_ar.manad_start, '%Y-%m') as manad,
    ett_ar.manad_start,
    ett_ar.kopplat_kr > 0 and ett_ar.kopplat_kr >= grans.fakturerad_andel * ett_ar.belopp_kr as ar_fakturerad,
    ett_ar.manad_start between bokforing.forsta_manad and bokforing.sista_manad as ar_bokford,
    last_day(ett_ar.manad_start) <= lage.lage_per as ar_slut,
    last_day(cast(ett_ar.manad_start + interval 1 month * cast(grans.stangd_efter_manader as integer) as date))
        <= lage.lage_per as ar_stangd
from ett_ar
cross join grans
inner join bokforing on bokforing.kommun = ett_ar.kommun
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = ett_ar.kommun
