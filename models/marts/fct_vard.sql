select
    vard.kommun,
    vard.vard_id,
    vard.person_nyckel,
    coalesce(person.kon, 'okand') as kon,
    cast(date_sub('year', person.fodelsedatum, vard.start) as integer) as alder_vid_start,
    vard.malgrupp,
    vard.enhet,
    vard.placeringsform as forsta_placeringsform,
    coalesce(vard.lagrum_id, 'okand') as lagrum_id,
    coalesce(vard.lagrumsgrupp, 'okand') as lagrumsgrupp,
    vard.ensamkommande as ar_ensamkommande,
    vard.start as start_datum,
    vard.slut as slut_datum,
    vard.antal_placeringar,
    coalesce(vard.slut, vard.lage_per + 1) - vard.start as vard_dygn
from {{ ref('int_vard') }} as vard
left join {{ ref('int_person') }} as person
    on person.kommun = vard.kommun and person.person_nyckel = vard.person_nyckel
