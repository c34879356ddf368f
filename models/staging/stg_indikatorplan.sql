with state as (
    {{ state('indikatorplan') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    indikator_id,
    period,
    serie,
    version,
    uppdelning,
    grupp,
    varde,
    kalla,
    leveransdatum
from state
