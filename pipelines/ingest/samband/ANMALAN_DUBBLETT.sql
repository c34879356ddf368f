-- One child twice in the same report: an anmälan gives one aktualisering per child (domain 1.4 FORHAND).
with lika as (
    select person_nyckel, anmalan_id, min(aktualisering_id) as forsta
    from aktualiseringar
    where person_nyckel is not null and anmalan_id is not null
    group by person_nyckel, anmalan_id
    having count(*) > 1
)

select
    'aktualiseringar' as tabell, akt.row_key, akt.aktualisering_id as id, 'anmalan_id' as kolumn,
    akt.anmalan_id as varde, akt.enhet,
    lika.forsta
from aktualiseringar as akt
inner join lika on lika.person_nyckel = akt.person_nyckel and lika.anmalan_id = akt.anmalan_id
where akt.aktualisering_id <> lika.forsta
