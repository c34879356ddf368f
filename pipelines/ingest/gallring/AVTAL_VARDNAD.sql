with utredd as (
    select distinct rad.akt
    from utredningar
    inner join gallring_rad as rad on rad.tabell = 'utredningar' and rad.row_key = utredningar.row_key
    cross join regel
    where list_contains(regel.varden, utredningar.typ)
)

select rad.tabell, rad.row_key, cast(max(list_max(person.fodda) + regel.tid) as date) as till
from gallring_rad as rad
semi join utredd using (akt)
inner join gallring_person as person using (akt)
cross join regel
group by rad.tabell, rad.row_key
