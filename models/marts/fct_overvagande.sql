select
    over_.kommun,
    over_.row_key as overvagande_nyckel,
    over_.subjekt_typ,
    over_.subjekt_id,
    coalesce(vard.vard_id, case when over_.subjekt_typ = 'vard' then over_.subjekt_id end) as vard_id,
    over_.typ,
    over_.datum,
    over_.beslut,
    over_.beslutsfattare,
    over_.barn_hord as ar_barn_hord
from {{ ref('stg_overvagande') }} as over_
left join {{ ref('int_vard_placering') }} as vard
    on over_.subjekt_typ = 'placering' and vard.kommun = over_.kommun and vard.placering_id = over_.subjekt_id
