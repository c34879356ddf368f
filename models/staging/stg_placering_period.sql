with state as (
    {{ state('placering_perioder') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    placering_id,
    slag,
    fran,
    till,
    varde,
    debiteringsregel,
    leveransdatum
from state
