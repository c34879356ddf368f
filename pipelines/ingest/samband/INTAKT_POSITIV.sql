-- Costs are positive and income negative in the extract (contracts: ekonomi.belopp_kr): a positive income has its sign
-- turned, or is a reversal.
select 'ekonomi' as tabell, row_key, rad_id as id, 'belopp_kr' as kolumn, belopp_kr as varde, enhet
from ekonomi
where kontotyp in ('intakt', 'statsbidrag') and belopp_kr > 0
