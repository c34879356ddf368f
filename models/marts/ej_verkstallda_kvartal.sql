-- The quarterly ledger of decisions that nobody has executed. Found as the complement of executed decisions
-- over every favourable decision. Type and status are kept apart: a decision can be new and already executed.
with klocka as (
    select
        frist.kommun, frist.subjekt_id as beslut_id, frist.regel_id, frist.tillfalle as klocka_nr,
        case when list_contains(string_split(regel.start_handelse, '|'), 'avbruten') then 'avbrott' else 'beslut' end
            as klocka,
        frist.start_datum, frist.frist_datum, frist.frist_datum + 1 as rapporteras_fran_datum,
        frist.stopp_datum, frist.stopp_handelse, frist.utfall
    from {{ ref('fct_frist') }} as frist
    inner join {{ ref('fristregler') }} as regel on regel.regel_id = frist.regel_id
    where frist.slag = 'rapportering'
),

nej as (
    select kommun, subjekt_id as beslut_id, datum
    from {{ ref('stg_handelse') }}
    where subjekt_typ = 'beslut' and handelse = 'tackat_nej'
    union
    select kommun, beslut_id, tackat_nej from {{ ref('int_beslut') }} where tackat_nej is not null
),

i_omgang as (
    select
        klocka.kommun, omgang.kvartal, omgang.foregaende_brytdatum, omgang.brytdatum, klocka.beslut_id,
        klocka.klocka, klocka.klocka_nr, klocka.start_datum, klocka.frist_datum,
        klocka.rapporteras_fran_datum, klocka.stopp_datum, klocka.stopp_handelse,
        klocka.utfall,
        klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum as ar_ny,
        klocka.stopp_datum <= omgang.brytdatum as ar_slut
    from klocka
    inner join {{ ref('int_rapportomgang') }} as omgang
        on omgang.kommun = klocka.kommun and klocka.rapporteras_fran_datum <= omgang.brytdatum
    inner join {{ ref('int_beslut') }} as beslut
        on beslut.kommun = klocka.kommun and beslut.beslut_id = klocka.beslut_id
    where
        -- Three months passed and not yet executed when the last round was cut.
        (klocka.utfall = 'rapporteringspliktig'
            and (klocka.stopp_datum is null or klocka.stopp_datum > omgang.foregaende_brytdatum))
        -- Never executed, but ended within three months: not reportable, shown in the round where it would have been.
        or (klocka.utfall = 'ej_rapporteringspliktig' and klocka.stopp_handelse = 'avslutad'
            and beslut.verkstalld is null
            and klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum)
        -- Never executed and ended on a day that the source does not know.
        or (klocka.utfall = 'ej_bedombar' and beslut.avslutad_datum_okant and beslut.verkstalld is null
            and klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum)
),

rad as (
    select
        i_omgang.kommun, i_omgang.kvartal, i_omgang.brytdatum, i_omgang.beslut_id, i_omgang.klocka,
        i_omgang.klocka_nr, i_omgang.start_datum, i_omgang.rapporteras_fran_datum, i_omgang.utfall,
        case when i_omgang.ar_ny then 'ny' else 'aterrapport' end as rapporttyp,
        case
            when i_omgang.utfall = 'ej_bedombar' then 'avslutad'
            when not coalesce(i_omgang.ar_slut, false) then 'ej_verkstalld'
            when i_omgang.stopp_handelse = 'avslutad' then 'avslutad'
            else 'verkstalld'
        end as status_vid_bryt,
        case when i_omgang.ar_slut then i_omgang.stopp_datum end as slut_datum,
        case when i_omgang.utfall <> 'ej_bedombar' then
            case when i_omgang.ar_slut then i_omgang.stopp_datum else i_omgang.brytdatum end
        end as matt_till
    from i_omgang
)

select
    rad.kommun,
    rad.kvartal,
    rad.brytdatum,
    rad.beslut_id,
    rad.klocka,
    rad.klocka_nr,
    beslut.insats,
    beslut.lagrum,
    coalesce(beslut.lagrum_id, 'okand') as lagrum_id,
    beslut.enhet,
    beslut.malgrupp,
    coalesce(nullif(beslut.kon, 'okand'), person.kon, 'okand') as kon,
    coalesce(person.skyddad, false) as ar_skyddad,
    rad.start_datum,
    rad.rapporteras_fran_datum,
    cast(rad.matt_till - rad.start_datum as integer) as dagar,
    band.band as vantetidsband,
    beslut.orsak,
    cast((select count(*) from nej
          where nej.kommun = rad.kommun and nej.beslut_id = rad.beslut_id and nej.datum <= rad.brytdatum) as integer)
        as antal_tackat_nej,
    rad.rapporttyp,
    rad.status_vid_bryt,
    case rad.utfall when 'rapporteringspliktig' then true when 'ej_rapporteringspliktig' then false end
        as ar_rapporteringspliktig,
    rad.slut_datum,
    rad.rapporttyp || '_' || rad.status_vid_bryt as block,
    -- Null when that round lies before what the source covers.
    (select min(omgang.kvartal) from {{ ref('int_rapportomgang') }} as omgang
     where omgang.kommun = rad.kommun and omgang.brytdatum >= rad.rapporteras_fran_datum
        and omgang.foregaende_brytdatum < rad.rapporteras_fran_datum) as forst_rapporterad_kvartal,
    'ingen' as rattelse
from rad
inner join {{ ref('int_beslut') }} as beslut on beslut.kommun = rad.kommun and beslut.beslut_id = rad.beslut_id
left join {{ ref('int_person') }} as person
    on person.kommun = beslut.kommun and person.person_nyckel = beslut.person_nyckel
left join {{ ref('vantetidsband') }} as band
    on date_sub('month', rad.start_datum, rad.matt_till) >= band.fran_manader
    and (band.till_manader is null or date_sub('month', rad.start_datum, rad.matt_till) < band.till_manader)
