-- The report that an investigation names, when it was not delivered. An empty reference is not judged.
select
    'utredningar' as tabell, utr.row_key, utr.utredning_id as id, 'aktualisering_id' as kolumn,
    utr.aktualisering_id as varde, utr.enhet
from utredningar as utr
anti join aktualiseringar as mal on mal.aktualisering_id = utr.aktualisering_id
where utr.aktualisering_id is not null
