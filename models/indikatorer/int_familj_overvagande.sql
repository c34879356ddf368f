-- Indicator family: one row per review of care or of a decision, in the group that held that day. What hangs on a
-- placement concerns the care that it is part of.
with subjekt as (
    select
        over_.kommun, over_.row_key, over_.typ, over_.datum, over_.beslutsfattare, over_.barn_hord,
        coalesce(vard.person_nyckel, beslut.person_nyckel) as person_nyckel,
        coalesce(vard.enhet, beslut.enhet) as enhet,
        coalesce(vard.malgrupp, beslut.malgrupp) as malgrupp,
        coalesce(vard.lagrumsgrupp, beslut.lagrumsgrupp) as lagrumsgrupp
    from {{ ref('stg_overvagande') }} as over_
    left join {{ ref('int_vard_placering') }} as plac
        on over_.subjekt_typ = 'placering' and plac.kommun = over_.kommun and plac.placering_id = over_.subjekt_id
    left join {{ ref('int_vard_grund') }} as vard
        on vard.kommun = over_.kommun
        and vard.vard_id = case when over_.subjekt_typ = 'vard' then over_.subjekt_id else plac.vard_id end
    left join {{ ref('int_beslut') }} as beslut
        on over_.subjekt_typ = 'beslut' and beslut.kommun = over_.kommun and beslut.beslut_id = over_.subjekt_id
    -- Care may change its legal basis: the one of the day, or the first when the day lies before.
    qualify row_number() over (
        partition by over_.kommun, over_.row_key
        order by coalesce(vard.start <= over_.datum, false) desc,
            case when vard.start <= over_.datum then vard.start end desc, vard.start, vard.vard_grund_id
    ) = 1
)

select
    subjekt.kommun,
    coalesce(subjekt.person_nyckel, subjekt.row_key) as bas_id,
    coalesce(person.kon, 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, subjekt.datum)") }} as aldersgrupp,
    coalesce(subjekt.enhet, 'okand') as enhet,
    coalesce(subjekt.malgrupp, 'okand') as malgrupp,
    coalesce(subjekt.lagrumsgrupp, 'okand') as lagrumsgrupp,
    subjekt.typ,
    coalesce(subjekt.beslutsfattare, 'okand') as beslutsfattare,
    subjekt.datum as overvagande_datum,
    1 as antal,
    subjekt.barn_hord,
    cast(subjekt.barn_hord is not null as integer) as ar_barn_hord_kand,
    cast(coalesce(not subjekt.barn_hord, false) as integer) as ar_barn_ej_hord
from subjekt
left join {{ ref('int_person') }} as person
    on person.kommun = subjekt.kommun and person.person_nyckel = subjekt.person_nyckel
