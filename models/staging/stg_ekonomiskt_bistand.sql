with state as (
    {{ state('ekonomiskt_bistand') }}
),

person as (
    {{ under_nuvarande_nummer('state', nyckel=['manad', 'hushall_id']) }}
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
    manad,
    hushall_id,
    hushallstyp,
    nyanland,
    belopp_kr,
    leveransdatum
from person
