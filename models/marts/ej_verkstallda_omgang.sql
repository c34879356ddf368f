-- The reporting rounds: when each was cut, when it is to be reported to IVO, and whether it is frozen as sent.
with antal as (
    select
        kommun, kvartal,
        count(*) filter (where ar_rapporteringspliktig and rapporttyp <> 'rattelse') as antal_rapporterade,
        count(*) filter (where ar_rapporteringspliktig and status_vid_bryt = 'ej_verkstalld') as antal_oppna,
        count(*) filter (where rattelse <> 'ingen') as antal_rattelser
    from {{ ref('ej_verkstallda_kvartal') }}
    group by kommun, kvartal
)

select
    omgang.kommun,
    omgang.kvartal,
    omgang.foregaende_kvartal,
    omgang.foregaende_brytdatum,
    omgang.brytdatum,
    make_date(
        cast(left(omgang.kvartal, 4) as integer) + fonster.fran_ar, fonster.fran_manad, fonster.fran_dag
    ) as rapporteras_fran_datum,
    make_date(
        cast(left(omgang.kvartal, 4) as integer) + fonster.till_ar, fonster.till_manad, fonster.till_dag
    ) as rapporteras_senast_datum,
    cast(coalesce(antal.antal_rapporterade, 0) as integer) as antal_rapporterade,
    cast(coalesce(antal.antal_oppna, 0) as integer) as antal_oppna,
    cast(coalesce(antal.antal_rattelser, 0) as integer) as antal_rattelser,
    omgang.ar_fryst,
    omgang.fryst_tid,
    omgang.fryst_av,
    omgang.fryst_lage_per as fryst_lage_per_datum,
    omgang.fryst_vintage,
    omgang.sha256 as fryst_sha256
from {{ ref('int_rapportomgang') }} as omgang
left join antal on antal.kommun = omgang.kommun and antal.kvartal = omgang.kvartal
left join {{ ref('rapportfonster') }} as fonster on fonster.kvartal_nr = cast(right(omgang.kvartal, 1) as integer)
