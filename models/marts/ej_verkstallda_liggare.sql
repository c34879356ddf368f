-- The ledger: every clock of a favourable decision that was not executed in time, with its whole life.
with handelse as (
    select kommun, subjekt_id as beslut_id, handelse, datum
    from {{ ref('stg_handelse') }}
    where subjekt_typ = 'beslut' and handelse in ('erbjudande', 'tackat_nej', 'uppdrag_skickat', 'avbruten', 'aterupptagen')
    union
    select kommun, beslut_id, unnest(['erbjudande', 'tackat_nej', 'uppdrag_skickat', 'avbruten', 'aterupptagen']),
           unnest([erbjudande, tackat_nej, uppdrag_skickat, avbruten, aterupptagen])
    from {{ ref('int_beslut') }}
),

liv as (
    select
        kommun, beslut_id,
        {% for h in ['erbjudande', 'tackat_nej'] -%}
        count(datum) filter (where handelse = '{{ h }}') as antal_{{ h }},
        min(datum) filter (where handelse = '{{ h }}') as forsta_{{ h }}_datum,
        max(datum) filter (where handelse = '{{ h }}') as senaste_{{ h }}_datum,
        {% endfor -%}
        min(datum) filter (where handelse = 'uppdrag_skickat') as uppdrag_skickat_datum,
        max(datum) filter (where handelse = 'avbruten') as avbruten_datum,
        max(datum) filter (where handelse = 'aterupptagen') as aterupptagen_datum
    from handelse
    where datum is not null
    group by kommun, beslut_id
),

rapport as (
    select
        kommun, beslut_id, klocka, klocka_nr,
        min(kvartal) filter (where ar_rapporteringspliktig) as forst_rapporterad_kvartal,
        max(kvartal) filter (where ar_rapporteringspliktig) as senast_rapporterad_kvartal,
        string_agg(kvartal, '|' order by brytdatum) filter (where ar_rapporteringspliktig) as rapporterad_i_kvartal,
        count(*) filter (where ar_rapporteringspliktig) as antal_rapporter,
        arg_max(status_vid_bryt, brytdatum) as senast_status,
        arg_max(rattelse_skal, brytdatum) as senast_skal
    from {{ ref('ej_verkstallda_kvartal') }}
    group by kommun, beslut_id, klocka, klocka_nr
),

klocka as (
    select
        kommun, beslut_id, klocka, klocka_nr, insats, lagrum_id, lagrumsgrupp, enhet, malgrupp, kon, ar_skyddad, ansvar,
        beslutsdatum, start_datum, rapporteras_fran_datum, stopp_datum, orsak, omfattning, omfattning_kvar, avslutsorsak,
        verkstalld, forst_kand_datum, ar_sent_registrerad,
        case
            when utfall = 'vantar' then 'vantar'
            when utfall = 'ej_bedombar' and avslutad_datum_okant then 'avslutad'
            when utfall = 'ej_bedombar' then 'ej_bedombar'
            when stopp_datum is null then 'oppen'
            when stopp_handelse = 'avslutad' then 'avslutad'
            else 'verkstalld'
        end as slut,
        utfall
    from {{ ref('int_ej_verkstalld_klocka') }}
    -- Executed, or taken up again, within the three months: the complement.
    where not (utfall = 'ej_rapporteringspliktig' and stopp_handelse <> 'avslutad')
),

-- What was sent and has no clock any more is still in the ledger.
borta as (
    select
        sand.kommun, sand.beslut_id, sand.klocka, sand.klocka_nr, sand.insats, sand.lagrum_id, sand.lagrumsgrupp,
        sand.enhet, sand.malgrupp, sand.kon, sand.ar_skyddad, sand.ansvar, sand.beslutsdatum, sand.start_datum,
        sand.rapporteras_fran_datum, sand.slut_datum as stopp_datum, sand.orsak, sand.omfattning, sand.omfattning_kvar,
        sand.avslutsorsak, cast(null as date) as verkstalld, cast(null as date) as forst_kand_datum,
        false as ar_sent_registrerad,
        case
            when sand.status_vid_bryt in ('verkstalld', 'avslutad') then sand.status_vid_bryt
            when beslut.beslut_id is null then 'saknas'
            else 'struken'
        end as slut,
        case when sand.ar_rapporteringspliktig then 'rapporteringspliktig' else 'ej_rapporteringspliktig' end as utfall
    from {{ ref('int_ej_verkstalld_sand') }} as sand
    left join {{ ref('int_beslut') }} as beslut on beslut.kommun = sand.kommun and beslut.beslut_id = sand.beslut_id
    anti join klocka on {{ samma_klocka('klocka', 'sand') }}
    qualify row_number() over (
        partition by sand.kommun, sand.beslut_id, sand.klocka, sand.klocka_nr order by sand.brytdatum desc
    ) = 1
),

alla as (
    select * from klocka
    union all by name
    select * from borta
)

select
    alla.kommun,
    alla.beslut_id,
    alla.klocka,
    cast(alla.klocka_nr as integer) as klocka_nr,
    alla.insats,
    alla.lagrum_id,
    alla.lagrumsgrupp,
    coalesce(alla.enhet, 'okand') as enhet,
    alla.malgrupp,
    alla.kon,
    alla.ar_skyddad,
    alla.ansvar,
    alla.beslutsdatum,
    liv.uppdrag_skickat_datum,
    cast(coalesce(liv.antal_erbjudande, 0) as integer) as antal_erbjudanden,
    liv.forsta_erbjudande_datum,
    liv.senaste_erbjudande_datum,
    cast(coalesce(liv.antal_tackat_nej, 0) as integer) as antal_tackat_nej,
    liv.forsta_tackat_nej_datum,
    liv.senaste_tackat_nej_datum,
    alla.verkstalld as verkstalld_datum,
    liv.avbruten_datum,
    liv.aterupptagen_datum,
    alla.start_datum,
    alla.rapporteras_fran_datum,
    alla.slut,
    alla.stopp_datum as slut_datum,
    case when alla.slut = 'avslutad' then alla.avslutsorsak end as avslutsorsak,
    alla.orsak,
    alla.omfattning,
    alla.omfattning_kvar,
    case
        when alla.utfall = 'rapporteringspliktig' then true
        when alla.utfall in ('ej_rapporteringspliktig', 'vantar') then false
    end as ar_rapporteringspliktig,
    case when alla.slut in ('oppen', 'vantar') then cast(lage.lage_per - alla.start_datum as integer)
         else cast(alla.stopp_datum - alla.start_datum as integer) end as dagar,
    rapport.forst_rapporterad_kvartal,
    rapport.senast_rapporterad_kvartal,
    rapport.rapporterad_i_kvartal,
    cast(coalesce(rapport.antal_rapporter, 0) as integer) as antal_rapporter,
    alla.forst_kand_datum,
    alla.ar_sent_registrerad
from alla
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = alla.kommun
left join liv on liv.kommun = alla.kommun and liv.beslut_id = alla.beslut_id
left join rapport on {{ samma_klocka('rapport', 'alla') }}
