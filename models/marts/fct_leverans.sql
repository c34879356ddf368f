-- Every delivery by table: rows in = rows accepted + rows rejected.
select
    kommun, leveransdatum, sekvens, tabell, fil, status, antal_in, antal_accepterade, antal_avvisade,
    antal_varningar, antal_nya, antal_andrade, antal_borttagna
from {{ source('indata', 'leverans') }}
