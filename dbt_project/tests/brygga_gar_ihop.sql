-- Catches an event missing between two month ends, and a month that does not begin where the one before it
-- ended.
with summa as (
    select
        kommun, manad, volymgrupp,
        coalesce(sum(dygnskostnad_kr) filter (where handelse = 'ingaende'), 0) as in_kr,
        coalesce(sum(dygnskostnad_kr) filter (where handelse = 'utgaende'), 0) as ut_kr,
        coalesce(sum(dygnskostnad_kr) filter (where handelse not in ('ingaende', 'utgaende')), 0) as handelser_kr,
        coalesce(sum(antal_forandring) filter (where handelse <> 'utgaende'), 0) as in_antal,
        coalesce(sum(antal_forandring) filter (where handelse = 'utgaende'), 0) as ut_antal
    from {{ ref('kostnad_brygga') }}
    group by kommun, manad, volymgrupp
),

foljd as (
    select
        kommun, volymgrupp, manad, in_kr, ut_kr, in_kr + handelser_kr as raknat_ut_kr, in_antal, ut_antal,
        strptime(manad || '-01', '%Y-%m-%d') as dag
    from summa
)

select denna.kommun, denna.manad, denna.volymgrupp
from foljd as denna
left join foljd as forra
    on forra.kommun = denna.kommun and forra.volymgrupp = denna.volymgrupp
    and forra.dag = denna.dag - interval 1 month
where denna.ut_kr <> denna.raknat_ut_kr or denna.ut_antal <> denna.in_antal
    or denna.in_kr <> coalesce(forra.ut_kr, 0)
