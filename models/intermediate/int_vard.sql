-- One row per unbroken care, described by its first placement.
select
    plac.kommun,
    vard.vard_id,
    first(plac.person_nyckel order by plac.start, plac.placering_id) as person_nyckel,
    min(plac.start) as start,
    case when bool_and(plac.slut is not null) then max(plac.slut) end as slut,
    count(*) as antal_placeringar,
    first(plac.placeringsform order by plac.start, plac.placering_id) as placeringsform,
    first(plac.lagrum_id order by plac.start, plac.placering_id) as lagrum_id,
    first(plac.lagrumsgrupp order by plac.start, plac.placering_id) as lagrumsgrupp,
    first(plac.malgrupp order by plac.start, plac.placering_id) as malgrupp,
    last(plac.enhet order by plac.start, plac.placering_id) as enhet,
    bool_or(plac.ar_overvagande) as ar_overvagande,
    bool_or(plac.ensamkommande) as ensamkommande,
    any_value(plac.lage_per) as lage_per
from {{ ref('int_vard_placering') }} as vard
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
group by plac.kommun, vard.vard_id
