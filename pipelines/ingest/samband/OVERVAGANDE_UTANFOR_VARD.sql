-- A review dated before the care began or after it ended; the day it ended is inside. Reviews run on the
-- care, so a placement that says its vard_id is judged by the whole care (design.md section 4). Reviews that
-- need no placement (22 § LVU, a ban on travel or on moving a child) are not judged.
with vard as (
    select
        vard_id,
        min(start) as start,
        case when count(slut) = count(*) then max(slut) end as slut,
        arg_max(enhet, start) as enhet
    from placeringar
    where vard_id is not null
    group by vard_id
),

subjekt as (
    select 'vard' as subjekt_typ, vard_id as subjekt_id, start, slut, enhet from vard
    union all
    select
        'placering', plac.placering_id, coalesce(vard.start, plac.start),
        case when vard.vard_id is null then plac.slut else vard.slut end,
        plac.enhet
    from placeringar as plac
    left join vard on vard.vard_id = plac.vard_id
)

select
    'overvaganden' as tabell, over_.row_key, over_.subjekt_id as id, 'datum' as kolumn, over_.datum as varde,
    subjekt.enhet,
    subjekt.start as fran,
    coalesce('slutade ' || subjekt.slut, 'pågår') as till
from overvaganden as over_
inner join subjekt on subjekt.subjekt_typ = over_.subjekt_typ and subjekt.subjekt_id = over_.subjekt_id
where over_.typ in ('overvagande', 'omprovning', 'vardnadsoverflyttning')
    and (over_.datum < subjekt.start or over_.datum > subjekt.slut)
