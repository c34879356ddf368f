-- The placement that a ledger row names, when it was not delivered. An empty reference is not judged.
select
    'ekonomi' as tabell, rad.row_key, rad.rad_id as id, 'placering_id' as kolumn,
    rad.placering_id as varde, rad.enhet
from ekonomi as rad
anti join placeringar as mal on mal.placering_id = rad.placering_id
where rad.placering_id is not null
