-- Every period with its first and last day.
select distinct periodtyp, period, period_start, period_slut
from {{ ref('int_period_manad') }}
