-- Unbroken care: which care (vard_id) each placement belongs to. Placements follow each other when the
-- next starts at most one day after the last ended; a case system that says vard_id itself is believed.
with vard as (
    select
        kommun,
        placering_id,
        vard_id,
        coalesce(person_nyckel, 'placering:' || placering_id) as person,
        start,
        coalesce(slut, date '9999-12-30') as slut
    from {{ ref('int_placering') }}
    where ar_vard and not medplacerad
),

forega as (
    select
        kommun, placering_id, vard_id, person, start,
        max(slut) over (
            partition by kommun, person order by start, placering_id
            rows between unbounded preceding and 1 preceding
        ) as senaste_slut
    from vard
),

kedja as (
    select
        kommun, placering_id, vard_id, person, start,
        sum(case when senaste_slut is null or start > senaste_slut + 1 then 1 else 0 end) over (
            partition by kommun, person order by start, placering_id
        ) as kedja_nr
    from forega
)

select
    kommun,
    placering_id,
    coalesce(
        last_value(vard_id ignore nulls) over (
            kedja_ rows between unbounded preceding and current row
        ),
        'kedja:' || first_value(placering_id) over kedja_
    ) as vard_id
from kedja
window kedja_ as (partition by kommun, person, kedja_nr order by start, placering_id)
