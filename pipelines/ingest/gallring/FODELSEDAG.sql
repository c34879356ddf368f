select rad.tabell, rad.row_key
from gallring_rad as rad
inner join gallring_person as person using (akt)
cross join regel
where list_has_any(list_transform(person.fodda, lambda dag: cast(day(dag) as varchar)), regel.varden)
