-- The error lists: what was wrong on which line, masked where it could tell who.
select
    kommun, leveransdatum, sekvens, tabell, fil, rad, id, kolumn, varde, regel_id, allvar, forvantat, ansvarig
from {{ source('indata', 'avvisning') }}
