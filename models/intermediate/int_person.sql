-- One row per person and municipality, under the number that is theirs now: the newest delivered birth date and
-- sex, where what belongs to the present number goes before what was said under an earlier one. Protected once,
-- protected always: also by a row that has changed since, or gone, and under whichever number.
{% set tabeller = {
    'aktualiseringar': 'aktualisering', 'utredningar': 'utredning', 'placeringar': 'placering',
    'ej_verkstallda_beslut': 'beslut', 'insatser': 'insats', 'ekonomiskt_bistand': 'ekonomiskt_bistand',
} %}
with rad as (
    {% for stg in tabeller.values() %}
    select kommun, person_nyckel, person_id_typ, fodelsedatum, kon, leveransdatum as sagt, false as ar_byte
    from {{ ref('stg_' ~ stg) }}
    union all
    {% endfor %}
    select kommun, person_nyckel, person_id_typ, null, null, leveransdatum, false from {{ ref('stg_handelse') }}
    union all
    select byte.kommun, byte.person_nyckel, byte.person_id_typ, byte.fodelsedatum, byte.kon, date '9999-12-31', true
    from {{ ref('stg_personbyte') }} as byte
    inner join {{ ref('stg_person_version') }} as version
        on version.kommun = byte.kommun and version.kanonisk_nyckel = byte.person_nyckel
        and version.person_nyckel = byte.person_nyckel
),

person as (
    select
        kommun,
        person_nyckel,
        arg_max(person_id_typ, (sagt, person_id_typ)) as person_id_typ,
        arg_max(fodelsedatum, (sagt, fodelsedatum)) as fodelsedatum,
        coalesce(arg_max(kon, (sagt, kon)) filter (where kon <> 'okand'), 'okand') as kon
    from rad
    where person_nyckel is not null
    group by kommun, person_nyckel
    having not bool_and(ar_byte)
),

skyddad as (
    {% for tabell in (tabeller | list) + ['personbyten'] %}
    select change.kommun, change.person_nyckel
    from {{ source('arkiv', tabell) }} as change
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = change.kommun
    where change.skyddad and change.leveransdatum <= lage.lage_per
    {{ 'union' if not loop.last }}
    {% endfor %}
),

skyddad_person as (
    select distinct skyddad.kommun, coalesce(version.kanonisk_nyckel, skyddad.person_nyckel) as person_nyckel
    from skyddad
    left join {{ ref('stg_person_version') }} as version
        on version.kommun = skyddad.kommun and version.person_nyckel = skyddad.person_nyckel
),

nummer as (
    select kommun, kanonisk_nyckel as person_nyckel, count(*) as antal
    from {{ ref('stg_person_version') }}
    group by kommun, kanonisk_nyckel
)

select
    person.kommun,
    person.person_nyckel,
    person.person_id_typ,
    person.fodelsedatum,
    person.kon,
    skyddad_person.person_nyckel is not null as skyddad,
    coalesce(nummer.antal, 1) as antal_nummer
from person
left join skyddad_person
    on skyddad_person.kommun = person.kommun and skyddad_person.person_nyckel = person.person_nyckel
left join nummer on nummer.kommun = person.kommun and nummer.person_nyckel = person.person_nyckel
