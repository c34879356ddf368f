-- The decisions that only events tell of: what is taken by force or by a court is seldom in the extract of decisions on
-- services, but hangs as events on the care, the placement or the case. The section of an event says which decision
-- it is a step of (seeds/lagrum.csv: arende_lagrum_id); an event without one is a step of the decision before it.
with vard as (
    select kommun, 'vard' as subjekt_typ, vard_id as subjekt_id, vard_id, person_nyckel, enhet from {{ ref('int_vard') }}
    union all
    -- What hangs on a placement is a step in the care that it is part of.
    select plac.kommun, 'placering', plac.placering_id, vard.vard_id, vard.person_nyckel, vard.enhet
    from {{ ref('int_vard_placering') }} as plac
    inner join {{ ref('int_vard') }} as vard on vard.kommun = plac.kommun and vard.vard_id = plac.vard_id
),

-- A case may hold several persons: each has decisions of their own.
arende as (
    select kommun, 'aktualisering' as subjekt_typ, aktualisering_id as subjekt_id, row_key, person_nyckel, enhet
    from {{ ref('stg_aktualisering') }}
    union all
    select kommun, 'utredning', utredning_id, row_key, person_nyckel, enhet from {{ ref('stg_utredning') }}
),

handelse as (
    select
        h.kommun,
        case when vard.vard_id is not null then 'vard' else h.subjekt_typ end as subjekt_typ,
        coalesce(vard.vard_id, h.subjekt_id) as subjekt_id,
        coalesce(vard.vard_id, arende.row_key, h.subjekt_id) as subjekt_nyckel,
        h.row_key,
        coalesce(h.person_nyckel, vard.person_nyckel, arende.person_nyckel) as person_nyckel,
        coalesce(h.enhet, vard.enhet, arende.enhet) as enhet,
        h.handelse,
        h.datum,
        lagrum.arende_lagrum_id,
        rad.beslut_id is not null as har_rad,
        rad_lagrum.arende_lagrum_id as rad_arende_lagrum_id
    from {{ ref('stg_handelse') }} as h
    left join {{ ref('int_lagrum') }} as tolkat on tolkat.lagrum = h.lagrum and tolkat.datum = h.datum
    left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = tolkat.lagrum_id
    left join vard
        on vard.kommun = h.kommun and vard.subjekt_typ = h.subjekt_typ and vard.subjekt_id = h.subjekt_id
    left join arende
        on arende.kommun = h.kommun and arende.subjekt_typ = h.subjekt_typ and arende.subjekt_id = h.subjekt_id
        and coalesce(arende.person_nyckel = h.person_nyckel, true)
    left join {{ ref('int_beslut') }} as rad
        on h.subjekt_typ = 'beslut' and rad.kommun = h.kommun and rad.beslut_id = h.subjekt_id
    left join {{ ref('lagrum') }} as rad_lagrum on rad_lagrum.lagrum_id = rad.lagrum_id
),

steg as (
    select
        kommun, subjekt_typ, subjekt_id, subjekt_nyckel, row_key, person_nyckel, enhet, handelse, datum, har_rad,
        rad_arende_lagrum_id,
        coalesce(
            last_value(arende_lagrum_id ignore nulls) over (
                arende rows between unbounded preceding and current row
            ),
            rad_arende_lagrum_id,
            first_value(arende_lagrum_id ignore nulls) over (
                arende rows between current row and unbounded following
            )
        ) as arende_lagrum_id
    from handelse
    -- Within a day, what says its section goes before what takes it from another.
    window arende as (
        partition by kommun, subjekt_typ, subjekt_nyckel order by datum, arende_lagrum_id is null, row_key
    )
),

-- The events of a decision that has a row are its own, but for those of another decision.
beslut as (
    select
        kommun, subjekt_typ, subjekt_id, row_key, person_nyckel, enhet, handelse, datum, arende_lagrum_id,
        concat_ws('|', subjekt_typ, subjekt_nyckel, arende_lagrum_id) as beslut_nyckel
    from steg
    where case
        when har_rad then arende_lagrum_id <> coalesce(rad_arende_lagrum_id, '')
        else arende_lagrum_id is not null or subjekt_typ = 'beslut'
    end
),

per_beslut as (
    select
        kommun, subjekt_typ, beslut_nyckel, arende_lagrum_id,
        min(subjekt_id) as subjekt_id,
        min(person_nyckel) as person_nyckel,
        min(enhet) as enhet,
        min(datum) as forsta,
        max(datum) as sista,
        bool_or(handelse = 'verkstalld') as ar_verkstalld,
        bool_or(handelse = 'upphord') as ar_upphord
    from beslut
    group by kommun, subjekt_typ, beslut_nyckel, arende_lagrum_id
),

-- The care that a decision is about: the one that it hangs on, else the person's that went on when it was taken.
beslut_vard as (
    select
        per_beslut.kommun, per_beslut.subjekt_typ, per_beslut.beslut_nyckel, per_beslut.arende_lagrum_id,
        per_beslut.subjekt_id, per_beslut.person_nyckel, per_beslut.enhet, per_beslut.ar_verkstalld,
        per_beslut.ar_upphord, vard.start as vard_start, vard.slut as vard_slut
    from per_beslut
    inner join {{ ref('int_vard') }} as vard
        on vard.kommun = per_beslut.kommun
        and vard.person_nyckel = per_beslut.person_nyckel
        and case
            when per_beslut.subjekt_typ = 'vard' then vard.vard_id = per_beslut.subjekt_id
            else vard.start <= per_beslut.sista and (vard.slut is null or vard.slut >= per_beslut.forsta)
        end
    qualify row_number() over (
        partition by per_beslut.kommun, per_beslut.beslut_nyckel order by vard.start desc, vard.vard_id
    ) = 1
),

-- What is taken during a care that goes on is executed at once, each time it is taken; other care has begun.
tagen as (
    select beslut.kommun, beslut.beslut_nyckel, beslut.datum
    from beslut
    inner join {{ ref('lagrum') }} as lagrum
        on lagrum.lagrum_id = beslut.arende_lagrum_id and lagrum.beslut_ar_handelse = beslut.handelse
),

harledd as (
    select
        vard.kommun, vard.subjekt_typ, vard.subjekt_id, vard.person_nyckel, vard.enhet, 'verkstalld' as handelse,
        greatest(vard.vard_start, tagen.datum) as datum, vard.arende_lagrum_id, vard.beslut_nyckel
    from beslut_vard as vard
    left join tagen on tagen.kommun = vard.kommun and tagen.beslut_nyckel = vard.beslut_nyckel
    where not vard.ar_verkstalld
    union all
    -- Some decisions hold only as long as the care: seeds/lagrum.csv says which.
    select
        vard.kommun, vard.subjekt_typ, vard.subjekt_id, vard.person_nyckel, vard.enhet, 'upphord', vard.vard_slut,
        vard.arende_lagrum_id, vard.beslut_nyckel
    from beslut_vard as vard
    inner join {{ ref('lagrum') }} as lagrum
        on lagrum.lagrum_id = vard.arende_lagrum_id and lagrum.upphor_med_varden = 'ja'
    where not vard.ar_upphord and vard.vard_slut is not null
)

select
    kommun, subjekt_typ, subjekt_id, row_key, person_nyckel, enhet, handelse, datum, arende_lagrum_id, beslut_nyckel
from beslut
union all
select kommun, subjekt_typ, subjekt_id, null, person_nyckel, enhet, handelse, datum, arende_lagrum_id, beslut_nyckel
from harledd
