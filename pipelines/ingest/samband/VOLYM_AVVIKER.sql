-- A table that grew or shrank by more than the limit, in percent of the state before. Tables that have fewer than 100
-- rows both times move too much to tell anything.
with antal as (
    select 'aktualiseringar' as tabell,
           (select count(*) from forra_aktualiseringar) as forut, (select count(*) from aktualiseringar) as nu
    union all
    select 'utredningar',
           (select count(*) from forra_utredningar), (select count(*) from utredningar)
    union all
    select 'placeringar',
           (select count(*) from forra_placeringar), (select count(*) from placeringar)
    union all
    select 'ej_verkstallda_beslut',
           (select count(*) from forra_ej_verkstallda_beslut), (select count(*) from ej_verkstallda_beslut)
    union all
    select 'handelser',
           (select count(*) from forra_handelser), (select count(*) from handelser)
    union all
    select 'forlangningar',
           (select count(*) from forra_forlangningar), (select count(*) from forlangningar)
    union all
    select 'overvaganden',
           (select count(*) from forra_overvaganden), (select count(*) from overvaganden)
    union all
    select 'placering_perioder',
           (select count(*) from forra_placering_perioder), (select count(*) from placering_perioder)
    union all
    select 'ekonomi',
           (select count(*) from forra_ekonomi), (select count(*) from ekonomi)
    union all
    select 'volymplan',
           (select count(*) from forra_volymplan), (select count(*) from volymplan)
    union all
    select 'indikatorplan',
           (select count(*) from forra_indikatorplan), (select count(*) from indikatorplan)
    union all
    select 'insatser',
           (select count(*) from forra_insatser), (select count(*) from insatser)
    union all
    select 'ekonomiskt_bistand',
           (select count(*) from forra_ekonomiskt_bistand), (select count(*) from ekonomiskt_bistand)
    union all
    select 'matt',
           (select count(*) from forra_matt), (select count(*) from matt)
    union all
    select 'enheter',
           (select count(*) from forra_enheter), (select count(*) from enheter)
    union all
    select 'befolkning',
           (select count(*) from forra_befolkning), (select count(*) from befolkning)
    union all
    select 'personbyten',
           (select count(*) from forra_personbyten), (select count(*) from personbyten)
)

select
    tabell, null as row_key, null as id, null as kolumn, nu as varde, null as enhet,
    forut,
    nu
from antal
where forut > 0 and greatest(forut, nu) >= 100 and 100 * abs(nu - forut) > cast($grans as integer) * forut
