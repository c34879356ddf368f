-- The remarks: what was wrong on which line, masked where it could tell who.
select
    kommun, leveransdatum, sekvens, nr, tabell, fil, rad, id, kolumn, varde, enhet, regel_id,
    allvar, lage, forvantat, ansvarig
from {{ source('indata', 'avvisning') }}
