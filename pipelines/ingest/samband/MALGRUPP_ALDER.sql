-- Registered as a child though older than the limit when it began: barn is 0-20 years (design.md section 3).
-- Family law, assessments of foster homes and statements have adults in children's cases.
-- Source: domain 5.5 (age > 20 in barn).
with barn as (
    select 'aktualiseringar' as tabell, row_key, aktualisering_id as id, enhet, fodelsedatum, inkommen as datum
    from aktualiseringar
    where malgrupp = 'barn' and typ <> 'yttrande'
    union all
    select 'utredningar', row_key, utredning_id, enhet, fodelsedatum, inledd
    from utredningar
    where malgrupp = 'barn' and typ not in ('vardnad_boende_umgange', 'faderskap', 'familjehem', 'yttrande')
    union all
    select 'placeringar', row_key, placering_id, enhet, fodelsedatum, start
    from placeringar
    where malgrupp = 'barn' and not coalesce(medplacerad, false)
    union all
    select 'ej_verkstallda_beslut', row_key, beslut_id, enhet, fodelsedatum, beslutsdatum
    from ej_verkstallda_beslut
    where malgrupp = 'barn'
    union all
    select 'insatser', row_key, insats_id, enhet, fodelsedatum, start
    from insatser
    where malgrupp = 'barn'
)

select
    tabell, row_key, id, 'malgrupp' as kolumn, 'barn' as varde, enhet,
    date_sub('year', fodelsedatum, datum) as alder
from barn
where date_sub('year', fodelsedatum, datum) > cast($grans as integer)
