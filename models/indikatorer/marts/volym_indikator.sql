-- The rows of Volymer och nyckeltal that are no placements (seeds/volymrader.csv), for whole years and delår: outcome as the
-- indicator has it, beside what was planned. What the municipality does not deliver, or is not over, has no row.
with cell as (
    select
        rad.rad_id, varde.kommun, 'utfall' as serie, varde.periodtyp, varde.period, varde.definitionsversion,
        varde.taljare, varde.namnare, varde.varde, varde.status, varde.antal_bakom
    from {{ ref('volymrader') }} as rad
    inner join {{ ref('indikatorvarde') }} as varde
        on varde.indikator_id = rad.indikator_id and varde.uppdelning = rad.uppdelning and varde.grupp = rad.grupp
    where varde.periodtyp in ('ar', 'delar') and varde.status in ('ok', 'saknas')
    qualify row_number() over (
        partition by rad.rad_id, varde.kommun, varde.period order by varde.definitionsversion desc
    ) = 1
    union all
    select rad.rad_id, plan.kommun, plan.serie, plan.periodtyp, plan.period, null, null, null, plan.varde, 'ok', null
    from {{ ref('volymrader') }} as rad
    inner join {{ ref('indikator_plan') }} as plan
        on plan.indikator_id = rad.indikator_id and plan.uppdelning = rad.uppdelning and plan.grupp = rad.grupp
    where plan.periodtyp in ('ar', 'delar')
)

select
    cell.kommun,
    cell.serie,
    cell.periodtyp,
    cell.period,
    cell.rad_id,
    rad.avsnitt,
    rad.tabell,
    rad.rad,
    rad.indikator_id,
    cell.definitionsversion,
    rad.uppdelning,
    rad.grupp,
    cell.taljare,
    cell.namnare,
    cell.varde,
    indikator.mattenhet,
    cell.status,
    cell.antal_bakom,
    rad.ordning
from cell
inner join {{ ref('volymrader') }} as rad on rad.rad_id = cell.rad_id
inner join (
    select indikator_id, arg_max(mattenhet, definitionsversion) as mattenhet from {{ ref('indikatorer') }} group by indikator_id
) as indikator on indikator.indikator_id = rad.indikator_id
