-- The checks of seeds/ej_verkstallda_kontroller.csv: what has been printed wrong before, found before it is printed.
with lista as (
    -- A source that is a finished list of one round, not an extract of every decision.
    select kommun, omfattar_fran from {{ source('indata', 'tabell') }}
    where tabell = 'ej_verkstallda_beslut' and omfattar_fran is not null
),

sista as (
    select kommun, max(brytdatum) as brytdatum, arg_max(kvartal, brytdatum) as kvartal
    from {{ ref('int_rapportomgang') }}
    group by kommun
),

rad as (
    select kommun, kvartal, beslut_id, klocka, klocka_nr, ar_rapporteringspliktig, rattelse_skal, status_vid_bryt, start_datum,
           slut_datum, enhet
    from {{ ref('ej_verkstallda_kvartal') }}
),

klocka as (
    select kommun, beslut_id, klocka, klocka_nr, rapporteras_fran_datum, start_datum, stopp_datum, utfall, orsak, enhet
    from {{ ref('int_ej_verkstalld_klocka') }}
),

oppet as (
    select
        klocka.kommun, klocka.beslut_id, klocka.klocka, klocka.klocka_nr, klocka.orsak, klocka.enhet, klocka.start_datum,
        beslut.giltig_till, lage.lage_per
    from klocka
    inner join {{ ref('int_beslut') }} as beslut on beslut.kommun = klocka.kommun and beslut.beslut_id = klocka.beslut_id
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = klocka.kommun
    where klocka.stopp_datum is null and klocka.utfall <> 'ej_bedombar'
),

-- Whether the person is protected, or was when the decision was sent; null for one that nothing is known of.
skydd as (
    select kommun, beslut_id, bool_or(ar_skyddad) as ar_skyddad
    from (
        select beslut.kommun, beslut.beslut_id, coalesce(person.skyddad, false) as ar_skyddad
        from {{ ref('int_beslut') }} as beslut
        left join {{ ref('int_person') }} as person
            on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
        union all
        select kommun, beslut_id, ar_skyddad from {{ ref('int_ej_verkstalld_sand') }}
    ) as kand
    group by kommun, beslut_id
),

fynd as (
    select
        avvisning.kommun,
        case avvisning.regel_id when 'DATUM_FRAMTID' then 'DATUM_EFTER_RAPPORT' else 'KVARTAL_EJ_DATUM' end as kontroll_id,
        avvisning.id as beslut_id, null as klocka, null as klocka_nr, avvisning.enhet,
        try_cast(avvisning.varde as date) as datum
    from {{ ref('fct_avvisning') }} as avvisning
    inner join (
        select kommun, max(leveransdatum) as senaste from {{ ref('fct_leverans') }}
        where tabell = 'ej_verkstallda_beslut' group by kommun
    ) as leverans on leverans.kommun = avvisning.kommun and leverans.senaste = avvisning.leveransdatum
    where avvisning.tabell = 'ej_verkstallda_beslut' and avvisning.regel_id in ('DATUM_FRAMTID', 'DATUM_KVARTAL')
        and avvisning.id is not null
    union all
    select kommun, 'SLUT_FORE_BESLUT', beslut_id, null, null, enhet, least(verkstalld, avslutad)
    from {{ ref('int_beslut') }}
    where least(verkstalld, avslutad) < beslutsdatum
    union all
    select klocka.kommun, 'EJ_TRE_MANADER', klocka.beslut_id, klocka.klocka, klocka.klocka_nr, klocka.enhet,
           klocka.rapporteras_fran_datum
    from klocka
    inner join sista on sista.kommun = klocka.kommun and klocka.rapporteras_fran_datum > sista.brytdatum
    union all
    select oppet.kommun, 'AVBROTT_UTAN_DATUM', oppet.beslut_id, oppet.klocka, oppet.klocka_nr, oppet.enhet, oppet.start_datum
    from oppet
    inner join {{ ref('int_beslut') }} as beslut on beslut.kommun = oppet.kommun and beslut.beslut_id = oppet.beslut_id
    where oppet.klocka = 'beslut' and oppet.orsak = 'avbrott' and beslut.avbruten is null
    union all
    select kommun, 'AVSLUTAD_INOM_TRE_MANADER', beslut_id, klocka, klocka_nr, enhet, slut_datum
    from rad
    where not ar_rapporteringspliktig
    union all
    select kommun, 'AVSLUTAD_UTAN_DATUM', beslut_id, null, null, enhet, beslutsdatum
    from {{ ref('int_beslut') }}
    where avslutad_datum_okant and avslutad is null and ar_gynnande
    union all
    select kommun, 'ORSAK_SAGER_AVSLUTAD', beslut_id, klocka, klocka_nr, enhet, start_datum
    from oppet
    where orsak in ('inte_langre_aktuell', 'samtycke_atertaget')
    union all
    select rad.kommun, 'SAKNAS_NU', rad.beslut_id, rad.klocka, rad.klocka_nr, rad.enhet, rad.start_datum
    from rad
    inner join sista on sista.kommun = rad.kommun and sista.kvartal = rad.kvartal
    anti join {{ ref('int_beslut') }} as beslut on beslut.kommun = rad.kommun and beslut.beslut_id = rad.beslut_id
    where rad.status_vid_bryt = 'ej_verkstalld'
    union all
    select kommun, 'GILTIGHETEN_SLUT', beslut_id, klocka, klocka_nr, enhet, giltig_till
    from oppet
    where giltig_till < lage_per
    union all
    select oppet.kommun, 'ERSATT_MEN_OPPET', oppet.beslut_id, oppet.klocka, oppet.klocka_nr, oppet.enhet, ny.beslutsdatum
    from oppet
    inner join {{ ref('int_beslut') }} as ny
        on ny.kommun = oppet.kommun and ny.ersatter_beslut_id = oppet.beslut_id and ny.ar_gynnande
    union all
    select beslut.kommun, 'LAGRUM_I_FEL_LAG', beslut.beslut_id, null, null, beslut.enhet, beslut.beslutsdatum
    from {{ ref('int_beslut') }} as beslut
    inner join {{ ref('lagrum') }} as annan
        on annan.gynnande_beslut = 'ja' and annan.lagrum_id <> beslut.lagrum_id
        and regexp_replace(annan.lagrum_id, '^SOL[0-9]+', '') = regexp_replace(beslut.lagrum_id, '^SOL[0-9]+', '')
    inner join {{ ref('lagrum') }} as denna on denna.lagrum_id = beslut.lagrum_id and denna.gynnande_beslut = 'nej'
    where beslut.utfall <> 'avslag'
)

select distinct
    fynd.kommun,
    fynd.kontroll_id,
    kontroll.namn,
    kontroll.atgard,
    fynd.beslut_id,
    fynd.klocka,
    cast(fynd.klocka_nr as integer) as klocka_nr,
    coalesce(fynd.enhet, 'okand') as enhet,
    fynd.datum,
    skydd.ar_skyddad
from fynd
inner join {{ ref('ej_verkstallda_kontroller') }} as kontroll on kontroll.kontroll_id = fynd.kontroll_id
left join lista on lista.kommun = fynd.kommun
left join skydd on skydd.kommun = fynd.kommun and skydd.beslut_id = fynd.beslut_id
where kontroll.bara_lista = 'nej' or lista.kommun is not null
