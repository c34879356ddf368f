-- Catches a frozen round that no longer shows what was sent: rows added, lost or changed.
with sand as (
    select * from {{ ref('int_ej_verkstalld_sand') }}
),

visad as (
    select kvartal.*
    from {{ ref('ej_verkstallda_kvartal') }} as kvartal
    inner join {{ ref('ej_verkstallda_omgang') }} as omgang
        on omgang.kommun = kvartal.kommun and omgang.kvartal = kvartal.kvartal and omgang.ar_fryst
)

select kommun, kvartal, beslut_id, klocka, klocka_nr from (from visad except all from sand)
union all
select kommun, kvartal, beslut_id, klocka, klocka_nr from (from sand except all from visad)
union all
select frysning.kommun, frysning.period, 'antal rader', null, null
from {{ ref('stg_frysning') }} as frysning
where frysning.mart = 'ej_verkstallda_kvartal'
    and frysning.antal_rader <> (
        select count(*) from sand where sand.kommun = frysning.kommun and sand.kvartal = frysning.period
    )
