-- Which tables a municipality has ever delivered, and from which day they say something.
with forsta as (
    select kommun, 'aktualiseringar' as tabell, min(inkommen) as forsta_handelse
    from {{ ref('stg_aktualisering') }} group by kommun
    union all
    select kommun, 'utredningar', min(inledd) from {{ ref('stg_utredning') }} group by kommun
    union all
    select kommun, 'placeringar', min(start) from {{ ref('stg_placering') }} group by kommun
    union all
    select kommun, 'ej_verkstallda_beslut', min(beslutsdatum) from {{ ref('stg_beslut') }} group by kommun
    union all
    select kommun, 'ekonomi', min(make_date(cast(left(period, 4) as integer), 1, 1))
    from {{ ref('stg_ekonomi') }} group by kommun
    union all
    select kommun, 'insatser', min(start) from {{ ref('stg_insats') }} group by kommun
    union all
    select kommun, 'ekonomiskt_bistand', cast(min(manad) || '-01' as date)
    from {{ ref('stg_ekonomiskt_bistand') }} group by kommun
)

select tabell.kommun, tabell.tabell, tabell.omfattar_fran, forsta.forsta_handelse
from {{ source('indata', 'tabell') }} as tabell
left join forsta on forsta.kommun = tabell.kommun and forsta.tabell = tabell.tabell
