-- Indicator family: one row per reportable decision clock and round.
select
    rad.kommun,
    rad.kvartal,
    coalesce(beslut.person_nyckel, rad.beslut_id) as bas_id,
    rad.kon,
    coalesce(rad.enhet, 'okand') as enhet,
    rad.malgrupp,
    rad.insats,
    coalesce(rad.lagrumsgrupp, 'okand') as lagrumsgrupp,
    rad.klocka,
    rad.rapporttyp,
    rad.status_vid_bryt,
    coalesce(rad.orsak, 'okand') as orsak,
    coalesce(rad.vantetidsband, 'okand') as vantetidsband,
    case
        when rad.antal_tackat_nej > 0 or rad.orsak is not distinct from 'tackat_nej' then 'ja'
        else 'nej'
    end as tackat_nej,
    1 as antal,
    case when rad.status_vid_bryt = 'ej_verkstalld' then 1 else 0 end as ar_oppen,
    rad.dagar
from {{ ref('ej_verkstallda_kvartal') }} as rad
left join {{ ref('int_beslut') }} as beslut on beslut.kommun = rad.kommun and beslut.beslut_id = rad.beslut_id
where rad.ar_rapporteringspliktig and rad.rapporttyp <> 'rattelse' and rad.status_vid_bryt <> 'struken'
