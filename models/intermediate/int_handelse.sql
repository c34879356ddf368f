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
    select kommun, 'vard', vard_id, vard_id,
           unnest(['start', 'slut']), unnest([start, slut])
    from {{ ref('int_vard') }}
    union all
    select kommun, 'beslut', beslut_id, beslut_id,
           unnest(['beslut', 'verkstalld', 'avbruten', 'aterupptagen', 'avslutad']),
           unnest([beslutsdatum, verkstalld, avbruten, aterupptagen, avslutad])
    from {{ ref('int_beslut') }}
),

overvagande as (
    select
        over_.kommun,
        coalesce(vard.vard_id, case when over_.subjekt_typ = 'vard' then over_.subjekt_id end) as vard_id,
        over_.typ as handelse,
        over_.datum
    from {{ ref('stg_overvagande') }} as over_
    left join {{ ref('int_vard_placering') }} as vard
        on over_.subjekt_typ = 'placering'
        and vard.kommun = over_.kommun and vard.placering_id = over_.subjekt_id
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

-- A case may hold several persons: an event names the case and perhaps the person.
arende as (
    select kommun, 'aktualisering' as subjekt_typ, row_key as subjekt_nyckel, aktualisering_id as subjekt_id, person_nyckel
    from {{ ref('stg_aktualisering') }}
    union all
    select kommun, 'utredning', row_key, utredning_id, person_nyckel from {{ ref('stg_utredning') }}
),

egen as (
    select
        h.kommun, h.subjekt_typ, coalesce(arende.subjekt_nyckel, h.subjekt_id) as subjekt_nyckel, h.subjekt_id,
        h.handelse, h.datum
    from {{ ref('stg_handelse') }} as h
    left join arende
        on arende.kommun = h.kommun and arende.subjekt_typ = h.subjekt_typ and arende.subjekt_id = h.subjekt_id
        and coalesce(arende.person_nyckel = h.person_nyckel, true)
),

samlat as (
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum from ur_tabell where datum is not null
    union
    select kommun, 'vard', vard_id, vard_id, handelse, datum from overvagande where vard_id is not null
    union
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum from egen
    union
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, null from okand_dag
)

select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum
from samlat
