-- Dates whose order only a mistake can turn, besides those that the contracts refuse. Source: domain 5.5.
with par as (
    select 'aktualiseringar' as tabell, row_key, aktualisering_id as id, 'registrerad' as kolumn,
           registrerad as varde, enhet, 'inkommen' as fore, inkommen as fore_datum
    from aktualiseringar
    union all
    select 'aktualiseringar', row_key, aktualisering_id, 'skyddsbedomning', skyddsbedomning, enhet,
           'inkommen', inkommen
    from aktualiseringar
    union all
    select 'utredningar', row_key, utredning_id, case when slutford is null then 'avslutad' else 'slutford' end,
           coalesce(slutford, avslutad), enhet, 'tilldelad', tilldelad
    from utredningar
    union all
    select 'placeringar', row_key, placering_id, 'planerat_slut', planerat_slut, enhet, 'start', start
    from placeringar
)

select tabell, row_key, id, kolumn, varde, enhet, fore, fore_datum
from par
where varde < fore_datum
