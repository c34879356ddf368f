-- The placement that a period names, when it was not delivered. An empty reference is not judged.
select
    'placering_perioder' as tabell, period.row_key, period.placering_id as id, 'placering_id' as kolumn,
    period.placering_id as varde, null as enhet
from placering_perioder as period
anti join placeringar as mal on mal.placering_id = period.placering_id
where period.placering_id is not null
