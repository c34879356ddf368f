-- Catches a decision that falls out between two rounds, or that comes back as new:
-- open(n) = open(n-1) + new(n) - executed(n) - closed(n), round by round.
with omgang as (
    select
        kommun, kvartal, brytdatum,
        lag(brytdatum) over tid = foregaende_brytdatum as ar_foljd,
        lag(kvartal) over tid as foregaende
    from {{ ref('int_rapportomgang') }}
    window tid as (partition by kommun order by brytdatum)
),

antal as (
    select
        kommun, kvartal,
        count(*) filter (where status_vid_bryt = 'ej_verkstalld') as antal_oppna,
        count(*) filter (where rapporttyp = 'ny') as antal_nya,
        count(*) filter (where status_vid_bryt <> 'ej_verkstalld') as antal_slut
    from {{ ref('ej_verkstallda_kvartal') }}
    where ar_rapporteringspliktig and rattelse <> 'struken'
    group by all
)

select omgang.kommun, omgang.kvartal, fore.antal_oppna as antal_fore, nu.antal_oppna, nu.antal_nya, nu.antal_slut
from omgang
left join antal as nu on nu.kommun = omgang.kommun and nu.kvartal = omgang.kvartal
left join antal as fore on fore.kommun = omgang.kommun and fore.kvartal = omgang.foregaende
where omgang.ar_foljd
    and coalesce(nu.antal_oppna, 0)
    <> coalesce(fore.antal_oppna, 0) + coalesce(nu.antal_nya, 0) - coalesce(nu.antal_slut, 0)
