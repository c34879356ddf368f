with state as (
    {{ state('ekonomi') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    period,
    serie,
    version,
    konto,
    kontotyp,
    verksamhet,
    motpart,
    ansvar,
    projekt,
    enhet,
    rad_id,
    placering_id,
    avser_fran,
    avser_till,
    belopp_kr,
    leveransdatum
from state
