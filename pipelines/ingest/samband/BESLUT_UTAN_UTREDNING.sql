-- The investigation that a decision names, when it was not delivered. An empty reference is not judged.
select
    'ej_verkstallda_beslut' as tabell, beslut.row_key, beslut.beslut_id as id, 'utredning_id' as kolumn,
    beslut.utredning_id as varde, beslut.enhet
from ej_verkstallda_beslut as beslut
anti join utredningar as mal on mal.utredning_id = beslut.utredning_id
where beslut.utredning_id is not null
