select
    lagrum.lagrum_id,
    lagrum.lag_kod,
    lag.namn as lag_namn,
    lag.sfs,
    lagrum.kapitel,
    lagrum.paragraf,
    lagrum.punkt,
    lagrum.rubrik,
    lagrum.lagrumsgrupp,
    lagrum.gynnande_beslut = 'ja' as ar_gynnande_beslut,
    lagrum.giltig_fran,
    lagrum.giltig_till,
    lagrum.efterfoljare,
    lagrum.evidens
from {{ ref('lagrum') }} as lagrum
inner join {{ ref('lagar') }} as lag on lag.lag_kod = lagrum.lag_kod
