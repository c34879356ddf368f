-- Catches a law change entered with a gap or an overlap: each version of a rule ends where the next begins.
with foljd as (
    select regel_id, version, giltig_fran, giltig_till,
           lead(giltig_fran) over (partition by regel_id order by giltig_fran) as nasta_fran
    from {{ ref('fristregler_versioner') }}
)

select regel_id, version, giltig_fran, giltig_till, nasta_fran
from foljd
where giltig_till <= giltig_fran or (nasta_fran is not null and giltig_till is distinct from nasta_fran)
