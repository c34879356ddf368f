-- A case of somebody who was not born yet. The birth date is not printed. Source: domain 5.5.
with par as (
    select 'aktualiseringar' as tabell, row_key, aktualisering_id as id, 'inkommen' as kolumn, inkommen as varde, enhet,
           fodelsedatum
    from aktualiseringar
    union all
    select 'utredningar', row_key, utredning_id, 'inledd', inledd, enhet, fodelsedatum from utredningar
    union all
    select 'placeringar', row_key, placering_id, 'start', start, enhet, fodelsedatum from placeringar
    union all
    select 'ej_verkstallda_beslut', row_key, beslut_id, 'beslutsdatum', beslutsdatum, enhet, fodelsedatum
    from ej_verkstallda_beslut
    union all
    select 'insatser', row_key, insats_id, 'start', start, enhet, fodelsedatum from insatser
)

select tabell, row_key, id, kolumn, varde, enhet
from par
where varde < fodelsedatum
