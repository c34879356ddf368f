-- Cases that had one person before and have another now, unless the case system says (personbyten) that
-- the two are one. `kand_forut`: the new person had cases before too; `forra_borta`: the old one has none now.
-- The few rows that are new are found first, so that nothing large is held.
with tillkommen as (
    select 'aktualiseringar' as tabell, nu.row_key, nu.aktualisering_id as id, nu.person_nyckel,
           nu.enhet
    from aktualiseringar as nu
    anti join forra_aktualiseringar as forut
        on forut.aktualisering_id = nu.aktualisering_id and forut.person_nyckel = nu.person_nyckel
    where nu.person_nyckel is not null and exists (select 1 from forra_aktualiseringar)
    union all
    select 'utredningar', nu.row_key, nu.utredning_id, nu.person_nyckel,
           nu.enhet
    from utredningar as nu
    anti join forra_utredningar as forut
        on forut.utredning_id = nu.utredning_id and forut.person_nyckel = nu.person_nyckel
    where nu.person_nyckel is not null and exists (select 1 from forra_utredningar)
    union all
    select 'placeringar', nu.row_key, nu.placering_id, nu.person_nyckel,
           nu.enhet
    from placeringar as nu
    anti join forra_placeringar as forut
        on forut.placering_id = nu.placering_id and forut.person_nyckel = nu.person_nyckel
    where nu.person_nyckel is not null and exists (select 1 from forra_placeringar)
    union all
    select 'ej_verkstallda_beslut', nu.row_key, nu.beslut_id, nu.person_nyckel,
           nu.enhet
    from ej_verkstallda_beslut as nu
    anti join forra_ej_verkstallda_beslut as forut
        on forut.beslut_id = nu.beslut_id and forut.person_nyckel = nu.person_nyckel
    where nu.person_nyckel is not null and exists (select 1 from forra_ej_verkstallda_beslut)
    union all
    select 'insatser', nu.row_key, nu.insats_id, nu.person_nyckel,
           nu.enhet
    from insatser as nu
    anti join forra_insatser as forut
        on forut.insats_id = nu.insats_id and forut.person_nyckel = nu.person_nyckel
    where nu.person_nyckel is not null and exists (select 1 from forra_insatser)
),

fore as (
    select 'aktualiseringar' as tabell, aktualisering_id as id, person_nyckel
    from forra_aktualiseringar
    where person_nyckel is not null and aktualisering_id in (select id from tillkommen where tabell = 'aktualiseringar')
    union all
    select 'utredningar', utredning_id, person_nyckel
    from forra_utredningar
    where person_nyckel is not null and utredning_id in (select id from tillkommen where tabell = 'utredningar')
    union all
    select 'placeringar', placering_id, person_nyckel
    from forra_placeringar
    where person_nyckel is not null and placering_id in (select id from tillkommen where tabell = 'placeringar')
    union all
    select 'ej_verkstallda_beslut', beslut_id, person_nyckel
    from forra_ej_verkstallda_beslut
    where person_nyckel is not null and beslut_id in (select id from tillkommen where tabell = 'ej_verkstallda_beslut')
    union all
    select 'insatser', insats_id, person_nyckel
    from forra_insatser
    where person_nyckel is not null and insats_id in (select id from tillkommen where tabell = 'insatser')
),

efter as (
    select 'aktualiseringar' as tabell, aktualisering_id as id, person_nyckel
    from aktualiseringar
    where aktualisering_id in (select id from tillkommen where tabell = 'aktualiseringar')
    union all
    select 'utredningar', utredning_id, person_nyckel
    from utredningar
    where utredning_id in (select id from tillkommen where tabell = 'utredningar')
    union all
    select 'placeringar', placering_id, person_nyckel
    from placeringar
    where placering_id in (select id from tillkommen where tabell = 'placeringar')
    union all
    select 'ej_verkstallda_beslut', beslut_id, person_nyckel
    from ej_verkstallda_beslut
    where beslut_id in (select id from tillkommen where tabell = 'ej_verkstallda_beslut')
    union all
    select 'insatser', insats_id, person_nyckel
    from insatser
    where insats_id in (select id from tillkommen where tabell = 'insatser')
),

byte as (
    select
        till.tabell, till.row_key, till.id, till.enhet, till.person_nyckel as ny, fore.person_nyckel as gammal
    from tillkommen as till
    inner join fore on fore.tabell = till.tabell and fore.id = till.id
    anti join efter
        on efter.tabell = fore.tabell and efter.id = fore.id and efter.person_nyckel = fore.person_nyckel
    anti join personbyten as kant
        on kant.tidigare_person_nyckel = fore.person_nyckel and kant.person_nyckel = till.person_nyckel
),

person_forut as (
    select person_nyckel from forra_aktualiseringar where person_nyckel in (select ny from byte)
    union all
    select person_nyckel from forra_utredningar where person_nyckel in (select ny from byte)
    union all
    select person_nyckel from forra_placeringar where person_nyckel in (select ny from byte)
    union all
    select person_nyckel from forra_ej_verkstallda_beslut where person_nyckel in (select ny from byte)
    union all
    select person_nyckel from forra_insatser where person_nyckel in (select ny from byte)
),

person_nu as (
    select person_nyckel from aktualiseringar where person_nyckel in (select gammal from byte)
    union all
    select person_nyckel from utredningar where person_nyckel in (select gammal from byte)
    union all
    select person_nyckel from placeringar where person_nyckel in (select gammal from byte)
    union all
    select person_nyckel from ej_verkstallda_beslut where person_nyckel in (select gammal from byte)
    union all
    select person_nyckel from insatser where person_nyckel in (select gammal from byte)
)

select
    tabell,
    row_key,
    id,
    any_value(enhet) as enhet,
    bool_or(ny in (select person_nyckel from person_forut)) as kand_forut,
    bool_and(gammal not in (select person_nyckel from person_nu)) as forra_borta
from byte
group by tabell, row_key, id
