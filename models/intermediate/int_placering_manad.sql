-- Care days and paid days by placement and month, apart where the form or the law changes within the month. A
-- person has one care day per day: where placements overlap, the one that started last has it (then the form's
-- priority, seeds/placeringsformer.csv); who comes along with somebody never takes it from a placement of their
-- own. Every paid day counts in costs, as the contract counts it (seeds/debiteringsregler.csv).
with bit as (
    select
        bit.kommun, bit.placering_id, bit.fran, bit.till, bit.placeringsform, bit.kostnadsgrupp, bit.lagrumsgrupp,
        bit.ordning_dubbelt_dygn, bit.dygnspris_kr, bit.ar_franvaro, bit.betald_andel, bit.ankomst_andel,
        bit.avresa_andel, plac.start, plac.medplacerad,
        coalesce(plac.person_nyckel, 'placering:' || plac.placering_id) as person
    from {{ ref('int_placering_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
),

grans as (
    select kommun, person, fran as dag from bit
    union
    select kommun, person, till from bit
),

dag as (
    select kommun, person, dag as fran, lead(dag) over (partition by kommun, person order by dag) as till
    from grans
),

vard as (
    select
        dag.kommun, bit.placering_id, dag.fran, dag.till, bit.placeringsform, bit.kostnadsgrupp, bit.lagrumsgrupp,
        bit.ar_franvaro
    from dag
    inner join bit
        on bit.kommun = dag.kommun and bit.person = dag.person and bit.fran <= dag.fran and bit.till >= dag.till
    qualify row_number() over (
        partition by dag.kommun, dag.person, dag.fran
        order by bit.medplacerad, bit.start desc, bit.ordning_dubbelt_dygn, bit.placering_id
    ) = 1
),

dygn as (
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, fran, till, 1 as vard_andel,
        cast(ar_franvaro as integer) as franvaro_andel, cast(0 as decimal(9, 4)) as betald_andel,
        cast(null as decimal(18, 6)) as dygnspris_kr
    from vard
    union all
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, fran, till, 0, 0, betald_andel, dygnspris_kr
    from bit
    union all
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, fran, fran + 1, 0, 0, ankomst_andel,
        dygnspris_kr
    from bit
    where ankomst_andel <> 0
    union all
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, till, till + 1, 0, 0, avresa_andel,
        dygnspris_kr
    from bit
    where avresa_andel <> 0
),

manad as (
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, fran, till, vard_andel, franvaro_andel,
        betald_andel, dygnspris_kr,
        cast(unnest(generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month)) as date)
            as manad_start
    from dygn
),

snitt as (
    select
        kommun, placering_id, placeringsform, kostnadsgrupp, lagrumsgrupp, vard_andel, franvaro_andel, betald_andel,
        dygnspris_kr, manad_start,
        least(till, cast(manad_start + interval 1 month as date)) - greatest(fran, manad_start) as dygn
    from manad
)

select
    kommun,
    placering_id,
    strftime(manad_start, '%Y-%m') as manad,
    manad_start,
    placeringsform,
    kostnadsgrupp,
    lagrumsgrupp,
    sum(dygn * vard_andel)::bigint as vard_dygn,
    sum(dygn * franvaro_andel)::bigint as franvaro_dygn,
    sum(dygn * betald_andel)::decimal(18, 4) as betalda_dygn,
    coalesce(sum(dygn * betald_andel) filter (where dygnspris_kr is not null), 0)::decimal(18, 4) as prissatta_dygn,
    -- Null when no day has a price; otherwise what the priced days cost.
    sum(dygn * betald_andel * dygnspris_kr)::decimal(18, 2) as beraknad_kostnad_kr
from snitt
group by kommun, placering_id, manad_start, placeringsform, kostnadsgrupp, lagrumsgrupp
