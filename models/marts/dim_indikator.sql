-- The catalogue as people read it: one row per definition version.
select
    indikator_id, definitionsversion, namn, fraga, familj, statistik, tidsbas, mattenhet, rakneenhet, decimaler,
    konvention, regel_id, riktning, taljare_text, namnare_text, taljare_kolumn, namnare_kolumn,
    namnare_konstant, faktor, lagrum, kalla, agare, jamforbar_med, forbehall, giltig_fran, giltig_till, ordning
from {{ ref('indikatorer') }}
