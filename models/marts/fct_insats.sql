select
    insats.kommun,
    insats.row_key as insats_nyckel,
    insats.insats_id,
    insats.person_nyckel,
    coalesce(person.kon, nullif(insats.kon, ''), 'okand') as kon,
    cast(date_sub('year', person.fodelsedatum, insats.start) as integer) as alder_vid_start,
    insats.beslut_id,
    insats.behovsprovad as ar_behovsprovad,
    insats.insatstyp,
    insats.enhet,
    insats.malgrupp,
    insats.beslutsdatum,
    insats.start as start_datum,
    insats.slut as slut_datum,
    insats.slutorsak
from {{ ref('stg_insats') }} as insats
left join {{ ref('int_person') }} as person
    on person.kommun = insats.kommun and person.person_nyckel = insats.person_nyckel
