-- Late changes: signed figures that are not what they were, or are gone. Of several sign-offs of a figure the last counts.
with signerad as (
    select
        signering.kommun, signering.nr, signering.period as manad, signering.tid, signering.av, signering.roll,
        signering.vintage, signering.lage_per,
        varde.indikator_id, varde.definitionsversion, varde.period, varde.uppdelning, varde.grupp, varde.status,
        varde.taljare, varde.namnare, varde.varde
    from {{ ref('anteckning') }} as signering
    inner join {{ ref('stg_signerat_varde') }} as varde
        on varde.kommun = signering.kommun and varde.nr = signering.nr
    where signering.galler and signering.slag = 'signering'
    qualify signering.nr = max(signering.nr) over (
        partition by signering.kommun, varde.indikator_id, varde.period, varde.uppdelning, varde.grupp
    )
),

nu as (
    select indikator_id, definitionsversion, kommun, period, uppdelning, grupp, status, taljare, namnare, varde, lage_per
    from {{ ref('indikatorvarde') }}
    where uppdelning in ('total', 'enhet')
    qualify definitionsversion = max(definitionsversion) over (partition by indikator_id, kommun, period, uppdelning, grupp)
)

select
    signerad.kommun,
    signerad.indikator_id,
    signerad.period,
    signerad.uppdelning,
    signerad.grupp,
    signerad.manad,
    signerad.nr,
    signerad.tid as signerad_tid,
    signerad.av as signerad_av,
    signerad.roll as signerad_roll,
    signerad.vintage as signerad_vintage,
    signerad.lage_per as signerad_lage_per,
    signerad.definitionsversion::integer as signerad_definitionsversion,
    signerad.status as signerad_status,
    signerad.taljare::decimal(18, 4) as signerad_taljare,
    signerad.namnare::decimal(18, 4) as signerad_namnare,
    signerad.varde::decimal(18, 6) as signerat_varde,
    nu.definitionsversion,
    nu.status,
    nu.taljare::decimal(18, 4) as taljare,
    nu.namnare::decimal(18, 4) as namnare,
    nu.varde::decimal(18, 6) as varde,
    (nu.varde - signerad.varde)::decimal(18, 6) as skillnad,
    lage.lage_per
from signerad
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = signerad.kommun
left join nu
    on nu.kommun = signerad.kommun and nu.indikator_id = signerad.indikator_id and nu.period = signerad.period
    and nu.uppdelning = signerad.uppdelning and nu.grupp = signerad.grupp
where nu.status is distinct from signerad.status
    or nu.taljare is distinct from signerad.taljare
    or nu.namnare is distinct from signerad.namnare
    or nu.varde is distinct from signerad.varde
    or nu.definitionsversion is distinct from signerad.definitionsversion
