-- A report that led to no investigation, and what is about it, has no such respite.
with utredd as (
    select distinct rad.akt
    from utredningar
    inner join gallring_rad as rad on rad.tabell = 'utredningar' and rad.row_key = utredningar.row_key
    cross join regel
    where list_contains(regel.varden, utredningar.typ) and utredningar.malgrupp <> 'vuxen'
),

ej_inledd as (
    select 'aktualiseringar' as tabell, row_key from aktualiseringar where beslut = 'inleds_ej'
    union
    select lank.tabell, lank.row_key
    from gallring_lank as lank
    inner join aktualiseringar on aktualiseringar.row_key = lank.arende_row_key
    where lank.arende_tabell = 'aktualiseringar' and aktualiseringar.beslut = 'inleds_ej'
)

select rad.tabell, rad.row_key, cast(max(list_max(person.fodda) + regel.tid) as date) as till
from gallring_rad as rad
semi join utredd using (akt)
inner join gallring_person as person using (akt)
anti join ej_inledd on ej_inledd.tabell = rad.tabell and ej_inledd.row_key = rad.row_key
cross join regel
group by rad.tabell, rad.row_key
