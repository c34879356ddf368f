-- Everything that an event, an extension or a review may be about.
select 'aktualisering' as subjekt_typ, aktualisering_id as subjekt_id from aktualiseringar
union all
select 'utredning', utredning_id from utredningar
union all
select 'placering', placering_id from placeringar
union all
select 'vard', vard_id from placeringar where vard_id is not null
union all
select 'beslut', beslut_id from ej_verkstallda_beslut
union all
select 'insats', insats_id from insatser
