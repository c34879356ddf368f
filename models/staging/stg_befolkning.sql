with state as (
    {{ state('befolkning') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    ar,
    kon,
    alder,
    antal,
    leveransdatum
from state
