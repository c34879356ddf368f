-- Catches a sum that is not that of its rows, to the öre, in any of the columns that add up.
with tabell as (
    select
        kommun, tabell, ar, ar_summa,
        coalesce(sum(utfall_kr), 0) as utfall_kr,
        coalesce(sum(intakt_kr), 0) as intakt_kr,
        coalesce(sum(netto_kr), 0) as netto_kr,
        coalesce(sum(netto_ej_medraknat_kr), 0) as netto_ej_medraknat_kr,
        coalesce(sum(helar_rak_kr), 0) as helar_rak_kr
    from {{ ref('kostnadsutveckling') }}
    group by kommun, tabell, ar, ar_summa
)

select kommun, tabell, ar
from tabell
group by kommun, tabell, ar
having count(*) <> 2
    or count(distinct (utfall_kr, intakt_kr, netto_kr, netto_ej_medraknat_kr, helar_rak_kr)) <> 1
