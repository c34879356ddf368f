with state as (
    {{ state('insatser') }}
),

person as (
    {{ under_nuvarande_nummer('state', nyckel=['insats_id']) }}
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
from person
