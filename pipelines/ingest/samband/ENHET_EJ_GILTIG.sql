-- A unit that exists, but on no day of the case. A case that lasts may have changed unit when the organisation did,
-- so one common day is enough; an event has only its own.
with anvand as (
    select 'aktualiseringar' as tabell, row_key, aktualisering_id as id, 'inkommen' as kolumn, enhet,
           inkommen as fran, beslutsdatum as till
    from aktualiseringar
    union all
    select 'utredningar', row_key, utredning_id, 'inledd', enhet, inledd, coalesce(slutford, avslutad)
    from utredningar
    union all
    select 'placeringar', row_key, placering_id, 'start', enhet, start, slut
    from placeringar
    union all
    select 'ej_verkstallda_beslut', row_key, beslut_id, 'beslutsdatum', enhet, beslutsdatum,
           coalesce(avslutad, verkstalld)
    from ej_verkstallda_beslut
    union all
    select 'insatser', row_key, insats_id, 'start', enhet, start, slut
    from insatser
    union all
    select 'handelser', row_key, handelse_id, 'datum', enhet, datum, datum
    from handelser
),

daterad as (
    select
        anvand.tabell, anvand.row_key, anvand.id, anvand.kolumn, anvand.enhet, anvand.fran,
        greatest(anvand.fran, coalesce(anvand.till, leverans.leveransdatum)) as till
    from anvand
    cross join leverans
),

organisation as (
    select
        enhet,
        min(giltig_fran) as forsta,
        case when count(giltig_till) = count(*) then max(giltig_till) - 1 end as sista
    from enheter
    group by enhet
)

select
    daterad.tabell, daterad.row_key, daterad.id, daterad.kolumn, daterad.fran as varde, daterad.enhet,
    'från ' || organisation.forsta || coalesce(' till och med ' || organisation.sista, '') as giltighet
from daterad
inner join organisation on organisation.enhet = daterad.enhet
anti join enheter as giltig
    on giltig.enhet = daterad.enhet
    and giltig.giltig_fran <= daterad.till
    and daterad.fran < coalesce(giltig.giltig_till, date '9999-12-31')
