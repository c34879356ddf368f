with state as (
    {{ state('utredningar') }}
),

person as (
    {{ under_nuvarande_nummer('state', nyckel=['utredning_id']) }}
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
    utredning_id,
    aktualisering_id,
    typ,
    lagrum,
    enhet,
    malgrupp,
    inledd,
    tilldelad,
    senaste_kontakt,
    slutford,
    avslutad,
    frist_satt,
    resultat,
    barn_hord,
    leveransdatum
from person
