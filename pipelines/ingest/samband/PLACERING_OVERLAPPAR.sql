-- Two placements in care of one person that share a day. Days are half-open: moving on the day the other ends
-- is no overlap. Somebody placed with another's placement (medplacerad) has no care days of their own.
-- Source: domain 5.5 (overlap of heldygn placements, same person); design.md section 4 (care days).
with vard as (
    select
        plac.row_key, plac.placering_id, plac.person_nyckel, plac.enhet, plac.start,
        coalesce(plac.slut, date '9999-12-31') as slut
    from placeringar as plac
    inner join seed_placeringsformer as form
        on form.placeringsform = plac.placeringsform
        and form.ar_vard = 'ja'
        and plac.start >= cast(form.giltig_fran as date)
        and plac.start < cast(coalesce(form.giltig_till, '9999-12-31') as date)
    where plac.person_nyckel is not null
        and not coalesce(plac.medplacerad, false)
        and plac.slut is distinct from plac.start
),

forega as (
    select
        row_key, placering_id, enhet, start,
        max(slut) over tidigare as andra_slut,
        arg_max(placering_id, slut) over tidigare as andra
    from vard
    window tidigare as (
        partition by person_nyckel order by start, placering_id
        rows between unbounded preceding and 1 preceding
    )
)

select
    'placeringar' as tabell, row_key, placering_id as id, 'start' as kolumn, start as varde, enhet,
    andra,
    case when andra_slut = date '9999-12-31' then 'inte är avslutad' else 'slutar ' || andra_slut end as andra_slut
from forega
where start < andra_slut
