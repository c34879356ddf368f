-- Targets and comments beside the published figures. Reads the table indikatorvarde after disclosure control:
-- what is said of a protected figure stays behind, since it tells of the figure.
create table maluppfyllelse as
with publicerad as (
    select indikator_id, definitionsversion, kommun, period, uppdelning, grupp, status
    from indikatorvarde
    where uppdelning in ('total', 'enhet')
),

bedomd as (
    select
        mal.*,
        varde.status <> 'rojandeskyddad' and coalesce(fore.status, '') <> 'rojandeskyddad' as ar_visad,
        mal.operator in ('okar', 'minskar') as ar_andring
    from warehouse.mart.maluppfyllelse as mal
    inner join publicerad as varde
        on varde.indikator_id = mal.indikator_id and varde.definitionsversion = mal.definitionsversion
        and varde.kommun = mal.kommun and varde.period = mal.period
        and varde.uppdelning = mal.uppdelning and varde.grupp = mal.grupp
    -- More or less than a protected figure tells where that lies.
    left join publicerad as fore
        on mal.operator in ('okar', 'minskar')
        and fore.indikator_id = mal.indikator_id and fore.definitionsversion = mal.definitionsversion
        and fore.kommun = mal.kommun and fore.uppdelning = mal.uppdelning and fore.grupp = mal.grupp
        and fore.period = (left(mal.period, 4)::integer - 1)::varchar || substr(mal.period, 5)
)

select
    indikator_id,
    definitionsversion,
    kommun,
    periodtyp,
    period,
    uppdelning,
    grupp,
    case when not ar_andring then mal end as mal,
    regel_text,
    case when ar_visad then utfall_regel end as utfall_regel,
    case when ar_visad then orsak else 'rojandeskyddad' end as orsak,
    case when ar_visad then bedomning end as bedomning,
    case when ar_visad then bedomd_av end as bedomd_av,
    case when ar_visad then bedomd_roll end as bedomd_roll,
    case when ar_visad then bedomning_skal end as bedomning_skal,
    case when ar_visad then utfall end as utfall
from bedomd
order by all;

create table kommentar as
select
    note.kommun,
    note.indikator_id,
    note.period,
    case when note.enhet is null then 'total' else 'enhet' end as uppdelning,
    coalesce(note.enhet, 'total') as grupp,
    note.innehall as kommentar,
    note.av,
    note.roll,
    note.tid
from warehouse.mart.anteckning as note
where note.galler and note.slag = 'kommentar'
    and case
        -- Of the whole period and municipality; what is said of all of a unit's figures may tell of a protected one.
        when note.indikator_id = '*' then note.enhet is null
        else exists (
            select 1 from indikatorvarde as varde
            where varde.kommun = note.kommun and varde.indikator_id = note.indikator_id and varde.period = note.period
                and varde.grupp = coalesce(note.enhet, 'total') and varde.uppdelning in ('total', 'enhet')
            having count(*) > 0 and bool_and(varde.status <> 'rojandeskyddad')
        )
    end
order by all;
