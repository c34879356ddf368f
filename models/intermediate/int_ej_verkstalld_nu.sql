-- Each clock in each round that it belongs to, as it is known now and as if nothing had been sent before. Type and status
-- are kept apart: a decision can be new and already executed.
with klocka as (
    select
        kommun, beslut_id, klocka, klocka_nr, rapporteras_fran_datum, stopp_datum, stopp_handelse, utfall, verkstalld,
        avslutad_datum_okant
    from {{ ref('int_ej_verkstalld_klocka') }}
),

i_omgang as (
    select
        klocka.kommun, omgang.kvartal, klocka.beslut_id, klocka.klocka, klocka.klocka_nr, klocka.stopp_datum,
        klocka.stopp_handelse, klocka.utfall,
        klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum as ar_ny,
        coalesce(klocka.stopp_datum <= omgang.brytdatum, false) as ar_slut
    from klocka
    inner join {{ ref('int_rapportomgang') }} as omgang
        on omgang.kommun = klocka.kommun and klocka.rapporteras_fran_datum <= omgang.brytdatum
    where
        -- Three months passed and not yet executed when the last round was cut.
        (klocka.utfall = 'rapporteringspliktig'
            and (klocka.stopp_datum is null or klocka.stopp_datum > omgang.foregaende_brytdatum))
        -- Never executed, but ended within three months: not reportable, shown in the round where it would have been.
        or (klocka.utfall = 'ej_rapporteringspliktig' and klocka.stopp_handelse = 'avslutad'
            and klocka.verkstalld is null
            and klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum)
        -- Never executed and ended on a day that the source does not know.
        or (klocka.utfall = 'ej_bedombar' and klocka.avslutad_datum_okant and klocka.verkstalld is null
            and klocka.rapporteras_fran_datum > omgang.foregaende_brytdatum)
)

select
    kommun, kvartal, beslut_id, klocka, klocka_nr,
    case when ar_ny then 'ny' else 'aterrapport' end as rapporttyp,
    case
        when utfall = 'ej_bedombar' then 'avslutad'
        when not ar_slut then 'ej_verkstalld'
        when stopp_handelse = 'avslutad' then 'avslutad'
        else 'verkstalld'
    end as status_vid_bryt,
    case when ar_slut then stopp_datum end as slut_datum,
    case utfall when 'rapporteringspliktig' then true when 'ej_rapporteringspliktig' then false end
        as ar_rapporteringspliktig
from i_omgang
