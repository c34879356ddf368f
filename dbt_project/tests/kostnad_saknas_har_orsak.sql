-- Catches a cost per placement-year that is missing without saying why, or that has both value and reason.
select kommun, serie, periodtyp, period, kostnadsgrupp
from {{ ref('kostnad_per_arsplacering') }}
where (kostnad_per_arsplacering_kr is null) <> (saknas_orsak is not null)
