-- From the end of the calendar year of the booking. A placement that is still there keeps its rows.
select
    'ekonomi' as tabell,
    ekonomi.row_key,
    cast(make_date(cast(left(ekonomi.period, 4) as integer) + 1, 1, 1) + regel.tid as date) as fran
from ekonomi
anti join placeringar using (placering_id)
cross join regel
where ekonomi.placering_id is not null
