select
    beslut.kommun,
    beslut.beslut_id,
    beslut.utredning_id,
    beslut.person_nyckel,
    coalesce(nullif(beslut.kon, 'okand'), person.kon, 'okand') as kon,
    cast(date_sub('year', person.fodelsedatum, beslut.beslutsdatum) as integer) as alder_vid_beslut,
    beslut.insats,
    beslut.lagrum,
    coalesce(beslut.lagrum_id, 'okand') as lagrum_id,
    coalesce(beslut.lagrumsgrupp, 'okand') as lagrumsgrupp,
    beslut.lagrum_i_kraft as ar_lagrum_i_kraft,
    beslut.enhet,
    beslut.malgrupp,
    beslut.beslutsdatum,
    beslut.utfall,
    beslut.ar_gynnande,
    beslut.beslutsfattare,
    beslut.giltig_till as giltig_till_datum,
    beslut.ersatter_beslut_id,
    beslut.omfattning,
    beslut.omfattning_verkstalld,
    beslut.ansvarig_kommun,
    beslut.verkstallande_kommun,
    beslut.ansvar,
    beslut.uppdrag_skickat as uppdrag_skickat_datum,
    beslut.verkstalld as verkstalld_datum,
    beslut.avbruten as avbruten_datum,
    beslut.aterupptagen as aterupptagen_datum,
    beslut.avslutad as avslutad_datum,
    beslut.avslutad_datum_okant as ar_avslutad_datum_okant,
    beslut.avslutsorsak,
    beslut.orsak,
    beslut.erbjudande as erbjudande_datum,
    beslut.tackat_nej as tackat_nej_datum,
    case
        when beslut.avslutad is not null or beslut.avslutad_datum_okant then 'avslutad'
        when beslut.avbruten is not null and beslut.aterupptagen is null then 'avbruten'
        when beslut.ar_delvis_verkstalld then 'delvis_verkstalld'
        when beslut.verkstalld is not null or beslut.aterupptagen is not null then 'verkstalld'
        else 'ej_verkstalld'
    end as status
from {{ ref('int_beslut') }} as beslut
left join {{ ref('int_person') }} as person
    on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
