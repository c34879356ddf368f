with state as (
    {{ state('aktualiseringar') }}
),

person as (
    {{ under_nuvarande_nummer('state', nyckel=['aktualisering_id']) }}
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
    aktualisering_id,
    anmalan_id,
    typ,
    inkommen,
    registrerad,
    kanal,
    orsak,
    anmalare,
    enhet,
    malgrupp,
    skyddsbedomning,
    beslut,
    beslutsdatum,
    barn_hord,
    leveransdatum
from person
