-- Catches a mean or a median outside the lowest and the highest price, and a year that has other days than
-- its months.
select kommun, period, rad
from {{ ref('dygnspris_spann') }}
where not (median_kr between lagst_kr and hogst_kr and medel_kr between lagst_kr and hogst_kr)
union all
select kommun, left(period, 4), rad
from {{ ref('dygnspris_spann') }}
group by all
having sum(betalda_dygn) filter (where periodtyp = 'ar')
    is distinct from sum(betalda_dygn) filter (where periodtyp = 'manad')
