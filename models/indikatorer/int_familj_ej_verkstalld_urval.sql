-- Indicator family: the same decisions, for figures that some print of a part of them: without those who have declined an
-- offer, without some kind of help. A family of its own, since no statute names its figures and they are protected.
select
    kommun, kvartal, bas_id, kon, enhet, malgrupp, insats, lagrumsgrupp, klocka, rapporttyp, status_vid_bryt, orsak,
    vantetidsband, tackat_nej, antal, ar_oppen, dagar
from {{ ref('int_familj_ej_verkstalld') }}
