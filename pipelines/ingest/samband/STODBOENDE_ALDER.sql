-- Supported housing is for those of 16 to 20 years; age when it began. Source: 9 kap. 3 § SoL; domain 5.5.
with boende as (
    select row_key, placering_id, enhet, start, date_sub('year', fodelsedatum, start) as alder
    from placeringar
    where placeringsform = 'stodboende' and not coalesce(medplacerad, false)
)

select
    'placeringar' as tabell, row_key, placering_id as id, 'placeringsform' as kolumn, 'stodboende' as varde, enhet,
    alder
from boende
where alder not between cast(split_part($grans, '-', 1) as integer) and cast(split_part($grans, '-', 2) as integer)
