-- The figures of each sign-off, as they stood when they were signed.
select kommun, nr, indikator_id, definitionsversion, period, uppdelning, grupp, status, taljare, namnare, varde
from {{ source('indata', 'signerat_varde') }}
