-- Indicator family: one row per aktualisering.
select
    kommun,
    coalesce(person_nyckel, aktualisering_nyckel) as bas_id,
    kon,
    aldersgrupp,
    coalesce(enhet, 'okand') as enhet,
    typ,
    malgrupp,
    inkommen_datum,
    1 as antal
from {{ ref('fct_aktualisering') }}
