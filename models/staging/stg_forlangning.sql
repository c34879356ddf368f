with state as (
    {{ state('forlangningar') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    subjekt_typ,
    subjekt_id,
    beslutsdatum,
    ny_frist,
    skal,
    beslutsfattare,
    leveransdatum
from state
