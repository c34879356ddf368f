-- What a deadline rule may ask of a subject: who, where, and the columns that seeds/fristregler_villkor.csv names.
with subjekt as (
    select kommun, 'aktualisering' as subjekt_typ, row_key as subjekt_nyckel, aktualisering_id as subjekt_id,
           person_nyckel, enhet, malgrupp, typ, beslut,
           null as lagrum_id, null as lagrumsgrupp, false as ar_overvagande, false as gynnande
    from {{ ref('stg_aktualisering') }}
    union all
    select kommun, 'utredning', row_key, utredning_id, person_nyckel, enhet, malgrupp, typ, null,
           null, null, false, false
    from {{ ref('stg_utredning') }}
    union all
    select kommun, 'vard', vard_id, vard_id, person_nyckel, enhet, malgrupp, placeringsform, null,
           lagrum_id, lagrumsgrupp, ar_overvagande, false
    from {{ ref('int_vard') }}
    union all
    select kommun, 'beslut', beslut_id, beslut_id, person_nyckel, enhet, malgrupp, insats, null,
           lagrum_id, lagrumsgrupp, false, ar_gynnande
    from {{ ref('int_beslut') }}
)

select
    subjekt.kommun,
    subjekt.subjekt_typ,
    subjekt.subjekt_nyckel,
    subjekt.subjekt_id,
    subjekt.person_nyckel,
    coalesce(person.kon, 'okand') as kon,
    person.fodelsedatum,
    subjekt.enhet,
    subjekt.malgrupp,
    coalesce(subjekt.typ, 'okand') as typ,
    coalesce(subjekt.beslut, 'inget') as beslut,
    coalesce(subjekt.lagrum_id, 'okand') as lagrum_id,
    coalesce(subjekt.lagrumsgrupp, 'okand') as lagrumsgrupp,
    case when subjekt.ar_overvagande then 'ja' else 'nej' end as ar_overvagande,
    case when subjekt.gynnande then 'ja' else 'nej' end as gynnande,
    lage.lage_per
from subjekt
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = subjekt.kommun
left join {{ ref('int_person') }} as person
    on person.kommun = subjekt.kommun and person.person_nyckel = subjekt.person_nyckel
