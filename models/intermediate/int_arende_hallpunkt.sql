-- The days on which something was done in a case of which somebody is in charge: what happened to it, its
-- extensions, and every last contact that any delivery has told of. What happens to the care happens in its
-- placements.
with kontakt as (
    -- A new contact overwrites the one before it, but the archive remembers both.
    select change.kommun, change.row_key, change.senaste_kontakt
    from {{ source('arkiv', 'utredningar') }} as change
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = change.kommun
    where change.leveransdatum <= lage.lage_per and change.senaste_kontakt is not null
),

handelse as (
    select kommun, subjekt_typ, subjekt_nyckel, datum
    from {{ ref('int_handelse') }}
    where datum is not null
    union all
    select kommun, subjekt_typ, subjekt_nyckel, beslutsdatum from {{ ref('int_forlangning') }}
)

select
    kommun,
    case subjekt_typ when 'aktualisering' then 'forhandsbedomning' else subjekt_typ end as slag,
    subjekt_nyckel as arende_nyckel,
    datum
from handelse
where subjekt_typ in ('aktualisering', 'utredning', 'placering')
union
select plac.kommun, 'placering', plac.placering_id, handelse.datum
from {{ ref('int_vard_placering') }} as plac
inner join {{ ref('int_vard_grund') }} as grund on grund.kommun = plac.kommun and grund.vard_id = plac.vard_id
inner join handelse
    on handelse.kommun = plac.kommun and handelse.subjekt_typ = 'vard'
        and handelse.subjekt_nyckel = grund.vard_grund_id
union
select kommun, 'utredning', row_key, senaste_kontakt from kontakt
