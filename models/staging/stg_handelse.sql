with state as (
    {{ state('handelser') }}
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
from state
