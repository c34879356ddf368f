with placerad as (
    select distinct rad.akt
    from placeringar
    inner join gallring_rad as rad on rad.tabell = 'placeringar' and rad.row_key = placeringar.row_key
    inner join gallring_person as person using (akt)
    cross join regel
    where
        list_contains(regel.varden, placeringar.malgrupp)
        or placeringar.start < list_max(person.fodda) + regel.tid
)

select rad.tabell, rad.row_key
from gallring_rad as rad
semi join placerad using (akt)
