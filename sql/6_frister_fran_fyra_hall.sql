-- Is a limit kept, however one looks at it: by what started, fell due, was ended and is still open?
--
-- One row per municipality, rule, year and perspective, under LAG. Each perspective alone can be made to look good: what
-- ended in the year rewards leaving old cases open. Started, due and ended are sums over the year; "Öppen" is the stock
-- on the last day of the year's last whole month (no row: none was open); its "I tid" means not over yet, so it has no share. "I tid" counts no extensions; those stand beside.
-- "För tidigt" is still open and not over: a share that has any of them is not final. Rules that the deliveries cannot
-- answer are left out; mart.fristregel_tackning says why.
with ar as (
    select kommun, left(manad, 4) as ar, max(manad) filter (where perspektiv = 'oppen') as sista_manad
    from mart.frist_manad
    where konvention = 'LAG'
    group by kommun, left(manad, 4)
),

rad as (
    select
        ar.kommun, manad.regel_id, ar.ar, manad.perspektiv, manad.antal, manad.antal_i_tid,
        manad.antal_i_tid_efter_forlangning, manad.antal_for_sent, manad.antal_upphorda, manad.antal_for_tidigt
    from ar
    inner join mart.frist_manad as manad
        on manad.kommun = ar.kommun and left(manad.manad, 4) = ar.ar
    inner join mart.fristregel_tackning as tackning
        on tackning.kommun = ar.kommun and tackning.regel_id = manad.regel_id and tackning.status = 'ok'
    where manad.konvention = 'LAG' and (manad.perspektiv <> 'oppen' or manad.manad = ar.sista_manad)
)

select
    kommun as "Kommun",
    regel_id as "Regel",
    ar as "År",
    case perspektiv
        when 'startad' then 'Startad' when 'forfallen' then 'Förfallen' when 'avslutad' then 'Avslutad' else 'Öppen'
    end as "Sett på",
    sum(antal) as "Antal",
    sum(antal_i_tid) as "I tid",
    sum(antal_i_tid_efter_forlangning) as "Inom förlängning",
    sum(antal_for_sent) as "För sent",
    sum(antal_upphorda) as "Upphörda",
    sum(antal_for_tidigt) as "För tidigt",
    case when perspektiv <> 'oppen' then
        round(100.0 * sum(antal_i_tid) / nullif(sum(antal - antal_upphorda - antal_for_tidigt), 0), 1)
    end as "Procent i tid"
from rad
group by kommun, regel_id, ar, perspektiv
order by kommun, regel_id, ar desc, "Sett på";
