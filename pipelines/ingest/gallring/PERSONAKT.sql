-- From the last note in the akt; a row in several akter waits for the last of them.
select rad.tabell, rad.row_key, cast(max(person.senast + regel.tid) as date) as fran
from gallring_rad as rad
inner join gallring_person as person using (akt)
cross join regel
group by rad.tabell, rad.row_key
having bool_and(person.senast is not null)
