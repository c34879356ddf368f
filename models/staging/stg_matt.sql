with state as (
    {{ state('matt') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    indikator_id,
    period,
    kon,
    enhet,
    taljare,
    namnare,
    varde,
    kalla,
    leveransdatum
from state
