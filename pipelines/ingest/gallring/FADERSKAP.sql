with utredd as (
    select distinct rad.akt
    from utredningar
    inner join gallring_rad as rad on rad.tabell = 'utredningar' and rad.row_key = utredningar.row_key
    cross join regel
    where list_contains(regel.varden, utredningar.typ)
)

select rad.tabell, rad.row_key
from gallring_rad as rad
semi join utredd using (akt)
