-- Each printed section with the day it was used, resolved to the act in force that day. A section that
-- the act in force does not have is looked for in the act before or after and marked as not in force.
with anvant as (
    select lagrum, inledd as datum from {{ ref('stg_utredning') }}
    union
    select lagrum, start as datum from {{ ref('stg_placering') }}
    union
    select lagrum, beslutsdatum as datum from {{ ref('stg_beslut') }}
    union
    select lagrum, datum from {{ ref('stg_handelse') }} where lagrum is not null
    union
    select varde as lagrum, fran as datum from {{ ref('stg_placering_period') }} where slag = 'lagrum'
),

tolkat as (
    select
        lagrum,
        datum,
        upper(regexp_extract(lagrum, '(?i)\b(sol|lvu|lvm|lss|lsb|fb)\b', 1)) as lag,
        lower(replace(nullif(regexp_extract(lagrum, '(?i)(\d+(?:\s*[a-z])?)\s*kap', 1), ''), ' ', '')) as kapitel,
        lower(replace(nullif(regexp_extract(lagrum, '(\d+(?:\s*[a-z])?)\s*§', 1), ''), ' ', '')) as paragraf,
        nullif(regexp_extract(lagrum, '(?i)p\.?\s*(\d+)', 1), '') as punkt
    from anvant
    where lagrum <> 'okand'
),

kandidat as (
    select
        tolkat.lagrum,
        tolkat.datum,
        kand.lagrum_id,
        kand.lagrumsgrupp,
        kand.gynnande_beslut = 'ja' as gynnande_beslut,
        tolkat.datum >= kand.giltig_fran and (kand.giltig_till is null or tolkat.datum < kand.giltig_till) as i_kraft,
        kand.punkt is not distinct from tolkat.punkt as samma_punkt
    from tolkat
    inner join {{ ref('lagrum') }} as kand
        on regexp_replace(kand.lag_kod, '\d+$', '') = tolkat.lag
        and lower(replace(kand.kapitel, ' ', '')) is not distinct from tolkat.kapitel
        and lower(replace(kand.paragraf, ' ', '')) = tolkat.paragraf
        and (kand.punkt is not distinct from tolkat.punkt or kand.punkt is null)
),

vald as (
    select lagrum, datum, lagrum_id, lagrumsgrupp, gynnande_beslut, i_kraft
    from kandidat
    qualify row_number() over (
        partition by lagrum, datum order by i_kraft desc, samma_punkt desc, lagrum_id
    ) = 1
)

select
    anvant.lagrum,
    anvant.datum,
    coalesce(vald.lagrum_id, 'okand') as lagrum_id,
    coalesce(vald.lagrumsgrupp, lower(nullif(tolkat.lag, '')), 'okand') as lagrumsgrupp,
    -- A section that the source lacks says nothing against the decision: it was delivered as one to execute.
    case when anvant.lagrum = 'okand' then true else coalesce(vald.gynnande_beslut, false) end as gynnande_beslut,
    vald.i_kraft as lagrum_i_kraft
from anvant
left join vald on vald.lagrum = anvant.lagrum and vald.datum = anvant.datum
left join tolkat on tolkat.lagrum = anvant.lagrum and tolkat.datum = anvant.datum
