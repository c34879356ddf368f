-- Each akt: the day of its last note, and its birth dates (several when the rows disagree).
select
    rad.akt,
    max(uppgift.senast) as senast,
    list(distinct uppgift.fodelsedatum) filter (where uppgift.fodelsedatum is not null) as fodda
from gallring_rad as rad
inner join gallring_uppgift as uppgift using (tabell, row_key)
group by rad.akt
