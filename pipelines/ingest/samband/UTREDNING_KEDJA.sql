-- A child's investigation opened within some days of the last one's end: perhaps one and the same, past its limit.
-- Source: domain 1.4 (JO 2565-2016 and 2411-2017; default seven days).
with barn as (
    select row_key, utredning_id, person_nyckel, enhet, inledd, coalesce(slutford, avslutad) as slut
    from utredningar
    where person_nyckel is not null and typ = 'barn_skydd_stod'
),

forega as (
    select
        row_key, utredning_id, enhet, inledd,
        lag(slut) over ordning as forra_slut,
        lag(utredning_id) over ordning as forra
    from barn
    window ordning as (partition by person_nyckel order by inledd, utredning_id)
)

select
    'utredningar' as tabell, row_key, utredning_id as id, 'inledd' as kolumn, inledd as varde, enhet,
    forra,
    forra_slut
from forega
where inledd - forra_slut between 0 and cast($grans as integer)
