-- Each printed section and the sections of seeds/lagrum.csv that it may mean, as models/intermediate/int_lagrum.sql
-- reads them. `for_insats`: what it may mean in a decision on an intervention: 11 kap. 1 § SoL is such a
-- section in the act of 2025, and something else in the act of 2001 (domain 1.9).
with anvant as (
    select lagrum from utredningar
    union
    select lagrum from placeringar
    union
    select lagrum from ej_verkstallda_beslut
    union
    select lagrum from handelser
    union
    select varde from placering_perioder where slag = 'lagrum'
),

delar as (
    select
        lagrum,
        upper(regexp_extract(lagrum, '(?i)\b(sol|lvu|lvm|lss|lsb|fb)\b', 1)) as lag,
        lower(replace(nullif(regexp_extract(lagrum, '(?i)(\d+(?:\s*[a-z])?)\s*kap', 1), ''), ' ', '')) as kapitel,
        lower(replace(nullif(regexp_extract(lagrum, '(?i)(\d+(?:\s*[a-z])?)\s*§', 1), ''), ' ', '')) as paragraf,
        nullif(regexp_extract(lagrum, '(?i)\bp(?:unkt(?:en)?)?\.?\s*(\d+)', 1), '') as punkt
    from anvant
    where lagrum <> 'okand'
),

kandidat as (
    select
        delar.lagrum,
        rum.lagrum_id,
        coalesce(rum.kapitel || ' kap. ', '') || rum.paragraf || ' § ' || replace(delar.lag, 'SOL', 'SoL')
            || ' (' || lag.sfs || ')' as namn,
        rum.gynnande_beslut = 'ja' as gynnande,
        cast(rum.giltig_fran as date) as fran,
        cast(coalesce(rum.giltig_till, '9999-12-31') as date) as till
    from delar
    inner join seed_lagrum as rum
        on regexp_replace(rum.lag_kod, '\d+$', '') = delar.lag
        and lower(replace(rum.kapitel, ' ', '')) is not distinct from delar.kapitel
        and lower(replace(rum.paragraf, ' ', '')) = delar.paragraf
        and (rum.punkt is not distinct from delar.punkt or rum.punkt is null)
    inner join seed_lagar as lag on lag.lag_kod = rum.lag_kod
)

select
    lagrum,
    list(lagrum_id) as lagrum_id,
    list({'namn': namn, 'fran': fran, 'till': till} order by fran, lagrum_id) as alla,
    coalesce(
        list({'namn': namn, 'fran': fran, 'till': till} order by fran, lagrum_id) filter (where gynnande),
        list({'namn': namn, 'fran': fran, 'till': till} order by fran, lagrum_id)
    ) as for_insats
from kandidat
group by lagrum
