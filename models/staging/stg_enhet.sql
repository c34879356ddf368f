with state as (
    {{ state('enheter') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    enhet,
    namn,
    overordnad,
    efterfoljare,
    giltig_fran,
    giltig_till,
    leveransdatum
from state
