-- Catches days lost at a month's end: the months of a placement sum to what its contract pays for, and care days to
-- its stay when the person had no other placement at the same time.
with plac as (
    select
        kommun, placering_id, coalesce(person_nyckel, placering_id) as person, start_datum,
        greatest(vard_dygn, 0) as dygn, start_datum + cast(vard_dygn as integer) as slut
    from {{ ref('fct_placering') }}
),

overlapp as (
    select distinct plac.kommun, plac.placering_id
    from plac
    inner join plac as annan
        on annan.kommun = plac.kommun and annan.person = plac.person and annan.placering_id <> plac.placering_id
        and annan.start_datum < plac.slut and annan.slut > plac.start_datum
),

manad as (
    select kommun, placering_id, sum(vard_dygn) as vard_dygn, sum(betalda_dygn) as betalda_dygn
    from {{ ref('fct_placering_manad') }}
    group by all
),

-- What the contract pays for: nights, and parts of the days of arrival and departure.
avtal as (
    select kommun, placering_id, sum((till - fran) * betald_andel + ankomst_andel + avresa_andel) as betalda_dygn
    from {{ ref('int_placering_bit') }}
    group by all
)

select plac.kommun, plac.placering_id, plac.dygn, manad.vard_dygn, manad.betalda_dygn
from plac
left join manad on manad.kommun = plac.kommun and manad.placering_id = plac.placering_id
left join avtal on avtal.kommun = plac.kommun and avtal.placering_id = plac.placering_id
left join overlapp on overlapp.kommun = plac.kommun and overlapp.placering_id = plac.placering_id
where coalesce(manad.betalda_dygn, 0) <> coalesce(avtal.betalda_dygn, 0)
    or coalesce(manad.vard_dygn, 0) > plac.dygn
    or (coalesce(manad.vard_dygn, 0) < plac.dygn and overlapp.placering_id is null)
