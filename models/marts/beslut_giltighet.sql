-- Placements and help that go on without a valid decision, or with one that soon runs out
-- (seeds/beslut_lagen.csv); where a later decision has replaced it, that one holds. Who has protected identity
-- is left out. A source that never names decisions is not asked for them.
with pagaende as (
    select
        kommun, 'placering' as slag, placering_id as subjekt_id, person_nyckel, enhet, placeringsform as typ,
        beslut_id, start, lage_per
    from {{ ref('int_placering') }}
    where raknas_till > lage_per
    union all
    select
        insats.kommun, 'insats', insats.insats_id, insats.person_nyckel, insats.enhet, insats.insatstyp,
        insats.beslut_id, insats.start, lage.lage_per
    from {{ ref('stg_insats') }} as insats
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = insats.kommun
    where insats.start <= lage.lage_per and (insats.slut is null or insats.slut > lage.lage_per)
        and coalesce(insats.behovsprovad, true)
),

-- What a source says at all: the ids of decisions, and the decisions themselves.
kalla as (
    select
        pagaende.kommun, pagaende.slag,
        bool_or(pagaende.beslut_id is not null) as har_beslut_id,
        bool_or(beslut.kommun is not null) as har_beslut
    from pagaende
    left join (select distinct kommun from {{ ref('int_beslut') }}) as beslut
        on beslut.kommun = pagaende.kommun
    group by pagaende.kommun, pagaende.slag
),

provad as (
    select
        rad.kommun, rad.slag, rad.subjekt_id, rad.person_nyckel, rad.enhet, rad.typ, rad.start, rad.lage_per,
        rad.beslut_id,
        kedja.senare_beslut_id,
        beslut.giltig_till,
        cast(beslut.giltig_till - rad.lage_per as integer) as dagar_kvar,
        case
            when rad.beslut_id is null then if(kalla.har_beslut_id, 'saknas', null)
            when beslut.beslut_id is null then if(kalla.har_beslut, 'okant', null)
            when beslut.utfall = 'avslag' then 'avslag'
            when beslut.avslutad <= rad.lage_per or beslut.avslutad_datum_okant then 'avslutat'
            when beslut.giltig_till < rad.lage_per then 'utgangen'
        end as brist
    from pagaende as rad
    inner join kalla on kalla.kommun = rad.kommun and kalla.slag = rad.slag
    left join {{ ref('int_beslut_kedja') }} as kedja
        on kedja.kommun = rad.kommun and kedja.beslut_id = rad.beslut_id
    left join {{ ref('int_beslut') }} as beslut
        on beslut.kommun = rad.kommun and beslut.beslut_id = coalesce(kedja.senare_beslut_id, rad.beslut_id)
),

-- The first window that the days left fit in.
fonster as (
    select lage, inom_dagar, coalesce(lag(inom_dagar) over (order by inom_dagar), -1) as efter_dagar
    from {{ ref('beslut_lagen') }}
    where inom_dagar is not null
),

skyddad as (
    select distinct provad.kommun, provad.slag, provad.subjekt_id
    from provad
    inner join {{ ref('int_person') }} as person
        on person.kommun = provad.kommun and person.person_nyckel = provad.person_nyckel
    where person.skyddad
)

select
    provad.kommun,
    provad.slag,
    provad.subjekt_id,
    provad.beslut_id,
    provad.senare_beslut_id,
    any_value(provad.enhet) as enhet,
    any_value(coalesce(enhet.namn, provad.enhet)) as enhet_namn,
    any_value(provad.typ) as typ,
    min(provad.start) as start_datum,
    lagen.lage,
    lagen.namn as lage_namn,
    lagen.atgard,
    any_value(provad.giltig_till) as giltig_till_datum,
    any_value(provad.dagar_kvar) as dagar_kvar,
    any_value(provad.lage_per) as lage_per
from provad
left join fonster
    on provad.brist is null and provad.dagar_kvar > fonster.efter_dagar
    and provad.dagar_kvar <= fonster.inom_dagar
inner join {{ ref('beslut_lagen') }} as lagen on lagen.lage = coalesce(provad.brist, fonster.lage)
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from {{ ref('dim_enhet') }} group by kommun, enhet
) as enhet on enhet.kommun = provad.kommun and enhet.enhet = provad.enhet
anti join skyddad
    on skyddad.kommun = provad.kommun and skyddad.slag = provad.slag
    and skyddad.subjekt_id = provad.subjekt_id
group by
    provad.kommun, provad.slag, provad.subjekt_id, provad.beslut_id, provad.senare_beslut_id, lagen.lage,
    lagen.namn, lagen.atgard
