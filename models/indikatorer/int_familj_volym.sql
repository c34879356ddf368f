-- Indicator family: care days by placement and month, as they were: the groups that a ledger can tell apart are coarser.
select
    dygn.kommun,
    dygn.manad,
    coalesce(plac.person_nyckel, plac.placering_id) as bas_id,
    grupp.volymgrupp,
    coalesce(person.kon, 'okand') as kon,
    plac.malgrupp,
    dygn.placeringsform,
    dygn.kostnadsgrupp,
    dygn.lagrumsgrupp,
    plac.regi,
    dygn.vard_dygn,
    case when plac.regi = 'egen' then dygn.vard_dygn else 0 end as vard_dygn_egen_regi
from {{ ref('int_placering_manad') }} as dygn
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
inner join {{ ref('int_volymgrupp') }} as grupp
    on {{ placeringens_grupp('dygn', 'plac', 'grupp') }}
left join {{ ref('int_person') }} as person
    on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
where not plac.medplacerad and not plac.ensamkommande
