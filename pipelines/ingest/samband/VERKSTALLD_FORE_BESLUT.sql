-- Begun before it was decided. It happens lawfully when somebody is placed at once and the decision is written down
-- later. Source: domain 5.5 (verkställt before beslut).
with par as (
    select 'ej_verkstallda_beslut' as tabell, row_key, beslut_id as id, 'verkstalld' as kolumn, verkstalld as varde,
           enhet, beslutsdatum
    from ej_verkstallda_beslut
    union all
    select 'insatser', row_key, insats_id, 'start', start, enhet, beslutsdatum
    from insatser
)

select tabell, row_key, id, kolumn, varde, enhet, beslutsdatum
from par
where varde < beslutsdatum
