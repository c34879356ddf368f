-- Catches a placement that is cut so that days are lost or counted twice.
select plac.kommun, plac.placering_id, sum(bit.till - bit.fran) as dygn
from {{ ref('int_placering') }} as plac
left join {{ ref('int_placering_bit') }} as bit
    on bit.kommun = plac.kommun and bit.placering_id = plac.placering_id
group by plac.kommun, plac.placering_id, plac.start, plac.raknas_till
having coalesce(sum(bit.till - bit.fran), 0) <> greatest(plac.raknas_till - plac.start, 0)
    or coalesce(min(bit.till - bit.fran), 1) < 1
