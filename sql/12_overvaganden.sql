-- Are the reviews of children's care done in time, and how many children have one that is valid now?
--
-- One row per municipality, unit and month, under LAG: care under SoL and 2 § LVU that shall be considered,
-- under 3 § LVU reconsidered, every six months. "Förfaller" are the reviews whose last day was in the month,
-- however they went; "Upphörda" of them needed none, since the care ended before; "För tidigt" is due on the
-- läge per and not done. The stock is of the month's last day: children in such care, and those of them whose
-- newest review, or whose care, is not more than six months old. A month that is not over has no stock yet.
-- What falls due within 30 days is in mart.frist_bevakning.
with regel as (
    select kommun, regel_id
    from mart.fristregel_tackning
    where regel_id in ('OV_SOL', 'OV_LVU2', 'OMPR_LVU3') and status = 'ok'
),

enhet as (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
)

select
    manad.kommun as "Kommun",
    coalesce(enhet.namn, manad.enhet) as "Enhet",
    manad.manad as "Månad",
    coalesce(sum(manad.antal) filter (where perspektiv = 'forfallen'), 0) as "Förfaller",
    coalesce(sum(manad.antal_i_tid) filter (where perspektiv = 'forfallen'), 0) as "I tid",
    coalesce(sum(manad.antal_i_tid_efter_forlangning) filter (where perspektiv = 'forfallen'), 0)
        as "Inom förlängning",
    coalesce(sum(manad.antal_for_sent) filter (where perspektiv = 'forfallen'), 0) as "Sena",
    coalesce(sum(manad.antal_upphorda) filter (where perspektiv = 'forfallen'), 0) as "Upphörda",
    coalesce(sum(manad.antal_for_tidigt) filter (where perspektiv = 'forfallen'), 0) as "För tidigt",
    case when manad.manad < strftime(any_value(manad.lage_per) + 1, '%Y-%m') then
        coalesce(sum(manad.antal) filter (where perspektiv = 'oppen'), 0)
    end as "Barn i vård",
    case when manad.manad < strftime(any_value(manad.lage_per) + 1, '%Y-%m') then
        coalesce(sum(manad.antal_i_tid) filter (where perspektiv = 'oppen'), 0)
    end as "Varav giltig prövning"
from mart.frist_manad as manad
inner join regel on regel.kommun = manad.kommun and regel.regel_id = manad.regel_id
left join enhet on enhet.kommun = manad.kommun and enhet.enhet = manad.enhet
where manad.konvention = 'LAG' and manad.perspektiv in ('forfallen', 'oppen')
group by manad.kommun, coalesce(enhet.namn, manad.enhet), manad.manad
order by manad.kommun, 2, 3 desc;
