-- Catches a number that is not one: a value without status ok, or ok without a value.
select indikator_id, kommun, period, uppdelning, grupp, status, varde
from {{ ref('indikatorvarde') }}
where (status = 'ok') <> (varde is not null)
