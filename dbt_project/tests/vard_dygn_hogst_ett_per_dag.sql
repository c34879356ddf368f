-- Catches care days counted twice where a person's placements overlap: one care day per person and day.
select kommun, person_nyckel, manad, sum(vard_dygn) as vard_dygn
from {{ ref('fct_placering_manad') }}
where person_nyckel is not null
group by kommun, person_nyckel, manad
having sum(vard_dygn) > day(last_day(cast(manad || '-01' as date)))
