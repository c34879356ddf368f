-- Indicator family: one row per aktualisering and person. Who is heard and how it came in are known for some only: the columns
-- that say so are parts of the ones that say that it is known. A municipality without a single day of a safety assessment does
-- not deliver them.
select
    akt.kommun,
    coalesce(akt.person_nyckel, akt.aktualisering_nyckel) as bas_id,
    akt.person_nyckel,
    akt.kon,
    akt.aldersgrupp,
    coalesce(akt.enhet, 'okand') as enhet,
    akt.typ,
    akt.malgrupp,
    text.kanal,
    text.orsak,
    text.anmalare,
    akt.beslut,
    akt.inkommen_datum,
    akt.beslutsdatum as beslut_datum,
    akt.ar_barn_hord as barn_hord,
    1 as antal,
    case when akt.kanal is not null then 1 else 0 end as ar_kanal_kand,
    case when lower(akt.kanal) = 'e-tjänst' then 1 else 0 end as ar_e_tjanst,
    case when akt.skyddsbedomning_datum is not null then 1 else 0 end as ar_skydd_dokumenterad,
    case when count(akt.skyddsbedomning_datum) over (partition by akt.kommun) > 0 then 1 end as skydd_registreras,
    case when akt.beslut is not null then 1 else 0 end as ar_beslutad,
    case when akt.beslut in ('inleds', 'inleds_ej') then 1 else 0 end as ar_provad,
    case when akt.beslut = 'inleds' then 1 else 0 end as ar_inledd,
    case when akt.ar_barn_hord is not null then 1 else 0 end as ar_barn_hord_kand,
    case when not akt.ar_barn_hord then 1 else 0 end as ar_barn_ej_hord
from {{ ref('fct_aktualisering') }} as akt
inner join {{ ref('int_aktualisering_text') }} as text
    on text.kommun = akt.kommun and text.aktualisering_nyckel = akt.aktualisering_nyckel
