-- Catches a state grant with the wrong sign, or one that is taken off twice.
select kommun, serie, periodtyp, period, kostnadsgrupp
from {{ ref('kostnad_per_arsplacering') }}
where coalesce(nettokostnad_kr, 0) <> coalesce(nettokostnad_exkl_statsbidrag_kr, 0) + coalesce(statsbidrag_kr, 0)
