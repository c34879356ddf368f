-- Nothing decided long after it came in. What only informs needs no decision.
-- Source: the limit of 14 days for reports about children, 20 kap. 2 § SoL (domain 1.3 FORHAND), with wide margin.
with oppen as (
    select akt.row_key, akt.aktualisering_id, akt.inkommen, akt.enhet, leverans.leveransdatum - akt.inkommen as dagar
    from aktualiseringar as akt
    cross join leverans
    where akt.beslut is null and akt.beslutsdatum is null and akt.typ not in ('information', 'okand')
)

select
    'aktualiseringar' as tabell, row_key, aktualisering_id as id, 'beslutsdatum' as kolumn, null as varde, enhet,
    inkommen,
    dagar
from oppen
where dagar > cast($grans as integer)
