-- Care under 2 § LVU with a day after the birthday on which it must have ended, also when it is still open. A later
-- change of section (placering_perioder) ends it. Source: 21 § LVU; domain 5.5.
with lagrum_byte as (
    select period.placering_id, min(period.fran) as fran
    from placering_perioder as period
    inner join placeringar as plac on plac.placering_id = period.placering_id
    where period.slag = 'lagrum' and period.fran > plac.start
    group by period.placering_id
),

vard as (
    select
        plac.row_key, plac.placering_id, plac.enhet,
        cast(plac.fodelsedatum + to_years(cast($grans as integer)) as date) as fyller,
        least(coalesce(plac.slut, leverans.leveransdatum), lagrum_byte.fran) as till
    from placeringar as plac
    inner join lagrum_tolkat as tolkat on tolkat.lagrum = plac.lagrum and list_contains(tolkat.lagrum_id, 'LVU-2')
    left join lagrum_byte on lagrum_byte.placering_id = plac.placering_id
    cross join leverans
)

select 'placeringar' as tabell, row_key, placering_id as id, 'lagrum' as kolumn, null as varde, enhet
from vard
where till > fyller
