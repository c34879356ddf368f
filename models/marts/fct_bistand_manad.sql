-- Financial assistance, one row per month and household: the amount stands on the applicant's row only.
select
    kommun,
    manad,
    hushall_id,
    arg_max(hushallstyp, belopp_kr) as hushallstyp,
    coalesce(bool_or(nyanland), false) as ar_nyanland,
    count(*) as antal_personer,
    sum(belopp_kr)::decimal(18, 2) as belopp_kr
from {{ ref('stg_ekonomiskt_bistand') }}
group by kommun, manad, hushall_id
