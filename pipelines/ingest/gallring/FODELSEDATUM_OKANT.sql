select rad.tabell, rad.row_key
from gallring_rad as rad
inner join gallring_person as person using (akt)
where person.fodda is null
