-- Catches a decision in the wrong round: reported before its day, ended after the cut, or ended and yet open.
select kommun, kvartal, klocka, klocka_nr, rapporttyp, status_vid_bryt
from {{ ref('ej_verkstallda_kvartal') }}
where rapporteras_fran_datum > brytdatum
    or slut_datum > brytdatum
    or dagar < 0
    or (status_vid_bryt = 'ej_verkstalld' and slut_datum is not null)
    or (status_vid_bryt <> 'ej_verkstalld' and slut_datum is null and ar_rapporteringspliktig is not null)
    or (rapporttyp = 'ny') <> coalesce(forst_rapporterad_kvartal = kvartal, false)
