-- The only staging table that keeps both numbers: what stg_person_version is made from.
with state as (
    {{ state('personbyten') }}
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
    tidigare_person_nyckel,
    tidigare_person_id_typ,
    datum,
    orsak,
    leveransdatum
from state
