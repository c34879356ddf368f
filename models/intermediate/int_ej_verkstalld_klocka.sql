-- Every clock of a favourable decision that says when a delay is to be reported, as it is known now: the decision's own
-- and one per interruption.
with frist as (
    select
        subjekt.kommun, subjekt.subjekt_id as beslut_id, klocka.regel_id, klocka.tillfalle, klocka.start_datum,
        frist.frist_datum, klocka.stopp_datum, frist.utfall, klocka.stopp_plats
    from {{ ref('int_frist') }} as frist
    inner join {{ ref('int_frist_klocka') }} as klocka on klocka.klocka_nr = frist.klocka_nr
    inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
    where frist.konvention = 'LAG' and klocka.slag = 'rapportering'
),

kand as (
    -- When the decision was first delivered, and when the municipality first delivered any.
    select
        kommun, beslut_id, min(leveransdatum) as forst_kand_datum,
        min(min(leveransdatum)) over (partition by kommun) as forsta_leverans_datum
    from {{ source('arkiv', 'ej_verkstallda_beslut') }}
    group by kommun, beslut_id
)

select
    frist.kommun,
    frist.beslut_id,
    case when list_contains(string_split(regel.start_handelse, '|'), 'avbruten') then 'avbrott' else 'beslut' end as klocka,
    frist.tillfalle as klocka_nr,
    beslut.insats,
    beslut.lagrum,
    coalesce(beslut.lagrum_id, 'okand') as lagrum_id,
    coalesce(beslut.lagrumsgrupp, 'okand') as lagrumsgrupp,
    beslut.enhet,
    beslut.malgrupp,
    coalesce(nullif(beslut.kon, 'okand'), person.kon, 'okand') as kon,
    coalesce(person.skyddad, false) as ar_skyddad,
    beslut.ansvar,
    beslut.person_nyckel,
    beslut.beslutsdatum,
    frist.start_datum,
    frist.frist_datum,
    frist.frist_datum + 1 as rapporteras_fran_datum,
    frist.stopp_datum,
    string_split(regel.stopp_handelse, '|')[frist.stopp_plats] as stopp_handelse,
    frist.utfall,
    beslut.verkstalld,
    beslut.avslutad_datum_okant,
    beslut.avslutsorsak,
    beslut.orsak,
    beslut.uppdrag_skickat,
    beslut.omfattning,
    beslut.omfattning - coalesce(beslut.omfattning_verkstalld, 0) as omfattning_kvar,
    kand.forst_kand_datum,
    kand.forst_kand_datum > kand.forsta_leverans_datum and kand.forst_kand_datum > frist.frist_datum as ar_sent_registrerad
from frist
inner join {{ ref('fristregler') }} as regel on regel.regel_id = frist.regel_id
inner join {{ ref('int_beslut') }} as beslut on beslut.kommun = frist.kommun and beslut.beslut_id = frist.beslut_id
left join {{ ref('int_person') }} as person
    on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
left join kand on kand.kommun = frist.kommun and kand.beslut_id = frist.beslut_id
