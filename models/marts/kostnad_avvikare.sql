-- The dearest placements and providers of each group (form and who runs it), by their distance from the
-- group: the price less the median, in units of the median distance (times 1.4826, which makes it a standard
-- deviation where prices are normal). Nobody is named: a row is a rank. Groups that are too small to say
-- anything say so.
with grans as (
    select
        max(varde) filter (where grans_id = 'avvikare_minst_antal') as minst_antal,
        max(varde) filter (where grans_id = 'avvikare_antal') as visas_antal
    from {{ ref('manad_granser') }}
),

pris as (
    -- What an open placement costs a day now.
    select
        bit.kommun, 'placering' as slag, bit.placeringsform, plac.regi, bit.placering_id as vem,
        bit.dygnspris_kr as pris_kr
    from {{ ref('int_placering_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
        and bit.fran <= plac.lage_per and bit.till > plac.lage_per
    where bit.dygnspris_kr > 0
    union all
    -- What a provider has been paid a day in the last twelve months.
    select
        bit.kommun, 'utforare', bit.placeringsform, plac.regi, plac.utforare,
        sum((bit.till - bit.fran) * bit.betald_andel * bit.dygnspris_kr)
        / sum((bit.till - bit.fran) * bit.betald_andel)
    from {{ ref('int_betald_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
    where bit.dygnspris_kr > 0 and plac.utforare is not null
        and bit.manad > strftime(plac.lage_per - interval 12 month, '%Y-%m')
    group by bit.kommun, bit.placeringsform, plac.regi, plac.utforare
    having sum((bit.till - bit.fran) * bit.betald_andel) > 0
),

median as (
    select
        kommun, slag, placeringsform, regi, vem, pris_kr,
        median(pris_kr) over grupp as median_kr,
        count(*) over grupp as antal
    from pris
    window grupp as (partition by kommun, slag, placeringsform, regi)
),

spridning as (
    select
        kommun, slag, placeringsform, regi, vem, pris_kr, median_kr, antal,
        median(abs(pris_kr - median_kr)) over (partition by kommun, slag, placeringsform, regi) as spridning_kr,
        row_number() over (partition by kommun, slag, placeringsform, regi order by pris_kr desc, vem) as rang
    from median
)

select
    rad.kommun,
    rad.slag,
    rad.placeringsform,
    rad.regi,
    cast(rad.rang as integer) as rang,
    cast(rad.antal as integer) as antal_i_gruppen,
    case when rad.antal >= grans.minst_antal then rad.pris_kr end::decimal(18, 2) as pris_kr,
    case when rad.antal >= grans.minst_antal then rad.median_kr end::decimal(18, 2) as median_kr,
    case when rad.antal >= grans.minst_antal then rad.spridning_kr end::decimal(18, 2) as spridning_kr,
    case when rad.antal >= grans.minst_antal and rad.spridning_kr > 0 then
        (rad.pris_kr - rad.median_kr) / (1.4826 * rad.spridning_kr)
    end::decimal(18, 4) as avstand,
    case
        when rad.antal < grans.minst_antal then 'för få i gruppen'
        when rad.spridning_kr = 0 then 'ingen spridning i gruppen'
    end as saknas_orsak
from spridning as rad
cross join grans
where rad.rang = 1 or (rad.rang <= grans.visas_antal and rad.antal >= grans.minst_antal)
