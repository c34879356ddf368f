-- Catches rows that vanish at ingest: rows in = rows accepted + rows rejected.
select kommun, leveransdatum, sekvens, tabell, antal_in, antal_accepterade, antal_avvisade
from {{ ref('fct_leverans') }}
where antal_in <> antal_accepterade + antal_avvisade
