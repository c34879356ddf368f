-- Care days and paid days by placement and month. Days are half-open: the day of arrival counts, the day
-- of departure does not. A person has one care day per day: where placements overlap, the one that
-- started last has it (then the form's priority); every paid day counts in costs.
with period as (
    select
        kommun, placering_id, start, raknas_till, ordning_dubbelt_dygn,
        coalesce(person_nyckel, 'placering:' || placering_id) as person
    from {{ ref('int_placering') }}
    where raknas_till > start
),

grans as (
    select kommun, person, start as dag from period
    union
    select kommun, person, raknas_till from period
),

bit as (
    select kommun, person, dag as fran, lead(dag) over (partition by kommun, person order by dag) as till
    from grans
),

vald as (
    select bit.kommun, bit.fran, bit.till, period.placering_id
    from bit
    inner join period
        on period.kommun = bit.kommun and period.person = bit.person
        and period.start <= bit.fran and period.raknas_till >= bit.till
    where bit.till is not null
    qualify row_number() over (
        partition by bit.kommun, bit.person, bit.fran
        order by period.start desc, period.ordning_dubbelt_dygn, period.placering_id
    ) = 1
),

dygn as (
    select kommun, placering_id, fran, till, 1 as ar_vard, 0 as ar_betald from vald
    union all
    select kommun, placering_id, start, raknas_till, 0, 1 from period
),

manad as (
    select
        kommun, placering_id, ar_vard, ar_betald, fran, till,
        unnest(generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month)) as manad_start
    from dygn
),

snitt as (
    select
        kommun, placering_id, ar_vard, ar_betald,
        cast(manad_start as date) as manad_start,
        least(till, cast(manad_start + interval 1 month as date)) - greatest(fran, cast(manad_start as date)) as dygn
    from manad
)

select
    kommun,
    placering_id,
    strftime(manad_start, '%Y-%m') as manad,
    manad_start,
    coalesce(sum(dygn) filter (where ar_vard = 1), 0)::bigint as vard_dygn,
    coalesce(sum(dygn) filter (where ar_betald = 1), 0)::bigint as betalda_dygn
from snitt
group by kommun, placering_id, manad_start
