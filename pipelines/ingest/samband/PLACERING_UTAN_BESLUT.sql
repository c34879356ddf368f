-- The decision that a placement names, when it was not delivered. An empty reference is not judged.
select
    'placeringar' as tabell, plac.row_key, plac.placering_id as id, 'beslut_id' as kolumn,
    plac.beslut_id as varde, plac.enhet
from placeringar as plac
anti join ej_verkstallda_beslut as mal on mal.beslut_id = plac.beslut_id
where plac.beslut_id is not null
