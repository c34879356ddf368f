-- A section that seeds/lagrum.csv does not have, or a text that is read as none. One finding per text and unit: it is
-- the way the case system writes it, or a gap in the seed, not one row's fault.
with anvant as (
    select 'utredningar' as tabell, 'lagrum' as kolumn, lagrum, enhet, utredning_id as id from utredningar
    union all
    select 'placeringar', 'lagrum', lagrum, enhet, placering_id from placeringar
    union all
    select 'ej_verkstallda_beslut', 'lagrum', lagrum, enhet, beslut_id from ej_verkstallda_beslut
    union all
    select 'handelser', 'lagrum', lagrum, enhet, handelse_id from handelser
    union all
    select 'placering_perioder', 'varde', varde, null, placering_id from placering_perioder where slag = 'lagrum'
)

select
    anvant.tabell, null as row_key, null as id, anvant.kolumn, anvant.lagrum as varde, anvant.enhet,
    count(*) as antal,
    min(anvant.id) as exempel
from anvant
anti join lagrum_tolkat as tolkat on tolkat.lagrum = anvant.lagrum
where anvant.lagrum <> 'okand'
group by anvant.tabell, anvant.kolumn, anvant.lagrum, anvant.enhet
