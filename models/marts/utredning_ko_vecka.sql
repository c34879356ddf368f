-- The queue: investigations that were opened and had no caseworker, on the Sunday of each week up to läge per. The clock
-- of the law runs while they wait.
with utredning as (
    select
        utr.kommun, utr.enhet, utr.typ, utr.inledd_datum,
        least(utr.tilldelad_datum, utr.slutford_datum) as tilldelad_datum,
        utr.slutford_datum,
        lage.lage_per
    from {{ ref('fct_utredning') }} as utr
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = utr.kommun
),

-- Open on a Sunday: from the first one on or after the day it was opened.
oppen as (
    select
        kommun, enhet, typ, inledd_datum, tilldelad_datum, slutford_datum, lage_per,
        cast(unnest(range(
            cast(inledd_datum + cast(7 - isodow(inledd_datum) as integer) as timestamp),
            cast(least(slutford_datum, lage_per + 1) as timestamp),
            interval 7 day
        )) as date) as sondag_datum
    from utredning
)

select
    kommun,
    strftime(sondag_datum, '%G-V%V') as vecka,
    sondag_datum,
    enhet,
    typ,
    count(*) as antal_oppna,
    count(*) filter (where tilldelad_datum is null or tilldelad_datum > sondag_datum) as antal_ej_tilldelade,
    cast(max(sondag_datum - inledd_datum) filter (where tilldelad_datum is null or tilldelad_datum > sondag_datum) as integer)
        as langsta_vantan_dagar,
    cast(median(sondag_datum - inledd_datum) filter (where tilldelad_datum is null or tilldelad_datum > sondag_datum)
         as decimal(18, 1)) as median_vantan_dagar,
    any_value(lage_per) as lage_per
from oppen
group by kommun, sondag_datum, enhet, typ
