-- A section that was not in force when it was decided on, the repealed SoL 2001:453 from 2025-07-01 included.
-- A decision keeps the section it was taken under, and a case open across 2025-07-01 may change its reference
-- (domain 1.1): what lasts is right if the section was in force on any of its days. A placement is decided before
-- it starts: on the day of its decision when that is known, else at most the limit's number of days before.
with anvant as (
    select 'ej_verkstallda_beslut' as tabell, row_key, beslut_id as id, 'lagrum' as kolumn, enhet, lagrum,
           beslutsdatum as fran, beslutsdatum as till, true as ar_insats
    from ej_verkstallda_beslut
    union all
    select 'placeringar', plac.row_key, plac.placering_id, 'lagrum', plac.enhet, plac.lagrum,
           coalesce(beslut.beslutsdatum, plac.start - cast($grans as integer)), plac.slut, true
    from placeringar as plac
    left join ej_verkstallda_beslut as beslut on beslut.beslut_id = plac.beslut_id
    union all
    select 'utredningar', row_key, utredning_id, 'lagrum', enhet, lagrum,
           inledd, coalesce(slutford, avslutad), false
    from utredningar
    union all
    select 'handelser', row_key, handelse_id, 'lagrum', enhet, lagrum, datum, datum, false
    from handelser
    union all
    select 'placering_perioder', row_key, placering_id, 'varde', null, varde, fran, till, true
    from placering_perioder
    where slag = 'lagrum'
),

tolkat as (
    select
        anvant.tabell, anvant.row_key, anvant.id, anvant.kolumn, anvant.enhet, anvant.fran,
        coalesce(anvant.till, leverans.leveransdatum) as till,
        case when anvant.ar_insats then tolkat.for_insats else tolkat.alla end as kandidater
    from anvant
    inner join lagrum_tolkat as tolkat on tolkat.lagrum = anvant.lagrum
    cross join leverans
)

select
    tabell, row_key, id, kolumn, null as varde, enhet,
    kandidater[-1].namn as paragraf,
    'från ' || kandidater[-1].fran || case
        when kandidater[-1].till < date '9999-12-31' then ' till och med ' || (kandidater[-1].till - 1) else ''
    end as giltighet
from tolkat
where len(list_filter(kandidater, lambda rum: rum.fran <= greatest(fran, till) and fran < rum.till)) = 0
