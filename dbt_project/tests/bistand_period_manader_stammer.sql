-- Catches a month of aid that is in no spell or in two: the months of the spells are those of the households.
select coalesce(period.kommun, hushall.kommun) as kommun, period.antal_manader, hushall.antal
from (
    select kommun, sum(antal_manader) as antal_manader from {{ ref('int_bistand_period') }} group by kommun
) as period
full join (select kommun, count(*) as antal from {{ ref('fct_bistand_manad') }} group by kommun) as hushall
    on hushall.kommun = period.kommun
where period.antal_manader is distinct from hushall.antal
