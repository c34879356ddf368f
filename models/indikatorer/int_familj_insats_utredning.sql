-- Indicator family: one row per insats and person that a decision after an investigation led to, by what was investigated.
with utredning as (
    select kommun, utredning_id, any_value(typ) as typ
    from {{ ref('fct_utredning') }}
    group by kommun, utredning_id
)

select
    insats.kommun,
    coalesce(insats.person_nyckel, insats.insats_nyckel) as bas_id,
    insats.kon,
    coalesce(insats.enhet, 'okand') as enhet,
    insats.insatstyp,
    insats.malgrupp,
    utredning.typ as utredningstyp,
    insats.start_datum,
    1 as antal
from {{ ref('fct_insats') }} as insats
inner join {{ ref('fct_beslut') }} as beslut on beslut.kommun = insats.kommun and beslut.beslut_id = insats.beslut_id
inner join utredning on utredning.kommun = beslut.kommun and utredning.utredning_id = beslut.utredning_id
where insats.insatstyp <> 'ekonomiskt_bistand'
