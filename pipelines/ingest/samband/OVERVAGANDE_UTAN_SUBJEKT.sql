-- An id of a subject that was not delivered. Only kinds of subject that the municipality delivers are judged.
select
    'overvaganden' as tabell, over_.row_key, over_.subjekt_id as id, 'subjekt_id' as kolumn,
    over_.subjekt_id as varde, null as enhet,
    over_.subjekt_typ
from overvaganden as over_
anti join subjekt on subjekt.subjekt_typ = over_.subjekt_typ and subjekt.subjekt_id = over_.subjekt_id
where over_.subjekt_typ in (select subjekt_typ from subjekt)
