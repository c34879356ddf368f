-- The decision that an intervention names, when it was not delivered. An empty reference is not judged.
select
    'insatser' as tabell, insats.row_key, insats.insats_id as id, 'beslut_id' as kolumn,
    insats.beslut_id as varde, insats.enhet
from insatser as insats
anti join ej_verkstallda_beslut as mal on mal.beslut_id = insats.beslut_id
where insats.beslut_id is not null
