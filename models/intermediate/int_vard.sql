-- One row per unbroken care, described by its first placement.
select
    plac.kommun,
    vard.vard_id,
    arg_min(plac.person_nyckel, plac.start) as person_nyckel,
    min(plac.start) as start,
    case when bool_and(plac.slut is not null) then max(plac.slut) end as slut,
    count(*) as antal_placeringar,
    arg_min(plac.placeringsform, plac.start) as placeringsform,
    arg_min(plac.lagrum_id, plac.start) as lagrum_id,
    arg_min(plac.lagrumsgrupp, plac.start) as lagrumsgrupp,
    arg_min(plac.malgrupp, plac.start) as malgrupp,
    arg_max(plac.enhet, plac.start) as enhet,
    bool_or(plac.ar_overvagande) as ar_overvagande,
    bool_or(plac.ensamkommande) as ensamkommande,
    any_value(plac.lage_per) as lage_per
from {{ ref('int_vard_placering') }} as vard
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
group by plac.kommun, vard.vard_id
