-- Catches a decision that falls out between two rounds, comes back as new, or changes unit or insats unseen: the flows of
-- a round lead from its opening stock to its closing one, and that is what the next round opens with.
with forra as (
    select flode.kommun, omgang.kvartal, flode.enhet, flode.insats, flode.antal_utgaende
    from {{ ref('ej_verkstallda_flode') }} as flode
    inner join {{ ref('ej_verkstallda_omgang') }} as omgang
        on omgang.kommun = flode.kommun and omgang.foregaende_kvartal = flode.kvartal
),

foljd as (
    select flode.*
    from {{ ref('ej_verkstallda_flode') }} as flode
    inner join {{ ref('ej_verkstallda_omgang') }} as omgang
        on omgang.kommun = flode.kommun and omgang.kvartal = flode.kvartal and omgang.foregaende_kvartal is not null
)

select kommun, kvartal, enhet, insats, 'flodet går inte ihop' as fel
from {{ ref('ej_verkstallda_flode') }}
where antal_utgaende <> antal_ingaende + antal_nya + antal_tillagda - antal_verkstallda - antal_avslutade - antal_strukna
    + antal_flyttade_in - antal_flyttade_ut + antal_andrade_in - antal_andrade_ut
union all
select
    coalesce(foljd.kommun, forra.kommun), coalesce(foljd.kvartal, forra.kvartal), coalesce(foljd.enhet, forra.enhet),
    coalesce(foljd.insats, forra.insats), 'ingående är inte förra utgående'
from foljd
full join forra
    on forra.kommun = foljd.kommun and forra.kvartal = foljd.kvartal and forra.enhet = foljd.enhet
    and forra.insats = foljd.insats
where coalesce(foljd.antal_ingaende, 0) <> coalesce(forra.antal_utgaende, 0)
