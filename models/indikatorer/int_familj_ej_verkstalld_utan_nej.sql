-- Indicator family: the same without those who have declined an offer. What some print, and never what IVO asks for: a
-- family of its own, since no statute names its figure.
select kommun, kvartal, bas_id, kon, enhet, insats, orsak, vantetidsband, antal, ar_oppen, dagar
from {{ ref('int_familj_ej_verkstalld') }}
where not ar_tackat_nej
