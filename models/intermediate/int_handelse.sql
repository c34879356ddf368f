-- The one event stream: what happened to which subject on which day. A null day means that it happened
-- on a day that the source does not know; the deadline engine then answers ej_bedombar instead of guessing.
with ur_tabell as (
    select kommun, 'aktualisering' as subjekt_typ, row_key as subjekt_nyckel, aktualisering_id as subjekt_id,
           unnest(['inkommen', 'skyddsbedomning', 'beslut']) as handelse,
           unnest([inkommen, skyddsbedomning, beslutsdatum]) as datum
    from {{ ref('stg_aktualisering') }}
    union all
    -- The legal stop is the closing decision; the day it was closed in the system is only a fallback.
    select kommun, 'utredning', row_key, utredning_id,
           unnest(['inledd', 'tilldelad', 'slutford']),
           unnest([inledd, tilldelad, coalesce(slutford, avslutad)])
    from {{ ref('stg_utredning') }}
    union all
    select kommun, 'placering', placering_id, placering_id,
           unnest(['start', 'slut']), unnest([start, slut])
    from {{ ref('int_placering') }}
    union all
    select kommun, 'vard', vard_grund_id, vard_id,
           unnest(['start', 'slut']), unnest([start, slut])
    from {{ ref('int_vard_grund') }}
    union all
    select kommun, 'vardtid', vard_id, vard_id,
           unnest(['start', 'slut']), unnest([start, slut])
    from {{ ref('int_vard') }}
    union all
    select kommun, 'hem', hem_vistelse_id, hem_vistelse_id,
           unnest(['start', 'slut']), unnest([start, slut])
    from {{ ref('int_hem') }}
    union all
    select kommun, 'beslut', beslut_id, beslut_id,
           unnest([
               'beslut', case when ar_delvis_verkstalld then 'delvis_verkstalld' else 'verkstalld' end, 'avbruten',
               'aterupptagen', 'avslutad'
           ]),
           unnest([beslutsdatum, verkstalld, avbruten, aterupptagen, avslutad])
    from {{ ref('int_beslut') }}
),

-- What hangs on a placement concerns the care that it is part of.
pa_vard as (
    select kommun, 'vard' as subjekt_typ, vard_id as subjekt_id, vard_id from {{ ref('int_vard') }}
    union all
    select kommun, 'placering', placering_id, vard_id from {{ ref('int_vard_placering') }}
),

-- A review is an event of its kind: the two of the care itself by their own names, the others by what they are about.
overvagande as (
    select
        over_.kommun, over_.subjekt_typ, over_.subjekt_id, pa_vard.vard_id, over_.datum,
        case when over_.typ in ('overvagande', 'omprovning') then over_.typ else 'overvagande_' || over_.typ end
            as handelse
    from {{ ref('stg_overvagande') }} as over_
    left join pa_vard
        on pa_vard.kommun = over_.kommun and pa_vard.subjekt_typ = over_.subjekt_typ
        and pa_vard.subjekt_id = over_.subjekt_id
),

-- A review of the care counts under whichever legal basis it had that day; the engine leaves out the others.
vard_overvagande as (
    select over_.kommun, vard.vard_grund_id, vard.vard_id, over_.handelse, over_.datum
    from overvagande as over_
    inner join {{ ref('int_vard_grund') }} as vard
        on vard.kommun = over_.kommun and vard.vard_id = over_.vard_id
),

-- What is reviewed may be a decision that events tell of, on the same care or on its own.
beslut_overvagande as (
    select h.kommun, h.beslut_nyckel, h.subjekt_id, over_.handelse, over_.datum
    from {{ ref('int_handelse_beslut') }} as h
    inner join overvagande as over_
        on over_.kommun = h.kommun
        and case
            when h.subjekt_typ = 'vard' then over_.vard_id = h.subjekt_id
            else over_.subjekt_typ = h.subjekt_typ and over_.subjekt_id = h.subjekt_id
        end
),

-- Some decisions are events by law: seeds/lagrum.csv says which.
beslut_handelse as (
    select beslut.kommun, beslut.beslut_id, lagrum.beslut_ar_handelse as handelse, beslut.beslutsdatum as datum
    from {{ ref('int_beslut') }} as beslut
    inner join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = beslut.lagrum_id
    where lagrum.beslut_ar_handelse is not null and beslut.utfall <> 'avslag'
),

okand_dag as (
    -- Closed, but the source has no day.
    select kommun, 'beslut' as subjekt_typ, beslut_id as subjekt_nyckel, beslut_id as subjekt_id, 'avslutad' as handelse
    from {{ ref('int_beslut') }}
    where avslutad_datum_okant and avslutad is null
    union all
    -- An interruption presupposes that the decision had been executed.
    select kommun, 'beslut', beslut_id, beslut_id, 'verkstalld'
    from {{ ref('int_beslut') }}
    where verkstalld is null and avbruten is not null
),

-- What happens to the care belongs to the whole of it, and to the legal basis that it had that day, or had last.
vard_handelse as (
    select h.kommun, pa_vard.vard_id, h.row_key, h.handelse, h.datum
    from {{ ref('stg_handelse') }} as h
    inner join pa_vard
        on pa_vard.kommun = h.kommun and pa_vard.subjekt_typ = h.subjekt_typ and pa_vard.subjekt_id = h.subjekt_id
),

grund_handelse as (
    select
        h.kommun, arg_max(vard.vard_grund_id, vard.start) as vard_grund_id, any_value(h.vard_id) as vard_id,
        any_value(h.handelse) as handelse, any_value(h.datum) as datum
    from vard_handelse as h
    inner join {{ ref('int_vard_grund') }} as vard
        on vard.kommun = h.kommun and vard.vard_id = h.vard_id and vard.start <= h.datum
    group by h.kommun, h.row_key
),

-- A case may hold several persons: an event names the case and perhaps the person. One that concerns somebody who has
-- no row in the case (the child of the case's mother) concerns the case.
arende as (
    select kommun, 'aktualisering' as subjekt_typ, row_key as subjekt_nyckel, aktualisering_id as subjekt_id, person_nyckel
    from {{ ref('stg_aktualisering') }}
    union all
    select kommun, 'utredning', row_key, utredning_id, person_nyckel from {{ ref('stg_utredning') }}
),

arende_handelse as (
    select h.kommun, h.subjekt_typ, arende.subjekt_nyckel, h.subjekt_id, h.handelse, h.datum
    from {{ ref('stg_handelse') }} as h
    inner join arende
        on arende.kommun = h.kommun and arende.subjekt_typ = h.subjekt_typ and arende.subjekt_id = h.subjekt_id
    qualify arende.person_nyckel = h.person_nyckel
        or not coalesce(bool_or(arende.person_nyckel = h.person_nyckel) over (partition by h.kommun, h.row_key), false)
),

-- The events of a decision or a placement are its own, but for those that are steps of another decision. Nothing that
-- began executes a decision of which a part is left.
egen as (
    select
        h.kommun, h.subjekt_typ, h.subjekt_id, h.datum,
        case when beslut.ar_delvis_verkstalld and h.handelse = 'verkstalld' then 'delvis_verkstalld' else h.handelse end
            as handelse
    from {{ ref('stg_handelse') }} as h
    left join {{ ref('int_beslut') }} as beslut
        on h.subjekt_typ = 'beslut' and beslut.kommun = h.kommun and beslut.beslut_id = h.subjekt_id
    anti join {{ ref('int_handelse_beslut') }} as steg
        on h.subjekt_typ = 'beslut' and steg.kommun = h.kommun and steg.row_key = h.row_key
    where h.subjekt_typ not in ('aktualisering', 'utredning', 'vard')
),

samlat as (
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum from ur_tabell where datum is not null
    union
    select kommun, 'vard', vard_grund_id, vard_id, handelse, datum from vard_overvagande
    union
    select kommun, 'vard', vard_grund_id, vard_id, handelse, datum from grund_handelse
    union
    select kommun, 'vardtid', vard_id, vard_id, handelse, datum from vard_handelse
    union
    select kommun, 'beslut', subjekt_id, subjekt_id, handelse, datum from overvagande where subjekt_typ = 'beslut'
    union
    select kommun, 'beslut', beslut_nyckel, subjekt_id, handelse, datum from beslut_overvagande
    union
    select kommun, 'beslut', beslut_nyckel, subjekt_id, handelse, datum from {{ ref('int_handelse_beslut') }}
    union
    select kommun, 'beslut', beslut_id, beslut_id, handelse, datum from beslut_handelse
    union
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum from arende_handelse
    union
    select kommun, subjekt_typ, subjekt_id, subjekt_id, handelse, datum from egen
    union
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, null from okand_dag
)

select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum
from samlat
