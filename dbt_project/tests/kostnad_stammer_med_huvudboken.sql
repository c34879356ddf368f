-- Catches money that a cost group loses or counts twice: allocated + unallocated = the ledger, to the öre.
with kostnad as (
    select kommun, period, sum(nettokostnad_kr) as belopp_kr
    from {{ ref('kostnad_per_arsplacering') }}
    where serie = 'utfall' and periodtyp = 'ar'
    group by all
),

huvudbok as (
    select kommun, left(period, 4) as period, sum(belopp_kr) as belopp_kr
    from {{ ref('stg_ekonomi') }}
    where serie = 'utfall'
    group by all
)

select kommun, period, kostnad.belopp_kr, huvudbok.belopp_kr as huvudbok_kr
from kostnad
full join huvudbok using (kommun, period)
where kostnad.belopp_kr is distinct from huvudbok.belopp_kr
