-- Catches a figure that nobody is asked to measure: a value for a whole municipality whose period is not in the calendar.
select varde.indikator_id, varde.kommun, varde.period
from {{ ref('indikatorvarde') }} as varde
left join {{ ref('matkalender') }} as kalender
    on kalender.kommun = varde.kommun and kalender.indikator_id = varde.indikator_id and kalender.period = varde.period
where varde.uppdelning = 'total'
    and varde.status <> 'for_tidigt'
    and kalender.indikator_id is null
