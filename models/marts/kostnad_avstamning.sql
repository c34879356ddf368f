-- Why what is booked in a month is not what the placements of the month should cost: rows for other months,
-- days, price, and a stated rest. Where a group is booked as sums (int_fakturerad_grupp), days and price
-- cannot be told apart.
with sida as (
    -- Booked in the month, and (for service months) what of it belongs elsewhere.
    select
        kommun, period as manad, volymgrupp, belopp_kr as bokfort_kr, belopp_kr as periodisering_kr,
        case when ar_kopplad then 0 else belopp_kr end as utan_placering_kr,
        0 as beraknat_kr, 0 as volym_kr, 0 as pris_kr, 0 as betalda_dygn, 0 as fakturerade_dygn
    from {{ ref('int_bokford_bit') }}
    union all
    -- For the month, wherever it is booked.
    select kommun, manad, volymgrupp, 0, -belopp_kr, 0, 0, 0, 0, 0, 0
    from {{ ref('int_bokford_bit') }}
    union all
    select
        rad.kommun, rad.manad, rad.volymgrupp, 0, 0, 0, coalesce(rad.beraknad_kr, 0),
        case when grupp.ar_fakturerad then rad.volym_kr else 0 end,
        case when grupp.ar_fakturerad then rad.pris_kr else 0 end,
        rad.betalda_dygn,
        rad.fakturerade_dygn
    from {{ ref('int_faktura_manad') }} as rad
    inner join {{ ref('int_fakturerad_grupp') }} as grupp
        on grupp.kommun = rad.kommun and grupp.volymgrupp = rad.volymgrupp and grupp.manad = rad.manad
),

summa as (
    select
        kommun, manad, volymgrupp,
        sum(bokfort_kr) as bokfort_kr,
        sum(beraknat_kr) as beraknat_kr,
        sum(periodisering_kr) as periodisering_kr,
        sum(volym_kr) as volym_kr,
        sum(pris_kr) as pris_kr,
        sum(utan_placering_kr) as utan_placering_kr,
        sum(betalda_dygn) as betalda_dygn,
        sum(fakturerade_dygn) as fakturerade_dygn
    from sida
    group by kommun, manad, volymgrupp
)

select
    summa.kommun,
    summa.manad,
    summa.volymgrupp,
    grupp.ar_fakturerad,
    grupp.ar_stangd,
    summa.betalda_dygn::decimal(18, 4) as betalda_dygn,
    summa.fakturerade_dygn::decimal(18, 4) as fakturerade_dygn,
    summa.bokfort_kr::decimal(18, 2) as bokfort_kr,
    summa.beraknat_kr::decimal(18, 2) as beraknat_kr,
    (summa.bokfort_kr - summa.beraknat_kr)::decimal(18, 2) as skillnad_kr,
    summa.periodisering_kr::decimal(18, 2) as periodisering_kr,
    summa.volym_kr::decimal(18, 2) as volym_kr,
    summa.pris_kr::decimal(18, 2) as pris_kr,
    (
        summa.bokfort_kr - summa.beraknat_kr - summa.periodisering_kr - summa.volym_kr - summa.pris_kr
    )::decimal(18, 2) as oforklarat_kr,
    summa.utan_placering_kr::decimal(18, 2) as utan_placering_kr
from summa
-- The closing period is no month of service: it closes with its December.
inner join {{ ref('int_fakturerad_grupp') }} as grupp
    on grupp.kommun = summa.kommun and grupp.volymgrupp = summa.volymgrupp
    and grupp.manad = replace(summa.manad, '-13', '-12')
where grupp.ar_bokford
