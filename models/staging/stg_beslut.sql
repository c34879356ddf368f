with state as (
    {{ state('ej_verkstallda_beslut') }}
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
    beslut_id,
    utredning_id,
    insats,
    lagrum,
    enhet,
    malgrupp,
    beslutsdatum,
    utfall,
    beslutsfattare,
    giltig_till,
    ersatter_beslut_id,
    omfattning,
    omfattning_verkstalld,
    ansvarig_kommun,
    verkstallande_kommun,
    verkstalld,
    avbruten,
    aterupptagen,
    avslutad,
    avslutad_datum_okant,
    avslutsorsak,
    orsak,
    uppdrag_skickat,
    erbjudande,
    tackat_nej,
    leveransdatum
from person
