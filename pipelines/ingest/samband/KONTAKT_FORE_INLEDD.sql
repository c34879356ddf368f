-- The latest contact lies before the investigation began: nobody has been met, or the date is wrong.
select
    'utredningar' as tabell, row_key, utredning_id as id, 'senaste_kontakt' as kolumn, senaste_kontakt as varde, enhet,
    inledd
from utredningar
where senaste_kontakt < inledd
