-- What a placement should have cost in a month beside what is booked on it for the same days, and why they
-- differ. The days of a placement are cut where a paid day, a price or an invoice begins or ends. A day is
-- invoiced when the rows for it charge anything together, so a credit note makes no days of its own. It
-- counts as the contract pays it (0.8 of a day where the place is held at 80 per cent), and as a whole one
-- outside what the contract pays.
with bokford as (
    select
        kommun, placering_id, manad, period, fran, till, belopp_kr, belopp_kr / (till - fran) as dag_kr
    from {{ ref('int_bokford_bit') }}
    where ar_kopplad
),

grans as (
    select kommun, placering_id, manad, fran as dag from {{ ref('int_betald_bit') }}
    union
    select kommun, placering_id, manad, till from {{ ref('int_betald_bit') }}
    union
    select kommun, placering_id, manad, fran from bokford
    union
    select kommun, placering_id, manad, till from bokford
),

bit as (
    select
        kommun, placering_id, manad, dag as fran,
        lead(dag) over (partition by kommun, placering_id, manad order by dag) as till
    from grans
    qualify till is not null
),

betald as (
    select
        bit.kommun, bit.placering_id, bit.fran,
        sum(betald.betald_andel) as betald_andel,
        max(betald.dygnspris_kr) as dygnspris_kr,
        any_value(betald.volymgrupp) as volymgrupp
    from bit
    inner join {{ ref('int_betald_bit') }} as betald
        on betald.kommun = bit.kommun and betald.placering_id = bit.placering_id and betald.manad = bit.manad
        and betald.fran <= bit.fran and betald.till >= bit.till
    group by bit.kommun, bit.placering_id, bit.fran
),

fakturerad as (
    select
        bit.kommun, bit.placering_id, bit.fran,
        sum(bokford.dag_kr) as dag_kr,
        -- Booked no later than the month itself.
        sum(bokford.dag_kr) filter (where bokford.period <= bokford.manad) as dag_i_tid_kr
    from bit
    inner join bokford
        on bokford.kommun = bit.kommun and bokford.placering_id = bit.placering_id
        and bokford.manad = bit.manad and bokford.fran <= bit.fran and bokford.till >= bit.till
    group by bit.kommun, bit.placering_id, bit.fran
),

-- Days outside the placement are held against the price of the day before, or of the first day.
forsta as (
    select
        kommun, placering_id,
        arg_min(dygnspris_kr, fran) as dygnspris_kr,
        arg_min(volymgrupp, fran) as volymgrupp
    from {{ ref('int_betald_bit') }}
    group by kommun, placering_id
),

dygn as (
    select
        bit.kommun, bit.placering_id, bit.manad, bit.till - bit.fran as dygn,
        coalesce(betald.betald_andel, 0) as betald_andel,
        case
            when round(coalesce(fakturerad.dag_kr, 0), 2) <= 0 then 0
            when betald.betald_andel > 0 then betald.betald_andel
            else 1
        end as fakturerad_andel,
        coalesce(fakturerad.dag_kr, 0) as dag_kr,
        coalesce(fakturerad.dag_i_tid_kr, 0) as dag_i_tid_kr,
        case when betald.fran is not null then betald.dygnspris_kr
            else coalesce(last_value(betald.dygnspris_kr ignore nulls) over tidigare, forsta.dygnspris_kr)
        end as dygnspris_kr,
        coalesce(last_value(betald.volymgrupp ignore nulls) over tidigare, forsta.volymgrupp) as volymgrupp
    from bit
    left join betald
        on betald.kommun = bit.kommun and betald.placering_id = bit.placering_id and betald.fran = bit.fran
    left join fakturerad
        on fakturerad.kommun = bit.kommun and fakturerad.placering_id = bit.placering_id
        and fakturerad.fran = bit.fran
    -- A placement without a single day has no group; what is booked on it is a gap.
    inner join forsta on forsta.kommun = bit.kommun and forsta.placering_id = bit.placering_id
    window tidigare as (
        partition by bit.kommun, bit.placering_id
        order by bit.fran rows between unbounded preceding and current row
    )
),

skillnad as (
    select
        kommun, placering_id, manad, volymgrupp,
        sum(dygn * fakturerad_andel) as fakturerade_dygn,
        round(sum(dygn * dag_kr), 2)::decimal(18, 2) as bokfort_kr,
        round(sum(dygn * dag_i_tid_kr), 2)::decimal(18, 2) as bokfort_i_tid_kr,
        coalesce(round(sum(dygn * (fakturerad_andel - betald_andel) * dygnspris_kr), 2), 0)::decimal(18, 2)
            as volym_kr,
        coalesce(round(sum(dygn * dag_kr) filter (where dygnspris_kr is null), 2), 0)::decimal(18, 2)
            as utan_pris_kr
    from dygn
    group by kommun, placering_id, manad, volymgrupp
),

beraknad as (
    select
        dygn.kommun, dygn.placering_id, dygn.manad, grupp.volymgrupp,
        sum(dygn.betalda_dygn) as betalda_dygn,
        sum(dygn.prissatta_dygn) as prissatta_dygn,
        sum(dygn.beraknad_kostnad_kr) as beraknad_kr
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    inner join {{ ref('int_volymgrupp') }} as grupp
        on {{ placeringens_grupp('dygn', 'plac', 'grupp') }}
    group by dygn.kommun, dygn.placering_id, dygn.manad, grupp.volymgrupp
)

select
    skillnad.kommun,
    skillnad.placering_id,
    skillnad.manad,
    skillnad.volymgrupp,
    coalesce(beraknad.betalda_dygn, 0) as betalda_dygn,
    coalesce(beraknad.prissatta_dygn, 0) as prissatta_dygn,
    beraknad.beraknad_kr,
    cast(skillnad.fakturerade_dygn as decimal(18, 4)) as fakturerade_dygn,
    skillnad.bokfort_kr,
    skillnad.bokfort_i_tid_kr,
    skillnad.volym_kr,
    -- The remainder, so that the parts sum to the öre.
    skillnad.bokfort_kr - coalesce(beraknad.beraknad_kr, 0) - skillnad.volym_kr - skillnad.utan_pris_kr
        as pris_kr
from skillnad
left join beraknad
    on beraknad.kommun = skillnad.kommun and beraknad.placering_id = skillnad.placering_id
    and beraknad.manad = skillnad.manad and beraknad.volymgrupp = skillnad.volymgrupp
