-- A child's placement without an end though the person has turned 21: no care of young persons goes on after that
-- (3 § LVU to 21, domain 5.5); the end was probably never registered.
select
    'placeringar' as tabell, plac.row_key, plac.placering_id as id, 'slut' as kolumn, null as varde, plac.enhet
from placeringar as plac
cross join leverans
where plac.malgrupp = 'barn'
    and plac.slut is null
    and date_sub('year', plac.fodelsedatum, leverans.leveransdatum) >= cast($grans as integer)
