-- An id of a subject that was not delivered. Only kinds of subject that the municipality delivers are judged.
select
    'forlangningar' as tabell, forl.row_key, forl.subjekt_id as id, 'subjekt_id' as kolumn,
    forl.subjekt_id as varde, null as enhet,
    forl.subjekt_typ
from forlangningar as forl
anti join subjekt on subjekt.subjekt_typ = forl.subjekt_typ and subjekt.subjekt_id = forl.subjekt_id
where forl.subjekt_typ in (select subjekt_typ from subjekt)
