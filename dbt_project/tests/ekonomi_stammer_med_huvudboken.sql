-- Catches a join that doubles or drops ledger rows on their way to fct_ekonomi.
with mart as (
    select kommun, serie, period, sum(belopp_kr) as belopp_kr from {{ ref('fct_ekonomi') }} group by all
),

huvudbok as (
    select kommun, serie, period, sum(belopp_kr) as belopp_kr from {{ ref('stg_ekonomi') }} group by all
)

select kommun, serie, period, mart.belopp_kr, huvudbok.belopp_kr as huvudbok_kr
from mart
full join huvudbok using (kommun, serie, period)
where mart.belopp_kr is distinct from huvudbok.belopp_kr
