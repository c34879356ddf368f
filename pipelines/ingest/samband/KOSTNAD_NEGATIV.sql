-- A negative cost: a credit note, or a turned sign. Source: domain 5.5 (credit without original).
select 'ekonomi' as tabell, row_key, rad_id as id, 'belopp_kr' as kolumn, belopp_kr as varde, enhet
from ekonomi
where kontotyp = 'kostnad' and belopp_kr < 0
