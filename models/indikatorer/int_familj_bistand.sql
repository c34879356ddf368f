-- Indicator family: one row per household and month. A month in which nothing is paid, or more is taken back than paid, is
-- no month with aid; its kronor are counted all the same, so that what is paid is what the months come to.
select
    kommun,
    manad,
    hushall_id as bas_id,
    hushall_id,
    coalesce(hushallstyp, 'okand') as hushallstyp,
    case ar_nyanland when true then 'ja' when false then 'nej' else 'okand' end as nyanland,
    case when belopp_kr > 0 then 1 else 0 end as hushallsmanader,
    case when belopp_kr > 0 and hushallstyp <> 'okand' then 1 else 0 end as ar_hushallstyp_kand,
    case when belopp_kr > 0 and hushallstyp in ('ensam_man_barn', 'ensam_kvinna_barn', 'par_barn') then 1 else 0 end
        as ar_med_barn,
    belopp_kr
from {{ ref('fct_bistand_manad') }}
