with state as (
    {{ state('handelser') }}
),

person as (
    {{ under_nuvarande_nummer('state') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    handelse_id,
    subjekt_typ,
    subjekt_id,
    person_nyckel,
    person_id_typ,
    handelse,
    datum,
    lagrum,
    enhet,
    leveransdatum
from person
