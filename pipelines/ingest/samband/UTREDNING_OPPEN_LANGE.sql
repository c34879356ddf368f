-- An investigation that has been open longer than the limit. Source: domain 5.5 (open > 2 years is a warning) and
-- 1.3 (no investigation may take more than a year: faderskap; those of children four months).
with oppen as (
    select utr.row_key, utr.utredning_id, utr.inledd, utr.enhet, leverans.leveransdatum - utr.inledd as dagar
    from utredningar as utr
    cross join leverans
    where utr.slutford is null and utr.avslutad is null
)

select
    'utredningar' as tabell, row_key, utredning_id as id, 'slutford' as kolumn, null as varde, enhet,
    inledd,
    dagar
from oppen
where dagar > cast($grans as integer)
