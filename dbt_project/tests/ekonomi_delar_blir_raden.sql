-- Catches a shared ledger row whose parts do not sum to it, to the öre.
select del.kommun, del.ekonomi_nyckel, sum(del.belopp_kr) as delar_kr, any_value(rad.belopp_kr) as rad_kr
from {{ ref('fct_ekonomi') }} as del
left join {{ ref('stg_ekonomi') }} as rad on rad.kommun = del.kommun and rad.row_key = del.ekonomi_nyckel
group by del.kommun, del.ekonomi_nyckel
having sum(del.belopp_kr) is distinct from any_value(rad.belopp_kr)
