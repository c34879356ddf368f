-- Catches a share whose numerator is not part of its denominator.
select indikator_id, kommun, period, uppdelning, grupp, taljare, namnare, varde
from {{ ref('indikatorvarde') }}
where statistik = 'andel' and (varde not between 0 and 1 or taljare not between 0 and namnare)
