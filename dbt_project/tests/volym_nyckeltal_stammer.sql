-- Catches a volume group that loses care days or kronor on the way from the cost groups.
with grupp as (
    select
        kommun, serie, periodtyp, period, volymgrupp, sum(vard_dygn) as vard_dygn, sum(nettokostnad_kr) as netto_kr
    from {{ ref('kostnad_per_arsplacering') }}
    group by all
),

tryckt as (
    select kommun, serie, periodtyp, period, volymgrupp, vard_dygn, nettokostnad_kr
    from {{ ref('volym_nyckeltal') }}
)

-- A group that was only budgeted is a row of the outcome in the first and no row in the second.
select kommun, serie, periodtyp, period, volymgrupp
from grupp
full join tryckt using (kommun, serie, periodtyp, period, volymgrupp)
where grupp.vard_dygn is distinct from tryckt.vard_dygn or grupp.netto_kr is distinct from tryckt.nettokostnad_kr
