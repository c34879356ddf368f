-- A case that has another person than before: a changed or corrected number, or a case on the wrong person.
-- When two persons have become one it is PERSON_SAMMANSLAGEN. Source: domain 5.4.
select tabell, row_key, id, 'personnummer' as kolumn, null as varde, enhet
from personbyte
where not (kand_forut and forra_borta)
