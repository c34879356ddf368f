-- Each row and its akter. A row belongs to every person whom it names, now or in an earlier version; one that
-- names nobody follows what it is about; and one that is about nothing known is an akt of its own.
with namnd as (
    select tabell, row_key, unnest(personer) as person from gallring_uppgift
    union
    select tabell, row_key, person from gallring_tidigare
),

egen as (
    select distinct namnd.tabell, namnd.row_key, coalesce(akt.akt, namnd.person) as akt
    from namnd
    left join gallring_akt as akt on akt.person = namnd.person
),

foljer as (
    select distinct lank.tabell, lank.row_key, egen.akt
    from gallring_lank as lank
    inner join egen on egen.tabell = lank.arende_tabell and egen.row_key = lank.arende_row_key
    anti join egen as redan on redan.tabell = lank.tabell and redan.row_key = lank.row_key
)

select tabell, row_key, akt from egen
union all
select tabell, row_key, akt from foljer
union all
select uppgift.tabell, uppgift.row_key, uppgift.tabell || ' ' || uppgift.row_key
from gallring_uppgift as uppgift
anti join egen on egen.tabell = uppgift.tabell and egen.row_key = uppgift.row_key
anti join foljer on foljer.tabell = uppgift.tabell and foljer.row_key = uppgift.row_key
