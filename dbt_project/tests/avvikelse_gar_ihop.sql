-- Catches a deviation whose parts do not sum exactly to it, or that is only half split.
select kommun, serie, jamforelse, period, kostnadsgrupp, avvikelse_kr, volym_kr, pris_kr, mix_kr, ej_uppdelad_kr
from {{ ref('kostnad_avvikelse') }}
where coalesce(volym_kr, 0) + coalesce(pris_kr, 0) + coalesce(mix_kr, 0) + ej_uppdelad_kr <> avvikelse_kr
    or (volym_kr is null) <> (pris_kr is null)
    or (volym_kr is null) <> (mix_kr is null)
