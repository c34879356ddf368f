-- What a deadline rule may ask of a subject: who, where, and the columns that seeds/fristregler_villkor.csv names.
with subjekt as (
    select kommun, 'aktualisering' as subjekt_typ, row_key as subjekt_nyckel, aktualisering_id as subjekt_id,
           person_nyckel, enhet, malgrupp, typ, beslut,
           null as lagrum_id, null as lagrumsgrupp, false as ar_overvagande, false as gynnande,
           cast(null as date) as satt_frist_datum
    from {{ ref('stg_aktualisering') }}
    union all
    select kommun, 'utredning', row_key, utredning_id, person_nyckel, enhet, malgrupp, typ, null,
           null, null, false, false, frist_satt
    from {{ ref('stg_utredning') }}
    union all
    select kommun, 'vard', vard_grund_id, vard_id, person_nyckel, enhet, malgrupp, placeringsform, null,
           lagrum_id, lagrumsgrupp, ar_overvagande, false, null
    from {{ ref('int_vard_grund') }}
    union all
    -- The whole care, whatever its legal basis; the one it had last tells what follows on it.
    select vard.kommun, 'vardtid', vard.vard_id, any_value(vard.vard_id), any_value(vard.person_nyckel),
           arg_max(vard.enhet, vard.start), arg_min(vard.malgrupp, vard.start), arg_min(vard.placeringsform, vard.start), null,
           arg_max(vard.lagrum_id, vard.start), arg_max(vard.lagrumsgrupp, vard.start), bool_or(vard.ar_overvagande), false, null
    from {{ ref('int_vard_grund') }} as vard
    group by vard.kommun, vard.vard_id
    union all
    select kommun, 'hem', hem_vistelse_id, hem_vistelse_id, person_nyckel, enhet, malgrupp, placeringsform, null,
           lagrum_id, lagrumsgrupp, false, false, null
    from {{ ref('int_hem') }}
    union all
    select kommun, 'placering', placering_id, placering_id, person_nyckel, enhet, malgrupp, placeringsform, null,
           lagrum_id, lagrumsgrupp, ar_overvagande, false, null
    from {{ ref('int_placering') }}
    where not medplacerad
    union all
    select kommun, 'beslut', beslut_id, beslut_id, person_nyckel, enhet, malgrupp, insats, null,
           lagrum_id, lagrumsgrupp, false, ar_gynnande, null
    from {{ ref('int_beslut') }}
    union all
    select h.kommun, 'beslut', h.beslut_nyckel, min(h.subjekt_id),
           arg_min(h.person_nyckel, (h.datum, h.person_nyckel)),
           coalesce(arg_min(h.enhet, (h.datum, h.enhet)), 'okand'), null, null, null,
           any_value(h.arende_lagrum_id), any_value(lagrum.lagrumsgrupp), false, false, null
    from {{ ref('int_handelse_beslut') }} as h
    left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = h.arende_lagrum_id
    group by h.kommun, h.beslut_nyckel
),

-- The events that some rule asks for by name ("only where a follow-up was begun").
har as (
    select kommun, subjekt_typ, subjekt_nyckel, list(distinct handelse order by handelse) as handelser
    from {{ ref('int_handelse') }}
    where handelse in (select varden from {{ ref('fristregler_villkor') }} where operator = 'har')
    group by kommun, subjekt_typ, subjekt_nyckel
)

select
    row_number() over () as subjekt_nr,
    subjekt.kommun,
    subjekt.subjekt_typ,
    subjekt.subjekt_nyckel,
    subjekt.subjekt_id,
    subjekt.person_nyckel,
    coalesce(person.kon, 'okand') as kon,
    person.fodelsedatum,
    subjekt.enhet,
    coalesce(subjekt.malgrupp, 'okand') as malgrupp,
    coalesce(subjekt.typ, 'okand') as typ,
    coalesce(subjekt.beslut, 'inget') as beslut,
    coalesce(subjekt.lagrum_id, 'okand') as lagrum_id,
    coalesce(subjekt.lagrumsgrupp, 'okand') as lagrumsgrupp,
    case when subjekt.ar_overvagande then 'ja' else 'nej' end as ar_overvagande,
    case when subjekt.gynnande then 'ja' else 'nej' end as gynnande,
    subjekt.satt_frist_datum,
    har.handelser,
    lage.lage_per
from subjekt
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = subjekt.kommun
left join {{ ref('int_person') }} as person
    on person.kommun = subjekt.kommun and person.person_nyckel = subjekt.person_nyckel
left join har
    on har.kommun = subjekt.kommun and har.subjekt_typ = subjekt.subjekt_typ
    and har.subjekt_nyckel = subjekt.subjekt_nyckel
