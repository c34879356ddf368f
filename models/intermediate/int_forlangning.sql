-- Extensions by the subject that they extend. A stay in homes is extended on any of its placements, and a decision that
-- only events tell of where those events hang.
with hanger as (
    select subjekt.kommun, subjekt.subjekt_typ as hanger_typ, subjekt.subjekt_id as hanger_id, subjekt.subjekt_typ,
           subjekt.subjekt_nyckel
    from {{ ref('int_subjekt') }} as subjekt
    anti join {{ ref('int_handelse_beslut') }} as h
        on subjekt.subjekt_typ = 'beslut' and h.kommun = subjekt.kommun and h.beslut_nyckel = subjekt.subjekt_nyckel
    union
    select kommun, 'placering', unnest(placering_id_lista), 'hem', hem_vistelse_id from {{ ref('int_hem') }}
    union
    select kommun, subjekt_typ, subjekt_id, 'beslut', beslut_nyckel from {{ ref('int_handelse_beslut') }}
)

select
    rad.kommun,
    hanger.subjekt_typ,
    hanger.subjekt_nyckel,
    rad.beslutsdatum,
    rad.ny_frist
from {{ ref('stg_forlangning') }} as rad
inner join hanger
    on hanger.kommun = rad.kommun and hanger.hanger_typ = rad.subjekt_typ and hanger.hanger_id = rad.subjekt_id
