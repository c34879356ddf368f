-- Which decision holds now instead of one that has been replaced: the last granted one of the chain.
with recursive bytt as (
    select kommun, ersatter_beslut_id as beslut_id, beslut_id as senare_beslut_id, beslutsdatum
    from {{ ref('int_beslut') }}
    where ersatter_beslut_id is not null and utfall <> 'avslag'
),

kedja as (
    select kommun, beslut_id, senare_beslut_id, beslutsdatum from bytt
    union
    select kedja.kommun, kedja.beslut_id, bytt.senare_beslut_id, bytt.beslutsdatum
    from kedja
    inner join bytt on bytt.kommun = kedja.kommun and bytt.beslut_id = kedja.senare_beslut_id
)

select kommun, beslut_id, arg_max(senare_beslut_id, (beslutsdatum, senare_beslut_id)) as senare_beslut_id
from kedja
group by kommun, beslut_id
