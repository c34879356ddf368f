-- A placement under LVM that lasted longer than the act allows, also when it is still open: six months.
-- Source: 20 § LVM; domain 1.3 LVM_MAX.
select
    'placeringar' as tabell, plac.row_key, plac.placering_id as id, 'slut' as kolumn, plac.slut as varde, plac.enhet,
    plac.start
from placeringar as plac
inner join lagrum_tolkat as tolkat
    on tolkat.lagrum = plac.lagrum and starts_with(tolkat.lagrum_id[1], 'LVM-')
cross join leverans
where coalesce(plac.slut, leverans.leveransdatum) > cast(plac.start + to_months(cast($grans as integer)) as date)
