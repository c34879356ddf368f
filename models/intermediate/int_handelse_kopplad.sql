-- depends_on: {{ ref('fristregler_villkor') }}
-- Events of one subject that start or stop a clock of another: the end of the investigation behind a stay, the
-- birth of a child, the reviews of the care that a stay in a home is part of. The name of an event at the person or
-- the investigation has that in front of a dot, so a rule says what it listens to. Only what some rule listens to.
with lyssnar as (
    select regel_id, subjekt_typ, kommun,
           unnest(string_split(concat_ws('|', start_handelse, stopp_handelse, upphor_handelse), '|')) as handelse
    from {{ ref('fristregler') }}
),

behov as (
    select distinct
        subjekt.kommun, subjekt.subjekt_typ, subjekt.subjekt_nyckel, subjekt.subjekt_id, subjekt.person_nyckel,
        subjekt.fodelsedatum, subjekt.malgrupp, subjekt.lage_per, lyssnar.handelse
    from {{ ref('int_subjekt') }} as subjekt
    inner join lyssnar on lyssnar.subjekt_typ = subjekt.subjekt_typ
    where {{ regel_i_kommun('lyssnar', 'subjekt.kommun') }}
        and (lyssnar.handelse like '%.%' or lyssnar.handelse like 'overvagande%')
        and {{ villkor('fristregler_villkor', 'lyssnar.regel_id', 'subjekt', verkan='ingen_klocka') }}
),

barnutredning as (
    select kommun, utredning_id, person_nyckel, inledd, coalesce(slutford, avslutad) as slutford
    from {{ ref('stg_utredning') }}
    where typ = 'barn_skydd_stod'
),

-- The investigation that a stay follows on: the one that its placements name, else the child's that went on during it.
-- One that is not finished goes before one that is.
hem_placering as (
    select kommun, hem_vistelse_id, start, slut, unnest(placering_id_lista) as placering_id from {{ ref('int_hem') }}
),

hem_utredning as (
    select
        hem.kommun, hem.hem_vistelse_id,
        arg_max_null(utr.slutford, (utr.inledd <= hem.start, utr.inledd, utr.utredning_id)) as slutford
    from hem_placering as hem
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = hem.kommun and plac.placering_id = hem.placering_id
    inner join barnutredning as utr
        on utr.kommun = plac.kommun and utr.person_nyckel = plac.person_nyckel
        and case
            when plac.utredning_id is not null then utr.utredning_id = plac.utredning_id
            else utr.inledd <= coalesce(hem.slut, plac.lage_per) and (utr.slutford is null or utr.slutford >= hem.start)
        end
    group by hem.kommun, hem.hem_vistelse_id
),

kopplad as (
    -- The case says itself when the child was born, or its person is the child.
    select behov.kommun, behov.subjekt_typ, behov.subjekt_nyckel, behov.subjekt_id, behov.handelse,
           coalesce(h.datum, case when behov.malgrupp = 'barn' then behov.fodelsedatum end) as datum, behov.lage_per
    from behov
    left join {{ ref('int_handelse') }} as h
        on h.kommun = behov.kommun and h.subjekt_typ = behov.subjekt_typ
        and h.subjekt_nyckel = behov.subjekt_nyckel and h.handelse = 'fodelse'
    where behov.handelse = 'person.fodelse'
    union
    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, cast(fodelsedatum + to_years(18) as date), lage_per
    from behov
    where handelse = 'person.fyller_18'
    union
    select behov.kommun, behov.subjekt_typ, behov.subjekt_nyckel, behov.subjekt_id, behov.handelse, utr.inledd,
           behov.lage_per
    from behov
    inner join barnutredning as utr on utr.kommun = behov.kommun and utr.person_nyckel = behov.person_nyckel
    where behov.handelse = 'person.utredning_inledd'
    union
    select behov.kommun, behov.subjekt_typ, behov.subjekt_nyckel, behov.subjekt_id, behov.handelse, utr.slutford,
           behov.lage_per
    from behov
    inner join hem_utredning as utr on utr.kommun = behov.kommun and utr.hem_vistelse_id = behov.subjekt_nyckel
    where behov.handelse = 'utredning.slutford' and behov.subjekt_typ = 'hem'
    union
    select behov.kommun, behov.subjekt_typ, behov.subjekt_nyckel, behov.subjekt_id, behov.handelse, h.datum,
           behov.lage_per
    from behov
    inner join (
        select kommun, hem_vistelse_id, unnest(vard_id_lista) as vard_id from {{ ref('int_hem') }}
    ) as vard
        on vard.kommun = behov.kommun and vard.hem_vistelse_id = behov.subjekt_nyckel
    inner join {{ ref('int_handelse') }} as h
        on h.kommun = vard.kommun and h.subjekt_typ = 'vard' and h.subjekt_id = vard.vard_id
        and h.handelse = behov.handelse
    where behov.subjekt_typ = 'hem'
)

select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum
from kopplad
where datum <= lage_per
