with state as (
    {{ state('insatser') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    person_nyckel,
    person_id_typ,
    skyddad,
    kon,
    fodelsedatum,
    insats_id,
    beslut_id,
    behovsprovad,
    insatstyp,
    enhet,
    malgrupp,
    beslutsdatum,
    start,
    slut,
    slutorsak,
    leveransdatum
from state
