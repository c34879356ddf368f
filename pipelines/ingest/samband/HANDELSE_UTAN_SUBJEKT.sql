-- An id of a subject that was not delivered. Only kinds of subject that the municipality delivers are judged.
select
    'handelser' as tabell, hand.row_key, hand.handelse_id as id, 'subjekt_id' as kolumn,
    hand.subjekt_id as varde, hand.enhet,
    hand.subjekt_typ
from handelser as hand
anti join subjekt on subjekt.subjekt_typ = hand.subjekt_typ and subjekt.subjekt_id = hand.subjekt_id
where hand.subjekt_typ in (select subjekt_typ from subjekt)
