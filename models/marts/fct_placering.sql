select
    plac.kommun,
    plac.placering_id,
    vard.vard_id,
    plac.beslut_id,
    plac.utredning_id,
    plac.person_nyckel,
    coalesce(person.kon, 'okand') as kon,
    cast(date_sub('year', person.fodelsedatum, plac.start) as integer) as alder_vid_start,
    plac.placeringsform,
    coalesce(plac.kostnadsgrupp, 'okand') as kostnadsgrupp,
    plac.lagrum,
    coalesce(plac.lagrum_id, 'okand') as lagrum_id,
    coalesce(plac.lagrumsgrupp, 'okand') as lagrumsgrupp,
    plac.regi,
    plac.utforare,
    plac.hem_nyckel,
    plac.enhet,
    plac.malgrupp,
    plac.ensamkommande as ar_ensamkommande,
    plac.medplacerad as ar_medplacerad,
    plac.start as start_datum,
    plac.planerat_slut as planerat_slut_datum,
    plac.slut as slut_datum,
    plac.slutorsak,
    plac.raknas_till - plac.start as vard_dygn,
    plac.dygnspris as dygnspris_kr
from {{ ref('int_placering') }} as plac
left join {{ ref('int_vard_placering') }} as vard
    on vard.kommun = plac.kommun and vard.placering_id = plac.placering_id
left join {{ ref('int_person') }} as person
    on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
