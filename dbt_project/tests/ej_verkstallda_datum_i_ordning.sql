-- Catches a decision in the wrong round: reported before its day, ended after the cut, ended and yet open, or a correction
-- that says nothing.
select kommun, kvartal, klocka, klocka_nr, rapporttyp, status_vid_bryt
from {{ ref('ej_verkstallda_kvartal') }}
where (rapporteras_fran_datum > brytdatum and status_vid_bryt <> 'struken')
    or slut_datum > brytdatum
    or dagar < 0
    or (status_vid_bryt = 'ej_verkstalld' and slut_datum is not null)
    or (status_vid_bryt = 'verkstalld' and slut_datum is null)
    or (rattelse = 'ingen' and (rapporttyp = 'ny') <> coalesce(forst_rapporterad_kvartal = kvartal, false))
    or (status_vid_bryt = 'struken') <> (rattelse = 'struken')
    or (rattelse <> 'ingen' and rattelse_skal is null)
    or (rapporttyp = 'rattelse' and rattelse = 'ingen')
