-- Placements that make somebody placed: care around the clock, not custody that has been transferred and not
-- a child who follows with a placed parent. The only source of who is placed, and in what. What a row says
-- holds from `fran` to, not including, `till`; a placement begins where fran = start and is over where till =
-- slut.
select
    plac.kommun,
    coalesce(plac.person_nyckel, 'placering:' || plac.placering_id) as person,
    plac.placering_id,
    coalesce(bit.fran, plac.start) as fran,
    coalesce(bit.till, plac.raknas_till) as till,
    plac.start,
    plac.slut,
    plac.slutorsak,
    coalesce(bit.placeringsform, plac.placeringsform) as placeringsform,
    coalesce(bit.lagrumsgrupp, plac.lagrumsgrupp, 'okand') as lagrumsgrupp,
    plac.regi,
    plac.malgrupp,
    plac.hem_nyckel,
    coalesce(bit.ordning_dubbelt_dygn, plac.ordning_dubbelt_dygn) as ordning_dubbelt_dygn,
    coalesce(person.kon, 'okand') as kon,
    person.fodelsedatum,
    plac.lage_per
from {{ ref('int_placering') }} as plac
-- One that ended on the day it began has no piece.
left join {{ ref('int_placering_bit') }} as bit
    on bit.kommun = plac.kommun and bit.placering_id = plac.placering_id
left join {{ ref('int_person') }} as person
    on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
where coalesce(bit.ar_vard, plac.ar_vard) and not plac.medplacerad
