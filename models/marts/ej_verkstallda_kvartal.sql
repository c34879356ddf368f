-- The quarterly rounds of decisions that nobody has executed, found as the complement of executed decisions over every
-- favourable decision. A frozen round stands as it was sent; the others are as it is known now.
with rad as (
    select
        rad.kommun, rad.kvartal, omgang.foregaende_brytdatum, omgang.brytdatum, rad.beslut_id, rad.klocka, rad.klocka_nr,
        rad.rapporttyp, rad.status_vid_bryt, rad.ar_rapporteringspliktig, rad.slut_datum, rad.rattelse,
        rad.rattelse_skal, rad.enhet_fore, rad.insats_fore,
        case
            when rad.status_vid_bryt = 'ej_verkstalld' then omgang.brytdatum
            else rad.slut_datum
        end as matt_till
    from {{ ref('int_ej_verkstalld_rad') }} as rad
    inner join {{ ref('int_rapportomgang') }} as omgang
        on omgang.kommun = rad.kommun and omgang.kvartal = rad.kvartal
),

-- A decision that is gone from the extract keeps what was last sent of it.
sagt as (
    select
        kommun, beslut_id, klocka, klocka_nr, insats, lagrum, lagrum_id, lagrumsgrupp, enhet, malgrupp, kon, ar_skyddad,
        ansvar, beslutsdatum, start_datum, rapporteras_fran_datum, orsak, uppdrag_skickat_datum, omfattning,
        omfattning_kvar, forst_rapporterad_kvartal
    from {{ ref('int_ej_verkstalld_sand') }}
    qualify row_number() over (partition by kommun, beslut_id, klocka, klocka_nr order by brytdatum desc) = 1
),

beskriven as (
    select
        rad.kommun, rad.kvartal, rad.foregaende_brytdatum, rad.brytdatum, rad.beslut_id, rad.klocka, rad.klocka_nr,
        coalesce(klocka.insats, sagt.insats) as insats,
        coalesce(klocka.lagrum, sagt.lagrum) as lagrum,
        coalesce(klocka.lagrum_id, sagt.lagrum_id) as lagrum_id,
        coalesce(klocka.lagrumsgrupp, sagt.lagrumsgrupp) as lagrumsgrupp,
        coalesce(klocka.enhet, sagt.enhet) as enhet,
        coalesce(klocka.malgrupp, sagt.malgrupp) as malgrupp,
        coalesce(klocka.kon, sagt.kon) as kon,
        coalesce(klocka.ar_skyddad, sagt.ar_skyddad) as ar_skyddad,
        coalesce(klocka.ansvar, sagt.ansvar) as ansvar,
        klocka.person_nyckel,
        coalesce(klocka.beslutsdatum, sagt.beslutsdatum) as beslutsdatum,
        coalesce(klocka.start_datum, sagt.start_datum) as start_datum,
        coalesce(klocka.rapporteras_fran_datum, sagt.rapporteras_fran_datum) as rapporteras_fran_datum,
        coalesce(klocka.orsak, sagt.orsak) as orsak,
        coalesce(klocka.uppdrag_skickat, sagt.uppdrag_skickat_datum) as uppdrag_skickat_datum,
        coalesce(klocka.omfattning, sagt.omfattning) as omfattning,
        coalesce(klocka.omfattning_kvar, sagt.omfattning_kvar) as omfattning_kvar,
        klocka.avslutsorsak,
        sagt.forst_rapporterad_kvartal as forst_sand_kvartal,
        rad.rapporttyp, rad.status_vid_bryt, rad.ar_rapporteringspliktig, rad.slut_datum, rad.rattelse,
        rad.rattelse_skal, rad.enhet_fore, rad.insats_fore, rad.matt_till
    from rad
    left join {{ ref('int_ej_verkstalld_klocka') }} as klocka on {{ samma_klocka('klocka', 'rad') }}
    left join sagt on {{ samma_klocka('sagt', 'rad') }}
),

-- How long it has waited: whole days, and whole calendar months for the band.
vantad as (
    select
        beskriven.*,
        cast(matt_till - start_datum as integer) as dagar,
        date_sub('month', start_datum, matt_till) as manader
    from beskriven
),

raknad as (
    select
        vantad.kommun, vantad.kvartal, vantad.beslut_id, vantad.klocka, vantad.klocka_nr,
        count(nej.datum) filter (where nej.handelse = 'erbjudande') as antal_erbjudanden,
        max(nej.datum) filter (where nej.handelse = 'erbjudande') as senaste_erbjudande_datum,
        count(nej.datum) filter (where nej.handelse = 'tackat_nej') as antal_tackat_nej,
        max(nej.datum) filter (where nej.handelse = 'tackat_nej') as senaste_tackat_nej_datum
    from vantad
    left join {{ ref('int_erbjudande') }} as nej
        on nej.kommun = vantad.kommun and nej.beslut_id = vantad.beslut_id
        and nej.datum >= vantad.start_datum and nej.datum <= vantad.brytdatum
    group by all
),

-- What else the person has in the meantime.
annan_insats as (
    select
        vantad.kommun, vantad.kvartal, vantad.beslut_id, vantad.klocka, vantad.klocka_nr,
        string_agg(distinct insats.insatstyp, '|' order by insats.insatstyp) as pagaende_insatser
    from vantad
    inner join {{ ref('stg_insats') }} as insats
        on insats.kommun = vantad.kommun and insats.person_nyckel = vantad.person_nyckel
        and insats.start <= vantad.brytdatum and (insats.slut is null or insats.slut > vantad.brytdatum)
        and insats.beslut_id is distinct from vantad.beslut_id
    where vantad.status_vid_bryt = 'ej_verkstalld'
    group by all
),

rakning as (
    select
        vantad.kommun,
        vantad.kvartal,
        vantad.foregaende_brytdatum,
        vantad.brytdatum,
        vantad.beslut_id,
        vantad.klocka,
        cast(vantad.klocka_nr as integer) as klocka_nr,
        vantad.insats,
        case when vantad.rapporttyp = 'aterrapport' then coalesce(vantad.insats_fore, vantad.insats) end as insats_fore,
        vantad.lagrum,
        vantad.lagrum_id,
        vantad.lagrumsgrupp,
        coalesce(vantad.enhet, 'okand') as enhet,
        case when vantad.rapporttyp = 'aterrapport' then coalesce(vantad.enhet_fore, vantad.enhet, 'okand') end as enhet_fore,
        vantad.malgrupp,
        vantad.kon,
        vantad.ar_skyddad,
        vantad.ansvar,
        vantad.beslutsdatum,
        vantad.start_datum,
        vantad.rapporteras_fran_datum,
        vantad.dagar,
        band.band as vantetidsband,
        vantad.orsak,
        vantad.uppdrag_skickat_datum,
        cast(raknad.antal_erbjudanden as integer) as antal_erbjudanden,
        raknad.senaste_erbjudande_datum,
        cast(raknad.antal_tackat_nej as integer) as antal_tackat_nej,
        raknad.senaste_tackat_nej_datum,
        vantad.omfattning,
        vantad.omfattning_kvar,
        annan_insats.pagaende_insatser,
        vantad.rapporttyp,
        vantad.status_vid_bryt,
        vantad.ar_rapporteringspliktig,
        vantad.slut_datum,
        case when vantad.status_vid_bryt = 'avslutad' then vantad.avslutsorsak end as avslutsorsak,
        vantad.rapporttyp || '_' || vantad.status_vid_bryt as block,
        -- Null when that round lies before what the source covers.
        coalesce(
            vantad.forst_sand_kvartal,
            case when vantad.rattelse = 'tillagd' then vantad.kvartal end,
            (select min(omgang.kvartal) from {{ ref('int_rapportomgang') }} as omgang
             where omgang.kommun = vantad.kommun and omgang.brytdatum >= vantad.rapporteras_fran_datum
                and omgang.foregaende_brytdatum < vantad.rapporteras_fran_datum)
        ) as forst_rapporterad_kvartal,
        vantad.rattelse,
        vantad.rattelse_skal
    from vantad
    inner join raknad
        on raknad.kvartal = vantad.kvartal and {{ samma_klocka('raknad', 'vantad') }}
    left join annan_insats
        on annan_insats.kvartal = vantad.kvartal and {{ samma_klocka('annan_insats', 'vantad') }}
    left join {{ ref('vantetidsband') }} as band
        on vantad.manader >= band.fran_manader
        and (band.till_manader is null or vantad.manader < band.till_manader)
)

{% set kolumner = ej_verkstalld_kolumner() | map('first') | join(',\n    ') %}
select
    {{ kolumner }}
from rakning
union all
select
    {{ kolumner }}
from {{ ref('int_ej_verkstalld_sand') }}
