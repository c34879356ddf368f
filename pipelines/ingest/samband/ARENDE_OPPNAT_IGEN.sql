-- Closed in the state before this delivery, open now. Source: domain 5.5 (re-opened case) and 1.4 (JO on cases that
-- are closed and opened again).
with oppnat as (
    select
        'aktualiseringar' as tabell, nu.row_key, nu.aktualisering_id as id, 'beslutsdatum' as kolumn, nu.enhet,
        forut.beslutsdatum as stangd
    from aktualiseringar as nu
    inner join forra_aktualiseringar as forut on forut.row_key = nu.row_key
    where nu.beslutsdatum is null and forut.beslutsdatum is not null
    union all
    select
        'utredningar', nu.row_key, nu.utredning_id, 'slutford', nu.enhet, coalesce(forut.slutford, forut.avslutad)
    from utredningar as nu
    inner join forra_utredningar as forut on forut.row_key = nu.row_key
    where nu.slutford is null and nu.avslutad is null and coalesce(forut.slutford, forut.avslutad) is not null
    union all
    select 'placeringar', nu.row_key, nu.placering_id, 'slut', nu.enhet, forut.slut
    from placeringar as nu
    inner join forra_placeringar as forut on forut.row_key = nu.row_key
    where nu.slut is null and forut.slut is not null
    union all
    select 'ej_verkstallda_beslut', nu.row_key, nu.beslut_id, 'avslutad', nu.enhet, forut.avslutad
    from ej_verkstallda_beslut as nu
    inner join forra_ej_verkstallda_beslut as forut on forut.row_key = nu.row_key
    where nu.avslutad is null and forut.avslutad is not null
    union all
    select 'insatser', nu.row_key, nu.insats_id, 'slut', nu.enhet, forut.slut
    from insatser as nu
    inner join forra_insatser as forut on forut.row_key = nu.row_key
    where nu.slut is null and forut.slut is not null
)

select tabell, row_key, id, kolumn, null as varde, enhet, stangd
from oppnat
