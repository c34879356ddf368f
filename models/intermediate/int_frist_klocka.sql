-- depends_on: {{ ref('fristregler_villkor') }}
-- Every legal clock: a rule, a subject, the event that started it and what ended it. A rule is a row: nothing here
-- knows any rule by name. The rows are narrow and joined by number, since there are tens of millions of them.
--
-- Everything is put in one order per rule and subject, `ordning`: by day, and within a day a start before a stop
-- before a lapse. A clock then ends at the first stop or lapse after its start.
with roll as (
    select regel_id, subjekt_typ, kommun, 0 as ordning, 0 as plats, unnest(string_split(start_handelse, '|')) as handelse
    from {{ ref('fristregler') }}
    union all
    -- A rule names its stops in the order in which they happen.
    select regel_id, subjekt_typ, kommun, 10, generate_subscripts(string_split(stopp_handelse, '|'), 1),
           unnest(string_split(stopp_handelse, '|'))
    from {{ ref('fristregler') }}
    union all
    select regel_id, subjekt_typ, kommun, 90, 0, unnest(string_split(upphor_handelse, '|'))
    from {{ ref('fristregler') }}
),

handelse as (
    select kommun, subjekt_typ, subjekt_nyckel, handelse, datum from {{ ref('int_handelse') }}
    union all
    select kommun, subjekt_typ, subjekt_nyckel, handelse, datum from {{ ref('int_handelse_kopplad') }}
),

rad as (
    select
        roll.regel_id,
        subjekt.subjekt_nr,
        roll.ordning as roll,
        roll.plats,
        h.datum,
        (h.datum - date '1900-01-01') * 100 + roll.ordning + roll.plats as ordning
    from handelse as h
    inner join roll on roll.subjekt_typ = h.subjekt_typ and roll.handelse = h.handelse
    inner join {{ ref('int_subjekt') }} as subjekt
        on subjekt.kommun = h.kommun
        and subjekt.subjekt_typ = h.subjekt_typ
        and subjekt.subjekt_nyckel = h.subjekt_nyckel
    where {{ regel_i_kommun('roll', 'subjekt.kommun') }}
        and {{ villkor('fristregler_villkor', 'roll.regel_id', 'subjekt', verkan='ingen_klocka') }}
),

aterkommande as (
    select regel_id from {{ ref('fristregler') }} where slag = 'aterkommande'
),

upphor as (
    select regel_id, subjekt_nr, ordning from rad where roll = 90 and datum is not null
),

start_dag as (
    select distinct regel_id, subjekt_nr, ordning from rad where roll = 0 and datum is not null
),

start as (
    select start_dag.regel_id, start_dag.subjekt_nr, start_dag.ordning, upphor.ordning as upphor_ordning
    from (select regel_id, subjekt_nr, ordning from start_dag semi join upphor using (regel_id, subjekt_nr)) as start_dag
    asof left join upphor
        on upphor.regel_id = start_dag.regel_id and upphor.subjekt_nr = start_dag.subjekt_nr
        and upphor.ordning > start_dag.ordning
    union all
    select regel_id, subjekt_nr, ordning, null from start_dag anti join upphor using (regel_id, subjekt_nr)
),

-- A recurring duty runs from its first start to the lapse; a start in between changes nothing.
lopande as (
    select regel_id, subjekt_nr, min(ordning) as ordning, upphor_ordning
    from start
    semi join aterkommande using (regel_id)
    group by regel_id, subjekt_nr, upphor_ordning
),

-- A review counts from the start of the duty to its end. It stops one occurrence and starts the next.
provning as (
    select rad.regel_id, rad.subjekt_nr, rad.ordning, lopande.upphor_ordning
    from (select regel_id, subjekt_nr, ordning from rad where roll = 10 and datum is not null) as rad
    semi join aterkommande using (regel_id)
    asof inner join lopande
        on lopande.regel_id = rad.regel_id and lopande.subjekt_nr = rad.subjekt_nr and lopande.ordning < rad.ordning
    where lopande.upphor_ordning is null or rad.ordning < lopande.upphor_ordning
),

borjan as (
    select regel_id, subjekt_nr, ordning, upphor_ordning, true as ar_forsta
    from start
    anti join aterkommande using (regel_id)
    union all
    select regel_id, subjekt_nr, ordning, upphor_ordning, true from lopande
    union all
    select regel_id, subjekt_nr, ordning, upphor_ordning, false from provning
),

stopp as (
    select regel_id, subjekt_nr, ordning from rad anti join aterkommande using (regel_id)
    where roll = 10 and datum is not null
    union all
    select regel_id, subjekt_nr, ordning from provning
),

slut as (
    select
        borjan.regel_id, borjan.subjekt_nr, borjan.ordning, borjan.ar_forsta,
        case when stopp.ordning < coalesce(borjan.upphor_ordning, stopp.ordning + 1) then stopp.ordning end
            as stopp_ordning,
        case when borjan.upphor_ordning < coalesce(stopp.ordning, borjan.upphor_ordning + 1) then borjan.upphor_ordning end
            as upphor_ordning
    from borjan
    asof left join stopp
        on stopp.regel_id = borjan.regel_id and stopp.subjekt_nr = borjan.subjekt_nr
        and stopp.ordning > borjan.ordning
),

numrerad as (
    select
        regel_id, subjekt_nr, ordning, ar_forsta, stopp_ordning, upphor_ordning,
        row_number() over (partition by regel_id, subjekt_nr order by ordning) as tillfalle
    from slut
),

-- A stop before the first start: the rule says whether that is a contradiction, or was done already.
tidigt as (
    select regel_id, subjekt_nr, 1 as tillfalle, min(ordning) filter (where roll = 10) as stopp_ordning
    from rad
    anti join aterkommande using (regel_id)
    where datum is not null
    group by regel_id, subjekt_nr
    having min(ordning) filter (where roll = 10) < min(ordning) filter (where roll = 0)
),

-- A stop that is known to have happened but not when hides the later ones. What cannot be judged has neither stop
-- nor lapse.
okand_dag as (
    select regel_id, subjekt_nr, min(plats) as plats
    from rad
    anti join aterkommande using (regel_id)
    where roll = 10 and datum is null
    group by regel_id, subjekt_nr
),

bedomd as (
    select
        klocka.regel_id, klocka.subjekt_nr, klocka.tillfalle, klocka.ordning, klocka.ar_forsta,
        case when regel.tidigt_stopp = 'uppfylld' then coalesce(tidigt.stopp_ordning, klocka.stopp_ordning)
             else klocka.stopp_ordning end as stopp_ordning,
        case when regel.tidigt_stopp <> 'uppfylld' or tidigt.stopp_ordning is null then klocka.upphor_ordning end
            as upphor_ordning,
        coalesce(regel.tidigt_stopp = 'omojlig' and tidigt.stopp_ordning is not null, false) as ar_omojlig,
        okand_dag.plats as okand_plats,
        regel.slag, regel.alder_fran, regel.alder_under, regel.frist_satt = 'ja' as ar_frist_satt,
        regel.forlangning_tillaten = 'ja' as ar_forlangning_tillaten, regel.rullas = 'ja' as ar_rullad
    from numrerad as klocka
    inner join {{ ref('fristregler') }} as regel on regel.regel_id = klocka.regel_id
    left join tidigt
        on tidigt.regel_id = klocka.regel_id and tidigt.subjekt_nr = klocka.subjekt_nr
        and tidigt.tillfalle = klocka.tillfalle
    left join okand_dag on okand_dag.regel_id = klocka.regel_id and okand_dag.subjekt_nr = klocka.subjekt_nr
),

daterad as (
    select
        regel_id, subjekt_nr, tillfalle, slag, alder_fran, alder_under, ar_frist_satt, ar_forsta,
        ar_forlangning_tillaten, ar_rullad,
        date '1900-01-01' + cast(ordning // 100 as integer) as start_datum,
        date '1900-01-01' + cast(stopp_ordning // 100 as integer) as stopp_datum,
        cast(stopp_ordning % 100 - 10 as integer) as stopp_plats,
        date '1900-01-01' + cast(upphor_ordning // 100 as integer) as upphord_datum,
        ar_omojlig or coalesce(okand_plats <= coalesce(stopp_ordning % 100 - 10, 99), false) as ar_ej_bedombar
    from bedomd
)

select
    row_number() over () as klocka_nr,
    klocka.regel_id,
    klocka.subjekt_nr,
    klocka.tillfalle,
    klocka.slag,
    klocka.ar_forsta,
    klocka.ar_forlangning_tillaten,
    klocka.ar_rullad,
    klocka.start_datum,
    case when not klocka.ar_ej_bedombar then klocka.stopp_datum end as stopp_datum,
    case when not klocka.ar_ej_bedombar then klocka.stopp_plats end as stopp_plats,
    case when not klocka.ar_ej_bedombar then klocka.upphord_datum end as upphord_datum,
    case when klocka.ar_frist_satt then subjekt.satt_frist_datum end as satt_frist_datum,
    date_sub('year', subjekt.fodelsedatum, klocka.start_datum) as alder_vid_start,
    klocka.ar_ej_bedombar,
    not ({{ villkor('fristregler_villkor', 'klocka.regel_id', 'subjekt', verkan='undantagen') }})
    or coalesce(date_sub('year', subjekt.fodelsedatum, klocka.start_datum) < klocka.alder_fran, false)
    or coalesce(date_sub('year', subjekt.fodelsedatum, klocka.start_datum) >= klocka.alder_under, false)
        as ar_undantagen,
    subjekt.lage_per
from daterad as klocka
inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
