with state as (
    {{ state('overvaganden') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    subjekt_typ,
    subjekt_id,
    typ,
    datum,
    beslut,
    beslutsfattare,
    barn_hord,
    leveransdatum
from state
