-- The unit that has each unit's work today: itself, the one that took over, or, when it was split or has no successor, the
-- nearest unit above that still is.
with recursive enhet as (
    select
        rad.kommun, rad.enhet,
        arg_max(coalesce(rad.efterfoljare, rad.overordnad), rad.giltig_fran) as nasta,
        coalesce(max(coalesce(rad.giltig_till, date '9999-12-31')) > any_value(lage.lage_per), false) as ar_nu
    from {{ ref('stg_enhet') }} as rad
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = rad.kommun
    group by rad.kommun, rad.enhet
),

vag as (
    select kommun, enhet, enhet as enhet_nu, nasta, ar_nu, 0 as steg from enhet
    union all
    select vag.kommun, vag.enhet, enhet.enhet, enhet.nasta, enhet.ar_nu, vag.steg + 1
    from vag
    inner join enhet on enhet.kommun = vag.kommun and enhet.enhet = vag.nasta
    where not vag.ar_nu and vag.steg < 20      -- an organisation that bites its own tail must end
)

select kommun, enhet, coalesce(arg_min(enhet_nu, steg) filter (where ar_nu), enhet) as enhet_nu
from vag
group by kommun, enhet
