-- Every decision that was delivered, and why it is in the ledger or not: the complement is whole only if all are explained.
with i_liggaren as (
    select distinct kommun, beslut_id from {{ ref('ej_verkstallda_liggare') }}
),

klocka as (
    select distinct kommun, beslut_id from {{ ref('int_ej_verkstalld_klocka') }}
),

-- What was decided before the duty to report was in force has no clock; LSS got it last.
regel as (
    select max(forsta.giltig_fran) as forsta_dag
    from (
        select version.regel_id, min(version.giltig_fran) as giltig_fran
        from {{ ref('fristregler_versioner') }} as version
        inner join {{ ref('fristregler') }} as regel on regel.regel_id = version.regel_id
        where regel.slag = 'rapportering'
        group by version.regel_id
    ) as forsta
)

select
    beslut.kommun,
    beslut.beslut_id,
    beslut.insats,
    beslut.lagrum_id,
    coalesce(beslut.enhet, 'okand') as enhet,
    beslut.beslutsdatum,
    beslut.ar_gynnande,
    i_liggaren.beslut_id is not null as ar_i_liggaren,
    case
        when i_liggaren.beslut_id is not null then 'i_liggaren'
        when beslut.utfall = 'avslag' then 'avslag'
        when beslut.beslutsfattare = 'domstol' then 'domstol'
        when not beslut.ar_gynnande then 'annat_lagrum'
        when klocka.beslut_id is not null then 'verkstalld_i_tid'
        when beslut.beslutsdatum < regel.forsta_dag then 'fore_lagen'
        else 'oforklarad'
    end as forklaring
from {{ ref('int_beslut') }} as beslut
cross join regel
left join i_liggaren on i_liggaren.kommun = beslut.kommun and i_liggaren.beslut_id = beslut.beslut_id
left join klocka on klocka.kommun = beslut.kommun and klocka.beslut_id = beslut.beslut_id
