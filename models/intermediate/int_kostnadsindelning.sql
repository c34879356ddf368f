-- How finely the ledger tells a cost group apart. Where the accounts do not separate regi or lagrum,
-- neither does the volume, so that cost and care days are always those of the same placements.
select
    kommun,
    kostnadsgrupp,
    malgrupp,
    bool_and(regi is not null) as skiljer_regi,
    bool_and(lagrumsgrupp is not null) as skiljer_lagrumsgrupp
from {{ ref('kontomappning') }}
where fordelning <> 'ofordelad' and (fordelning = 'direkt' or regi is not null or lagrumsgrupp is not null)
group by kommun, kostnadsgrupp, malgrupp
