-- What says that a decision is missing from its extract, or stands there with the wrong status. Only links can tell what
-- an extract has left out; ej_verkstallda_synlighet says how many decisions have none.
with beslut as (
    select
        kommun, beslut_id, utredning_id, person_nyckel, insats, enhet, utfall, ar_gynnande, beslutsdatum, verkstalld,
        ar_delvis_verkstalld, avslutad, avslutad_datum_okant
    from {{ ref('int_beslut') }}
),

lank as (
    select kommun, subjekt_typ, subjekt_id, beslut_id, person_nyckel, enhet, datum from {{ ref('int_beslut_lank') }}
),

hjalp as (
    select kommun, beslut_id, min(datum) as datum
    from lank
    where subjekt_typ in ('insats', 'placering') and beslut_id is not null
    group by kommun, beslut_id
),

saknas as (
    select
        lank.kommun, lank.subjekt_typ, lank.subjekt_id, lank.beslut_id, lank.person_nyckel, lank.enhet, lank.datum,
        case lank.subjekt_typ
            when 'utredning' then 'utredning_utan_beslut'
            when 'placering' then 'placering_utan_beslut'
            when 'insats' then 'insats_utan_beslut'
            when 'beslut' then 'ersatt_beslut_saknas'
            else 'handelse_utan_beslut'
        end as lucka
    from lank
    anti join beslut on beslut.kommun = lank.kommun and beslut.beslut_id = lank.beslut_id
),

-- Rejected in the newest delivery, and no earlier version stands.
avvisad as (
    select distinct
        rad.kommun, 'beslut' as subjekt_typ, rad.id as subjekt_id, rad.id as beslut_id,
        cast(null as varchar) as person_nyckel, rad.enhet, rad.leveransdatum as datum, 'avvisad_rad' as lucka
    from {{ ref('fct_avvisning') }} as rad
    inner join (
        select kommun, max(leveransdatum) as senaste from {{ ref('fct_leverans') }}
        where tabell = 'ej_verkstallda_beslut' group by kommun
    ) as leverans on leverans.kommun = rad.kommun and leverans.senaste = rad.leveransdatum
    anti join beslut on beslut.kommun = rad.kommun and beslut.beslut_id = rad.id
    where rad.tabell = 'ej_verkstallda_beslut' and rad.allvar = 'fel' and rad.lage = 'skarp' and rad.id is not null
),

version as (
    select
        rad.kommun, rad.row_key,
        arg_max(rad.change, (rad.leveransdatum, rad.sekvens)) as senaste_andring,
        max(rad.leveransdatum) as leveransdatum,
        arg_max({
            'beslut_id': rad.beslut_id, 'enhet': rad.enhet, 'person_nyckel': rad.person_nyckel, 'utfall': rad.utfall,
            'oppen': rad.verkstalld is null and rad.avslutad is null and not coalesce(rad.avslutad_datum_okant, false)
        }, (rad.leveransdatum, rad.sekvens)) filter (where rad.change <> 'borttagen') as sista
    from {{ source('arkiv', 'ej_verkstallda_beslut') }} as rad
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = rad.kommun and rad.leveransdatum <= lage.lage_per
    group by rad.kommun, rad.row_key
),

borttaget as (
    select
        version.kommun, 'beslut' as subjekt_typ, version.sista.beslut_id as subjekt_id, version.sista.beslut_id as beslut_id,
        version.sista.person_nyckel as person_nyckel, version.sista.enhet as enhet, version.leveransdatum as datum,
        'borttaget_oppet' as lucka
    from version
    anti join beslut on beslut.kommun = version.kommun and beslut.beslut_id = version.sista.beslut_id
    where version.senaste_andring = 'borttagen' and version.sista.oppen
        and coalesce(version.sista.utfall, 'bifall') <> 'avslag'
),

-- The investigation ended in help, and every decision that it names is a refusal.
avslag as (
    select
        beslut.kommun, 'beslut' as subjekt_typ, beslut.beslut_id as subjekt_id, beslut.beslut_id, beslut.person_nyckel,
        beslut.enhet, beslut.beslutsdatum as datum, 'avslag_men_insats' as lucka
    from beslut
    left join hjalp on hjalp.kommun = beslut.kommun and hjalp.beslut_id = beslut.beslut_id
    left join (
        select lank.kommun, lank.subjekt_id as utredning_id, lank.person_nyckel
        from lank
        inner join beslut on beslut.kommun = lank.kommun and beslut.beslut_id = lank.beslut_id
        where lank.subjekt_typ = 'utredning'
        group by all
        having bool_and(beslut.utfall = 'avslag')
    ) as utredning
        on utredning.kommun = beslut.kommun and utredning.utredning_id = beslut.utredning_id
        and coalesce(utredning.person_nyckel = beslut.person_nyckel, true)
    where beslut.utfall = 'avslag' and (hjalp.beslut_id is not null or utredning.utredning_id is not null)
),

-- Where most executed decisions of a kind have help that names them, one without is not executed.
lankas as (
    select beslut.kommun, beslut.insats
    from beslut
    left join hjalp on hjalp.kommun = beslut.kommun and hjalp.beslut_id = beslut.beslut_id
    where beslut.verkstalld is not null and beslut.ar_gynnande
    group by beslut.kommun, beslut.insats
    having count(hjalp.beslut_id) * 2 > count(*)
),

utan_insats as (
    select
        beslut.kommun, 'beslut' as subjekt_typ, beslut.beslut_id as subjekt_id, beslut.beslut_id, beslut.person_nyckel,
        beslut.enhet, beslut.verkstalld as datum, 'verkstalld_utan_insats' as lucka
    from beslut
    inner join lankas on lankas.kommun = beslut.kommun and lankas.insats = beslut.insats
    anti join hjalp on hjalp.kommun = beslut.kommun and hjalp.beslut_id = beslut.beslut_id
    where beslut.verkstalld is not null and beslut.ar_gynnande
),

avslutad as (
    select
        beslut.kommun, 'beslut' as subjekt_typ, beslut.beslut_id as subjekt_id, beslut.beslut_id, beslut.person_nyckel,
        beslut.enhet, hjalp.datum, 'avslutad_men_insats' as lucka
    from beslut
    inner join hjalp on hjalp.kommun = beslut.kommun and hjalp.beslut_id = beslut.beslut_id
    where beslut.verkstalld is null and beslut.ar_gynnande
        and (beslut.avslutad is not null or beslut.avslutad_datum_okant)
),

alla as (
    {% for del in ['saknas', 'avvisad', 'borttaget', 'avslag', 'utan_insats', 'avslutad'] -%}
    select kommun, lucka, subjekt_typ, subjekt_id, beslut_id, person_nyckel, enhet, datum from {{ del }}
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    alla.kommun,
    alla.lucka,
    alla.lucka not in ('avslag_men_insats', 'verkstalld_utan_insats', 'avslutad_men_insats') as ar_saknad,
    alla.subjekt_typ,
    alla.subjekt_id,
    alla.beslut_id,
    alla.person_nyckel,
    coalesce(person.skyddad, false) as ar_skyddad,
    coalesce(alla.enhet, 'okand') as enhet,
    min(alla.datum) as datum
from alla
left join {{ ref('int_person') }} as person
    on person.kommun = alla.kommun and person.person_nyckel = alla.person_nyckel
group by all
