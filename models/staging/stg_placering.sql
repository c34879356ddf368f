with state as (
    {{ state('placeringar') }}
),

person as (
    {{ under_nuvarande_nummer('state') }}
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
    placering_id,
    placeringsform,
    lagrum,
    regi,
    utforare,
    hem_nyckel,
    vard_id,
    beslut_id,
    utredning_id,
    enhet,
    malgrupp,
    ensamkommande,
    medplacerad,
    start,
    planerat_slut,
    slut,
    slutorsak,
    dygnspris,
    leveransdatum
from person
