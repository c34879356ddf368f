-- Prices a day as a board prints them: lowest, median, mean weighted by days, and highest, for each row of
-- seeds/dygnspris_rader.csv (* fits everything, the lowest ordning wins), by month and year. The median is of
-- placements.
with rad as (
    select typ.placeringsform, typ.regi, arg_min(rader.rad, rader.ordning) as rad
    from (
        select distinct bit.placeringsform, plac.regi
        from {{ ref('int_betald_bit') }} as bit
        inner join {{ ref('int_placering') }} as plac
            on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
    ) as typ
    inner join {{ ref('dygnspris_rader') }} as rader
        on typ.placeringsform glob rader.placeringsform and typ.regi glob rader.regi
    group by typ.placeringsform, typ.regi
),

placering as (
    select
        bit.kommun, period.periodtyp, period.period, period.period_slut, rad.rad, bit.placering_id,
        sum((bit.till - bit.fran) * bit.betald_andel) as dygn,
        sum((bit.till - bit.fran) * bit.betald_andel * bit.dygnspris_kr) as kr,
        min(bit.dygnspris_kr) as lagst_kr,
        max(bit.dygnspris_kr) as hogst_kr
    from {{ ref('int_betald_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
    inner join rad on rad.placeringsform = bit.placeringsform and rad.regi = plac.regi
    inner join {{ ref('int_period_manad') }} as period
        on period.manad = bit.manad and period.periodtyp in ('manad', 'ar')
    -- Who comes along without a price of their own says nothing of prices.
    where bit.dygnspris_kr > 0
    group by bit.kommun, period.periodtyp, period.period, period.period_slut, rad.rad, bit.placering_id
)

select
    placering.kommun,
    placering.periodtyp,
    placering.period,
    placering.rad,
    rader.namn as rad_namn,
    cast(rader.ordning as integer) as ordning,
    placering.period_slut <= lage.lage_per as ar_fullstandig,
    count(*) as antal_placeringar,
    sum(placering.dygn)::decimal(18, 4) as betalda_dygn,
    min(placering.lagst_kr)::decimal(18, 2) as lagst_kr,
    median(placering.kr / placering.dygn)::decimal(18, 2) as median_kr,
    (sum(placering.kr) / sum(placering.dygn))::decimal(18, 2) as medel_kr,
    max(placering.hogst_kr)::decimal(18, 2) as hogst_kr
from placering
inner join {{ ref('dygnspris_rader') }} as rader on rader.rad = placering.rad
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = placering.kommun
where placering.dygn > 0
group by placering.kommun, placering.periodtyp, placering.period, placering.period_slut, placering.rad,
rader.namn,
    rader.ordning, lage.lage_per
