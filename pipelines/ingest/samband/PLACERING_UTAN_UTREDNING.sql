-- The investigation that a placement names, when it was not delivered. An empty reference is not judged.
select
    'placeringar' as tabell, plac.row_key, plac.placering_id as id, 'utredning_id' as kolumn,
    plac.utredning_id as varde, plac.enhet
from placeringar as plac
anti join utredningar as mal on mal.utredning_id = plac.utredning_id
where plac.utredning_id is not null
