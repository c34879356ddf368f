-- depends_on: {{ ref('fristregler_villkor') }}
-- Every legal clock: a rule, a subject, the event that started it and the one that stopped it. A rule is a
-- row: nothing here knows any rule by name. One-off and recurring clocks are the same thing: the next stop
-- event after a start event stops it, and for a review the stop of one occurrence starts the next.
with subjekt as (
    select
        subjekt.kommun, subjekt.subjekt_typ, subjekt.subjekt_nyckel, subjekt.subjekt_id, subjekt.person_nyckel,
        subjekt.kon, subjekt.fodelsedatum, subjekt.enhet, subjekt.malgrupp, subjekt.typ, subjekt.lage_per,
        regel.regel_id, regel.slag, regel.alder_fran, regel.alder_under, regel.start_handelse,
        regel.stopp_handelse, regel.upphor_handelse,
        not ({{ villkor('fristregler_villkor', 'regel.regel_id', 'subjekt', verkan='undantagen') }})
            as ar_undantagen
    from {{ ref('int_subjekt') }} as subjekt
    inner join {{ ref('fristregler') }} as regel on regel.subjekt_typ = subjekt.subjekt_typ
    where {{ villkor('fristregler_villkor', 'regel.regel_id', 'subjekt', verkan='ingen_klocka') }}
),

handelse_i_roll as (
    select
        subjekt.kommun, subjekt.regel_id, subjekt.slag, subjekt.subjekt_nyckel, h.handelse, h.datum,
        list_contains(string_split(subjekt.start_handelse, '|'), h.handelse) as ar_start,
        list_contains(string_split(subjekt.stopp_handelse, '|'), h.handelse) as ar_stopp,
        nullif(list_position(string_split(subjekt.stopp_handelse, '|'), h.handelse), 0) as stopp_plats,
        coalesce(list_contains(string_split(subjekt.upphor_handelse, '|'), h.handelse), false) as ar_upphor
    from subjekt
    inner join {{ ref('int_handelse') }} as h
        on h.kommun = subjekt.kommun
        and h.subjekt_typ = subjekt.subjekt_typ
        and h.subjekt_nyckel = subjekt.subjekt_nyckel
),

ordnad as (
    select
        kommun, subjekt_nyckel, regel_id, slag, handelse, datum, ar_start, ar_stopp, ar_upphor, stopp_plats,
        -- On one and the same day a clock starts before it stops, and stops before the care ends.
        row_number() over (
            partition by kommun, regel_id, subjekt_nyckel
            order by datum nulls last, ar_stopp, ar_upphor, handelse
        ) as nr,
        min(datum) filter (where ar_start and not ar_stopp) over subjekt as forsta_start,
        min(datum) filter (where ar_upphor) over subjekt as upphor_datum,
        min(datum) filter (where ar_stopp) over subjekt as forsta_stopp,
        min(stopp_plats) filter (where datum is null) over subjekt as okand_plats
    from handelse_i_roll
    where ar_start or ar_stopp or ar_upphor
    window subjekt as (partition by kommun, regel_id, subjekt_nyckel)
),

-- A review before the care began or after it ended is none of that care's.
inom as (
    select
        kommun, subjekt_nyckel, regel_id, slag, handelse, datum, ar_start, ar_stopp, ar_upphor,
        nr, upphor_datum, forsta_stopp, stopp_plats, okand_plats
    from ordnad
    where slag <> 'aterkommande'
        or (datum >= forsta_start and (upphor_datum is null or datum <= upphor_datum))
),

klocka as (
    select
        kommun, subjekt_nyckel, regel_id, slag, datum as start_datum, ar_start,
        upphor_datum, forsta_stopp, okand_plats,
        min(datum) filter (where ar_stopp) over senare as stopp_datum,
        arg_min(handelse, nr) filter (where ar_stopp and datum is not null) over senare as stopp_handelse,
        arg_min(stopp_plats, nr) filter (where ar_stopp and datum is not null) over senare as stopp_plats,
        row_number() over (partition by kommun, regel_id, subjekt_nyckel, ar_start order by nr) as tillfalle
    from inom
    window senare as (
        partition by kommun, regel_id, subjekt_nyckel order by nr
        rows between 1 following and unbounded following
    )
),

-- A stop that is known to have happened but not when, or that lies before the start, cannot be judged. A rule
-- names its stops in the order in which they happen: one without a day hides only the later ones.
bedomd as (
    select
        kommun, subjekt_nyckel, regel_id, slag, tillfalle, start_datum, ar_start, upphor_datum, stopp_datum,
        stopp_handelse,
        coalesce(
            okand_plats < coalesce(stopp_plats, 99)
            or (slag <> 'aterkommande' and tillfalle = 1 and forsta_stopp < start_datum),
            false
        ) as ar_ej_bedombar
    from klocka
)

select
    klocka.kommun,
    klocka.regel_id,
    klocka.slag,
    subjekt.subjekt_typ,
    klocka.subjekt_nyckel,
    subjekt.subjekt_id,
    klocka.tillfalle,
    subjekt.person_nyckel,
    subjekt.kon,
    date_sub('year', subjekt.fodelsedatum, klocka.start_datum) as alder_vid_start,
    subjekt.enhet,
    subjekt.malgrupp,
    subjekt.typ,
    klocka.start_datum,
    case when not klocka.ar_ej_bedombar then klocka.stopp_datum end as stopp_datum,
    case when not klocka.ar_ej_bedombar then klocka.stopp_handelse end as stopp_handelse,
    klocka.upphor_datum,
    subjekt.lage_per,
    klocka.ar_ej_bedombar,
    subjekt.ar_undantagen
    or coalesce(date_sub('year', subjekt.fodelsedatum, klocka.start_datum) < subjekt.alder_fran, false)
    or coalesce(date_sub('year', subjekt.fodelsedatum, klocka.start_datum) >= subjekt.alder_under, false)
        as ar_undantagen
from bedomd as klocka
inner join subjekt
    on subjekt.kommun = klocka.kommun
    and subjekt.regel_id = klocka.regel_id
    and subjekt.subjekt_nyckel = klocka.subjekt_nyckel
where klocka.ar_start and klocka.start_datum is not null
