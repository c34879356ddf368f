-- Both persons had cases before; now the one has them all. Source: domain 5.4 (merged duplicates).
select tabell, row_key, id, 'personnummer' as kolumn, null as varde, enhet
from personbyte
where kand_forut and forra_borta
