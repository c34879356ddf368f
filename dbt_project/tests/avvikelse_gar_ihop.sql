-- Catches a deviation whose parts do not sum exactly to it, or that is only half split.
select kommun, period, kostnadsgrupp, avvikelse_kr, volym_kr, pris_kr, mix_kr
from {{ ref('kostnad_per_arsplacering') }}
where (coalesce(volym_kr, pris_kr, mix_kr) is not null and volym_kr + pris_kr + mix_kr is distinct from avvikelse_kr)
    or (volym_kr is null) <> (pris_kr is null)
    or (volym_kr is null) <> (mix_kr is null)
