-- depends_on: {{ ref('fristregler_villkor') }}
-- Can a rule be followed up with what a municipality delivers? Without the event that stops a clock every clock looks
-- overdue, and without the one that starts it there is none: that is not observed, and not a result. An event that is
-- delivered for other cases, but has happened in none that the rule is about, is observed: there are no such cases.
with regel as (
    select regel.regel_id, regel.namn, regel.slag, regel.subjekt_typ, regel.start_handelse, regel.stopp_handelse,
           krav.varden as krav_handelse, lage.kommun, lage.lage_per
    from {{ ref('fristregler') }} as regel
    left join {{ ref('fristregler_villkor') }} as krav on krav.regel_id = regel.regel_id and krav.operator = 'har'
    inner join {{ source('indata', 'lage') }} as lage
        on {{ regel_i_kommun('regel', 'lage.kommun') }}
),

subjekt as (
    select regel.kommun, regel.regel_id, subjekt.subjekt_typ, subjekt.subjekt_nyckel
    from regel
    inner join {{ ref('int_subjekt') }} as subjekt
        on subjekt.kommun = regel.kommun and subjekt.subjekt_typ = regel.subjekt_typ
    where {{ villkor('fristregler_villkor', 'regel.regel_id', 'subjekt', verkan='ingen_klocka') }}
),

handelse as (
    select kommun, subjekt_typ, subjekt_nyckel, handelse from {{ ref('int_handelse') }}
    union all
    select kommun, subjekt_typ, subjekt_nyckel, handelse from {{ ref('int_handelse_kopplad') }}
),

sedd as (
    select
        subjekt.kommun, subjekt.regel_id,
        count(distinct subjekt.subjekt_nyckel) as antal_subjekt,
        bool_or(list_contains(string_split(regel.start_handelse, '|'), h.handelse)) as ar_start_sedd,
        bool_or(list_contains(string_split(regel.stopp_handelse, '|'), h.handelse)) as ar_stopp_sedd
    from subjekt
    inner join regel on regel.kommun = subjekt.kommun and regel.regel_id = subjekt.regel_id
    left join handelse as h
        on h.kommun = subjekt.kommun and h.subjekt_typ = subjekt.subjekt_typ
        and h.subjekt_nyckel = subjekt.subjekt_nyckel
    group by subjekt.kommun, subjekt.regel_id
),

-- What the municipality delivers at all, whatever it hangs on.
levererad as (
    select regel.kommun, regel.regel_id,
           list_has_any(sedda.handelser, string_split(regel.start_handelse, '|')) as ar_start_levererad,
           regel.krav_handelse is null or list_contains(sedda.handelser, regel.krav_handelse) as ar_krav_levererat
    from regel
    inner join (select kommun, list(distinct handelse) as handelser from handelse group by kommun) as sedda
        on sedda.kommun = regel.kommun
),

klocka as (
    select
        kommun, regel_id,
        count(*) as antal_klockor,
        count(*) filter (where utfall = 'ej_bedombar') as antal_ej_bedombara,
        count(*) filter (where utfall = 'undantagen') as antal_undantagna
    from {{ ref('fct_frist') }}
    group by kommun, regel_id
)

select
    regel.kommun,
    regel.regel_id,
    regel.namn,
    regel.slag,
    coalesce(sedd.antal_subjekt, 0) as antal_subjekt,
    coalesce(klocka.antal_klockor, 0) as antal_klockor,
    coalesce(klocka.antal_undantagna, 0) as antal_undantagna,
    coalesce(klocka.antal_ej_bedombara, 0) as antal_ej_bedombara,
    case
        when coalesce(sedd.ar_start_sedd, false) and coalesce(sedd.ar_stopp_sedd, false) then 'ok'
        when not coalesce(sedd.ar_start_sedd, false)
            and levererad.ar_start_levererad and levererad.ar_krav_levererat then 'inga_fall'
        else 'ej_producerbar'
    end as status,
    case
        when not coalesce(sedd.ar_start_sedd, false) and not levererad.ar_krav_levererat
            then 'Händelsen som regeln förutsätter har aldrig levererats: ' || regel.krav_handelse || '.'
        when not coalesce(sedd.ar_start_sedd, false) and levererad.ar_start_levererad
            then 'Händelsen levereras, men har inte skett i något ärende som regeln gäller: '
                 || replace(regel.start_handelse, '|', ' eller ') || '.'
        when not coalesce(sedd.ar_start_sedd, false)
            then 'Ingen starthändelse har levererats: ' || replace(regel.start_handelse, '|', ' eller ') || '.'
        when not coalesce(sedd.ar_stopp_sedd, false)
            then 'Ingen stopphändelse har levererats: ' || replace(regel.stopp_handelse, '|', ' eller ')
                 || '. Öppna klockor kan vara klara.'
    end as skal,
    regel.lage_per
from regel
left join levererad on levererad.kommun = regel.kommun and levererad.regel_id = regel.regel_id
left join sedd on sedd.kommun = regel.kommun and sedd.regel_id = regel.regel_id
left join klocka on klocka.kommun = regel.kommun and klocka.regel_id = regel.regel_id
