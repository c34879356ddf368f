-- How finely the ledger tells a cost group apart. Where neither the accounts nor the keys separate regi or lagrum,
-- neither does the volume, so that cost and care days are always those of the same placements.
with indelning as (
    select kommun, kostnadsgrupp, malgrupp, regi, lagrumsgrupp
    from {{ ref('kontomappning') }}
    where fordelning = 'direkt' or (fordelning = 'placering_id' and (regi is not null or lagrumsgrupp is not null))
    union all
    select konto.kommun, nyckel.kostnadsgrupp, nyckel.malgrupp, nyckel.regi, nyckel.lagrumsgrupp
    from {{ ref('kontomappning') }} as konto
    inner join {{ ref('fordelningsnycklar') }} as nyckel on nyckel.nyckel_id = konto.nyckel_id
    where konto.fordelning = 'nyckel'
)

select
    kommun,
    kostnadsgrupp,
    malgrupp,
    bool_and(regi is not null) as skiljer_regi,
    bool_and(lagrumsgrupp is not null) as skiljer_lagrumsgrupp
from indelning
group by kommun, kostnadsgrupp, malgrupp
