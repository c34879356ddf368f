-- Catches a decision that should have been reported in a round that is over, and stands in none.
select liggare.kommun, liggare.beslut_id, liggare.klocka, liggare.klocka_nr
from {{ ref('ej_verkstallda_liggare') }} as liggare
inner join {{ ref('ej_verkstallda_omgang') }} as omgang
    on omgang.kommun = liggare.kommun
    and liggare.rapporteras_fran_datum > omgang.foregaende_brytdatum
    and liggare.rapporteras_fran_datum <= omgang.brytdatum
where liggare.ar_rapporteringspliktig and liggare.antal_rapporter = 0
    -- What was known only after the last round was frozen comes in the next one.
    and exists (
        select 1 from {{ ref('ej_verkstallda_omgang') }} as senare
        where senare.kommun = liggare.kommun and senare.brytdatum >= omgang.brytdatum and not senare.ar_fryst
    )
