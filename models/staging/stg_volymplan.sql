with state as (
    {{ state('volymplan') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    period,
    serie,
    version,
    kostnadsgrupp,
    malgrupp,
    regi,
    lagrumsgrupp,
    arsplaceringar,
    kostnad_per_arsplacering_kr,
    leveransdatum
from state
