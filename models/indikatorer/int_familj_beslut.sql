-- Indicator family: one row per decision. What somebody may apply for (seeds/lagrum.csv: gynnande_beslut) is granted or
-- refused; care by force is neither. An outcome or a section that the source lacks says nothing: it is in neither.
with beslut as (
    select
        beslut.kommun, beslut.beslut_id, beslut.person_nyckel, beslut.insats, beslut.lagrum_id, beslut.lagrumsgrupp,
        beslut.enhet, beslut.malgrupp, beslut.kon, beslut.beslutsdatum, beslut.utfall, beslut.beslutsfattare,
        beslut.verkstalld,
        case
            when beslut.utfall <> 'okand' and lagrum.gynnande_beslut is not null then
                cast(lagrum.gynnande_beslut = 'ja' and beslut.beslutsfattare is distinct from 'domstol' as integer)
        end as ar_provad,
        -- What is executed in part is still waited for.
        beslut.ar_gynnande and beslut.verkstalld is not null and not coalesce(beslut.ar_delvis_verkstalld, false)
            as ar_verkstalld
    from {{ ref('int_beslut') }} as beslut
    left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = beslut.lagrum_id
)

select
    beslut.kommun,
    coalesce(beslut.person_nyckel, beslut.beslut_id) as bas_id,
    coalesce(nullif(beslut.kon, 'okand'), person.kon, 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, beslut.beslutsdatum)") }} as aldersgrupp,
    coalesce(beslut.enhet, 'okand') as enhet,
    beslut.malgrupp,
    beslut.insats,
    beslut.utfall,
    coalesce(beslut.beslutsfattare, 'okand') as beslutsfattare,
    coalesce(beslut.lagrumsgrupp, 'okand') as lagrumsgrupp,
    coalesce(beslut.lagrum_id, 'okand') as lagrum_id,
    beslut.beslutsdatum as beslut_datum,
    beslut.verkstalld as verkstalld_datum,
    1 as antal,
    beslut.ar_provad,
    cast(coalesce(beslut.ar_provad = 1 and beslut.utfall in ('bifall', 'delvis_bifall'), false) as integer) as ar_beviljad,
    cast(coalesce(beslut.ar_provad = 1 and beslut.utfall = 'avslag', false) as integer) as ar_avslag,
    cast(coalesce(beslut.ar_verkstalld, false) as integer) as ar_verkstalld,
    -- Help that began before somebody decided on it was not waited for.
    case when beslut.ar_verkstalld then greatest(beslut.verkstalld - beslut.beslutsdatum, 0) end as vantetid_dagar
from beslut
left join {{ ref('int_person') }} as person
    on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
