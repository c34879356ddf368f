-- The event stream of everything with a deadline, one row per subject, event and day.
select
    md5(concat_ws('|', kommun, subjekt_typ, subjekt_nyckel, handelse, coalesce(cast(datum as varchar), '')))
        as handelse_nyckel,
    kommun,
    subjekt_typ,
    subjekt_nyckel,
    subjekt_id,
    handelse,
    datum,
    datum is null as ar_datum_okant
from {{ ref('int_handelse') }}
