-- Rows that name no person, and what they are about.
with arende as (
    select 'aktualisering' as subjekt_typ, aktualisering_id as subjekt_id, 'aktualiseringar' as tabell, row_key
    from aktualiseringar
    union all
    select 'utredning', utredning_id, 'utredningar', row_key from utredningar
    union all
    select 'placering', placering_id, 'placeringar', row_key from placeringar
    union all
    select 'vard', vard_id, 'placeringar', row_key from placeringar where vard_id is not null
    union all
    select 'beslut', beslut_id, 'ej_verkstallda_beslut', row_key from ej_verkstallda_beslut
    union all
    select 'insats', insats_id, 'insatser', row_key from insatser
),

om as (
    select 'handelser' as tabell, row_key, subjekt_typ, subjekt_id from handelser
    union all
    select 'forlangningar', row_key, subjekt_typ, subjekt_id from forlangningar
    union all
    select 'overvaganden', row_key, subjekt_typ, subjekt_id from overvaganden
    union all
    select 'placering_perioder', row_key, 'placering', placering_id from placering_perioder
)

select om.tabell, om.row_key, arende.tabell as arende_tabell, arende.row_key as arende_row_key
from om
inner join arende using (subjekt_typ, subjekt_id)
