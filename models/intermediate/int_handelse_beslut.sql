-- The decisions that only events tell of: what is taken by force or by a court is seldom in the extract of decisions on
-- services, but hangs as events on the care, the placement or the person. The section of an event says which decision
-- it is a step of (seeds/lagrum.csv: arende_lagrum_id); an event without one is a step of the decision before it.
with handelse as (
    select
        h.kommun, h.subjekt_typ, h.subjekt_id, h.row_key, h.person_nyckel, h.enhet, h.handelse, h.datum,
        lagrum.arende_lagrum_id
    from {{ ref('stg_handelse') }} as h
    left join {{ ref('int_lagrum') }} as tolkat on tolkat.lagrum = h.lagrum and tolkat.datum = h.datum
    left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = tolkat.lagrum_id
    anti join {{ ref('int_beslut') }} as beslut
        on h.subjekt_typ = 'beslut' and beslut.kommun = h.kommun and beslut.beslut_id = h.subjekt_id
),

steg as (
    select
        kommun, subjekt_typ, subjekt_id, person_nyckel, enhet, handelse, datum,
        coalesce(
            last_value(arende_lagrum_id ignore nulls) over (
                arende rows between unbounded preceding and current row
            ),
            first_value(arende_lagrum_id ignore nulls) over (
                arende rows between current row and unbounded following
            )
        ) as arende_lagrum_id
    from handelse
    window arende as (partition by kommun, subjekt_typ, subjekt_id order by datum, row_key)
),

beslut as (
    select
        kommun, subjekt_typ, subjekt_id, person_nyckel, enhet, handelse, datum, arende_lagrum_id,
        concat_ws('|', subjekt_typ, subjekt_id, arende_lagrum_id) as beslut_nyckel
    from steg
    where arende_lagrum_id is not null or subjekt_typ = 'beslut'
),

-- Events that hang on a care that goes on: it has begun.
vard as (
    select kommun, 'vard' as subjekt_typ, vard_id as subjekt_id, start from {{ ref('int_vard') }}
    union all
    select kommun, 'placering', placering_id, start from {{ ref('int_placering') }}
),

paborjad as (
    select
        beslut.kommun, beslut.subjekt_typ, beslut.subjekt_id, any_value(beslut.person_nyckel) as person_nyckel,
        any_value(beslut.enhet) as enhet, any_value(vard.start) as datum, beslut.arende_lagrum_id, beslut.beslut_nyckel
    from beslut
    inner join vard
        on vard.kommun = beslut.kommun and vard.subjekt_typ = beslut.subjekt_typ and vard.subjekt_id = beslut.subjekt_id
    group by
        beslut.kommun, beslut.subjekt_typ, beslut.subjekt_id, beslut.arende_lagrum_id, beslut.beslut_nyckel
    having not bool_or(beslut.handelse = 'verkstalld')
)

select kommun, subjekt_typ, subjekt_id, person_nyckel, enhet, handelse, datum, arende_lagrum_id, beslut_nyckel
from beslut
union all
select kommun, subjekt_typ, subjekt_id, person_nyckel, enhet, 'verkstalld', datum, arende_lagrum_id, beslut_nyckel
from paborjad
