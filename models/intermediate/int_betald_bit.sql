-- The days that are paid for, cut by month: the nights of a placement, and what its contract adds or takes
-- away on the first and the last day. A day's parts sum to what is paid of it. Half-open: [fran, till).
with dygn as (
    select
        kommun, placering_id, fran, till, placeringsform, kostnadsgrupp, lagrumsgrupp, dygnspris_kr,
        cast(betald_andel as decimal(9, 4)) as betald_andel
    from {{ ref('int_placering_bit') }}
    union all
    select
        kommun, placering_id, fran, fran + 1, placeringsform, kostnadsgrupp, lagrumsgrupp, dygnspris_kr,
        ankomst_andel
    from {{ ref('int_placering_bit') }}
    where ankomst_andel <> 0
    union all
    select
        kommun, placering_id, till, till + 1, placeringsform, kostnadsgrupp, lagrumsgrupp, dygnspris_kr,
        avresa_andel
    from {{ ref('int_placering_bit') }}
    where avresa_andel <> 0
),

manad as (
    select
        kommun, placering_id, fran, till, placeringsform, kostnadsgrupp, lagrumsgrupp, dygnspris_kr,
        betald_andel,
        unnest(generate_series(date_trunc('month', fran), date_trunc('month', till - 1), interval 1 month))::date
            as manad_start
    from dygn
)

select
    manad.kommun,
    manad.placering_id,
    strftime(manad.manad_start, '%Y-%m') as manad,
    greatest(manad.fran, manad.manad_start) as fran,
    least(manad.till, cast(manad.manad_start + interval 1 month as date)) as till,
    manad.placeringsform,
    grupp.volymgrupp,
    manad.dygnspris_kr,
    manad.betald_andel
from manad
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = manad.kommun and plac.placering_id = manad.placering_id
inner join {{ ref('int_volymgrupp') }} as grupp
    on {{ placeringens_grupp('manad', 'plac', 'grupp') }}
