-- An investigation that began before the report that led to it came in. Source: domain 5.5 (decision before anmälan).
with inkommen as (
    select aktualisering_id, min(inkommen) as inkommen
    from aktualiseringar
    group by aktualisering_id
)

select
    'utredningar' as tabell, utr.row_key, utr.utredning_id as id, 'inledd' as kolumn, utr.inledd as varde, utr.enhet,
    inkommen.inkommen
from utredningar as utr
inner join inkommen on inkommen.aktualisering_id = utr.aktualisering_id
where utr.inledd < inkommen.inkommen
