-- Who is placed, day by day: each person's unbroken care, cut where the placement, what is known of it or the
-- age band changes. A day belongs to one placement: where they overlap, to the one that began last (then the
-- form's priority). Care is unbroken while at most one day is missing between two placements, whatever number
-- (vard_id) it has. That day is no care day, but the person is still placed: in care to `i_vard_till`, with
-- care days to `till`.
with vard as (
    select
        kommun, person, placering_id, fran, till, start, placeringsform, lagrumsgrupp, regi, malgrupp, hem_nyckel,
        ordning_dubbelt_dygn, kon, fodelsedatum, lage_per
    from {{ ref('int_dygnsvard') }}
    where till > fran
),

fodelsedag as (
    select distinct vard.kommun, vard.person, cast(vard.fodelsedatum + to_years(grupp.fran_alder) as date) as dag
    from vard
    cross join {{ ref('aldersgrupper') }} as grupp
    where grupp.indelning in ('standard', 'sammanbrott')
),

grans as (
    select kommun, person, fran as dag from vard
    union
    select kommun, person, till from vard
    union
    select kommun, person, dag from fodelsedag where dag is not null
),

bit as (
    select kommun, person, dag as fran, lead(dag) over (partition by kommun, person order by dag) as till
    from grans
),

vald as (
    select
        bit.kommun, bit.person, bit.fran, bit.till, vard.placering_id, vard.placeringsform, vard.lagrumsgrupp,
        vard.regi, vard.malgrupp, vard.hem_nyckel, vard.kon, vard.lage_per,
        date_sub('year', vard.fodelsedatum, bit.fran) as alder
    from bit
    inner join vard
        on vard.kommun = bit.kommun and vard.person = bit.person and vard.fran <= bit.fran and vard.till >= bit.till
    qualify row_number() over (
        partition by bit.kommun, bit.person, bit.fran
        order by vard.start desc, vard.ordning_dubbelt_dygn, vard.placering_id
    ) = 1
),

foljd as (
    select
        kommun, person, fran, till, placering_id, placeringsform, lagrumsgrupp, regi, malgrupp, hem_nyckel, kon, alder,
        lage_per, coalesce(fran > lag(till) over (partition by kommun, person order by fran) + 1, true) as borjar_vard
    from vald
),

kedja as (
    select
        kommun, person, fran, till, placering_id, placeringsform, lagrumsgrupp, regi, malgrupp, hem_nyckel, kon, alder,
        lage_per,
        sum(cast(borjar_vard as integer)) over (partition by kommun, person order by fran) as vard_nr
    from foljd
)

select
    kommun,
    person,
    vard_nr,
    min(fran) over vard_ as vard_start,
    nullif(max(till) over vard_, lage_per + 1) as vard_slut,
    fran,
    till,
    coalesce(lead(fran) over (vard_ order by fran), till) as i_vard_till,
    placering_id,
    -- The first day in a placement that did not begin the care. Another number for the same home is no move.
    row_number() over (partition by kommun, person, vard_nr, placering_id order by fran) = 1
        and lag(fran) over (vard_ order by fran) is not null
        and coalesce(hem_nyckel <> lag(hem_nyckel) over (vard_ order by fran), true) as ar_flytt,
    malgrupp,
    placeringsform,
    lagrumsgrupp,
    regi,
    kon,
    {{ aldersgrupp('alder') }} as aldersgrupp,
    {{ aldersgrupp('alder', 'sammanbrott') }} as sammanbrott_alder
from kedja
window vard_ as (partition by kommun, person, vard_nr)
