-- A unit that the organisation (enheter) does not have on any day; not judged where no organisation is delivered. One
-- finding per table and unit. Units of the ledger and of counted measures are other lists.
with anvand as (
    select 'aktualiseringar' as tabell, enhet, aktualisering_id as id from aktualiseringar
    union all
    select 'utredningar', enhet, utredning_id from utredningar
    union all
    select 'placeringar', enhet, placering_id from placeringar
    union all
    select 'ej_verkstallda_beslut', enhet, beslut_id from ej_verkstallda_beslut
    union all
    select 'insatser', enhet, insats_id from insatser
    union all
    select 'handelser', enhet, handelse_id from handelser
)

select
    anvand.tabell, null as row_key, null as id, 'enhet' as kolumn, anvand.enhet as varde, anvand.enhet,
    count(*) as antal,
    min(anvand.id) as exempel
from anvand
anti join enheter as enhet on enhet.enhet = anvand.enhet
where anvand.enhet is not null and anvand.enhet <> 'okand' and exists (select 1 from enheter)
group by anvand.tabell, anvand.enhet
