-- Indicator family: one row per utredning and person.
select
    kommun,
    coalesce(person_nyckel, utredning_nyckel) as bas_id,
    kon,
    aldersgrupp,
    coalesce(enhet, 'okand') as enhet,
    typ,
    malgrupp,
    inledd_datum,
    slutford_datum,
    1 as antal,
    case when slutford_datum is not null then 1 else 0 end as ar_slutford,
    utredningstid_dagar
from {{ ref('fct_utredning') }}
