-- The same child, day, kind and notifier twice: a report about siblings that was copied, or registered twice.
-- Two reports on one day from different notifiers are two. Source: domain 5.5 (sibling copies), 1.4 FORHAND.
with lika as (
    select person_nyckel, inkommen, typ, anmalare, min(aktualisering_id) as forsta
    from aktualiseringar
    where person_nyckel is not null
    group by person_nyckel, inkommen, typ, anmalare
    having count(*) > 1
)

select
    'aktualiseringar' as tabell, akt.row_key, akt.aktualisering_id as id, 'inkommen' as kolumn,
    akt.inkommen as varde, akt.enhet,
    lika.forsta
from aktualiseringar as akt
inner join lika
    on lika.person_nyckel = akt.person_nyckel
    and lika.inkommen = akt.inkommen
    and lika.typ = akt.typ
    and lika.anmalare is not distinct from akt.anmalare
where akt.aktualisering_id <> lika.forsta
