-- Every decision, with whether it is favourable and reportable by law: granted in whole or part, under a
-- section that names the duty, and not granted by a court (SoL 34:1; LSS 28 f).
select
    beslut.kommun,
    beslut.beslut_id,
    beslut.person_nyckel,
    beslut.utredning_id,
    beslut.insats,
    beslut.lagrum,
    lagrum.lagrum_id,
    lagrum.lagrumsgrupp,
    lagrum.lagrum_i_kraft,
    beslut.enhet,
    beslut.malgrupp,
    beslut.kon,
    beslut.beslutsdatum,
    coalesce(beslut.utfall, 'bifall') as utfall,
    beslut.beslutsfattare,
    lagrum.gynnande_beslut
    and coalesce(beslut.utfall, 'bifall') in ('bifall', 'delvis_bifall', 'okand')
    and beslut.beslutsfattare is distinct from 'domstol' as ar_gynnande,
    beslut.giltig_till,
    beslut.ersatter_beslut_id,
    beslut.omfattning,
    beslut.omfattning_verkstalld,
    beslut.ansvarig_kommun,
    beslut.verkstallande_kommun,
    -- Who answers for it and who carries it out may be two municipalities, and both report it (SoL 34:4; LSS 28 i).
    case
        when beslut.ansvarig_kommun <> beslut.kommun then 'for_annan'
        when beslut.verkstallande_kommun <> beslut.kommun then 'av_annan'
        else 'egen'
    end as ansvar,
    beslut.verkstalld,
    -- What is executed in part is not executed: the part that is left is reported until it is done.
    beslut.verkstalld is not null and beslut.omfattning_verkstalld < beslut.omfattning as ar_delvis_verkstalld,
    beslut.avbruten,
    beslut.aterupptagen,
    beslut.avslutad,
    coalesce(beslut.avslutad_datum_okant, false) as avslutad_datum_okant,
    beslut.avslutsorsak,
    beslut.orsak,
    beslut.uppdrag_skickat,
    beslut.erbjudande,
    beslut.tackat_nej
from {{ ref('stg_beslut') }} as beslut
left join {{ ref('int_lagrum') }} as lagrum
    on lagrum.lagrum = beslut.lagrum and lagrum.datum = beslut.beslutsdatum
