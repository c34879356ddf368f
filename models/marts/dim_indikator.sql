-- The catalogue as people read it: one row per definition version.
select
    indikator_id, definitionsversion, namn, fraga, motiv, familj, insamling, statistik, tidsbas, mognad_manader, mattenhet,
    rakneenhet, decimaler, konvention, regel_id, riktning, taljare_text, namnare_text, taljare_kolumn, namnare_kolumn,
    unik_kolumn, namnare_fast, faktor, tackning_kolumn, lagrum, kalla, mattillfalle, redovisning, agare, jamforbar_med,
    forbehall, ersatter, rojandekanslig = 'ja' as ar_rojandekanslig, giltig_fran, giltig_till, ordning
from {{ ref('indikatorer') }}
