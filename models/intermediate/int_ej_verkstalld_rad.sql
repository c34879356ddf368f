-- The rows of the rounds that are not yet frozen. What has been sent is never rewritten: the first round after the frozen
-- ones carries on from what was sent, and what is known better now appears there as a correction.
with omgang as (
    select
        omgang.kommun, omgang.kvartal, omgang.brytdatum, fryst.brytdatum as fryst_till, fryst.kvartal as fryst_kvartal,
        fryst.fryst_lage_per,
        coalesce(fryst.brytdatum is not null and row_number() over tid = 1, false) as ar_efter_fryst
    from {{ ref('int_rapportomgang') }} as omgang
    left join (
        select kommun, brytdatum, kvartal, fryst_lage_per
        from {{ ref('int_rapportomgang') }}
        where ar_fryst
        qualify row_number() over (partition by kommun order by brytdatum desc) = 1
    ) as fryst on fryst.kommun = omgang.kommun
    where not omgang.ar_fryst
    window tid as (partition by omgang.kommun order by omgang.brytdatum)
),

efter_fryst as (
    select kommun, kvartal, brytdatum, fryst_till, fryst_kvartal, fryst_lage_per from omgang where ar_efter_fryst
),

klocka as (
    select
        kommun, beslut_id, klocka, klocka_nr, insats, enhet, lagrum_id, start_datum, rapporteras_fran_datum,
        stopp_datum, stopp_handelse, utfall, avslutad_datum_okant, forst_kand_datum,
        case stopp_handelse when 'avslutad' then 'avslutad' else 'verkstalld' end as slut_status
    from {{ ref('int_ej_verkstalld_klocka') }}
),

-- What was sent, under the number that the clock has now: an older interruption that is registered late moves the others.
sand as (
    select
        sand.kommun, sand.beslut_id, sand.klocka, coalesce(klocka.klocka_nr, sand.klocka_nr) as klocka_nr, sand.kvartal,
        sand.brytdatum, sand.insats, sand.enhet, sand.lagrum_id, sand.start_datum, sand.status_vid_bryt, sand.slut_datum,
        coalesce(sand.ar_rapporteringspliktig, false) as ar_rapporteringspliktig
    from {{ ref('int_ej_verkstalld_sand') }} as sand
    left join klocka
        on klocka.kommun = sand.kommun and klocka.beslut_id = sand.beslut_id and klocka.klocka = sand.klocka
        and klocka.start_datum = sand.start_datum
),

-- What was last said of each clock, and whether that left it open.
sagt as (
    select
        sand.kommun, sand.beslut_id, sand.klocka, sand.klocka_nr, sand.kvartal, sand.brytdatum, sand.insats, sand.enhet,
        sand.lagrum_id, sand.start_datum, sand.status_vid_bryt, sand.slut_datum, sand.ar_rapporteringspliktig,
        sand.status_vid_bryt = 'ej_verkstalld' and sand.kvartal = efter_fryst.fryst_kvartal as ar_oppen
    from sand
    inner join efter_fryst on efter_fryst.kommun = sand.kommun
    qualify row_number() over (
        partition by sand.kommun, sand.beslut_id, sand.klocka, sand.klocka_nr order by sand.brytdatum desc
    ) = 1
),

nu as (
    select
        nu.kommun, nu.kvartal, nu.beslut_id, nu.klocka, nu.klocka_nr, nu.rapporttyp, nu.status_vid_bryt, nu.slut_datum,
        nu.ar_rapporteringspliktig, omgang.ar_efter_fryst, omgang.fryst_till, omgang.fryst_lage_per
    from {{ ref('int_ej_verkstalld_nu') }} as nu
    inner join omgang on omgang.kommun = nu.kommun and omgang.kvartal = nu.kvartal
),

-- What the round holds whatever was sent before, set against that.
kand as (
    select
        nu.kommun, nu.kvartal, nu.beslut_id, nu.klocka, nu.klocka_nr, nu.status_vid_bryt, nu.slut_datum,
        nu.ar_rapporteringspliktig,
        case when not nu.ar_efter_fryst then nu.rapporttyp when sagt.ar_oppen then 'aterrapport' else 'ny' end
            as rapporttyp,
        case
            when not nu.ar_efter_fryst then 'ingen'
            when sagt.ar_oppen and (
                sagt.insats <> klocka.insats or sagt.start_datum <> klocka.start_datum
                or sagt.lagrum_id <> klocka.lagrum_id
            ) then 'andrad'
            when sagt.ar_oppen then 'ingen'
            when sagt.ar_rapporteringspliktig then 'tillagd'
            when nu.ar_rapporteringspliktig and klocka.rapporteras_fran_datum <= nu.fryst_till then 'tillagd'
            else 'ingen'
        end as rattelse,
        case
            when sagt.ar_oppen then 'andrade_uppgifter'
            when sagt.ar_rapporteringspliktig then 'ater_oppen'
            when klocka.forst_kand_datum > nu.fryst_lage_per then 'sent_registrerad'
            else 'andrade_uppgifter'
        end as skal,
        case when nu.ar_efter_fryst and sagt.ar_oppen then sagt.enhet end as enhet_fore,
        case when nu.ar_efter_fryst and sagt.ar_oppen then sagt.insats end as insats_fore
    from nu
    inner join klocka on {{ samma_klocka('klocka', 'nu') }}
    left join sagt on {{ samma_klocka('sagt', 'nu') }}
    -- What was sent as open and should not have been is struck, below.
    where nu.ar_rapporteringspliktig or not nu.ar_efter_fryst or not coalesce(sagt.ar_oppen, false)
),

-- What was sent as open and is not in the round: it ended before the last cut, it should not have been there, or it
-- cannot be judged. Nothing leaves the report because a row is gone.
borta as (
    select
        sagt.kommun, efter_fryst.kvartal, sagt.beslut_id, sagt.klocka, sagt.klocka_nr, sagt.enhet, sagt.insats,
        sagt.slut_datum,
        klocka.stopp_datum,
        case
            when klocka.utfall = 'rapporteringspliktig' and klocka.stopp_datum is not null then klocka.slut_status
            when klocka.utfall = 'ej_bedombar' and klocka.avslutad_datum_okant then 'avslutad'
            when klocka.utfall = 'ej_bedombar' or beslut.beslut_id is null then 'ej_verkstalld'
            else 'struken'
        end as status_vid_bryt,
        case
            when klocka.utfall = 'rapporteringspliktig' then 'andrat_slut'
            when klocka.utfall = 'ej_bedombar' then 'ej_bedombar'
            when klocka.utfall = 'ej_rapporteringspliktig' then 'i_tid'
            when beslut.beslut_id is null then 'saknas'
            when klocka.utfall is null and not beslut.ar_gynnande then 'ej_gynnande'
            else 'andrade_uppgifter'
        end as skal
    from sagt
    inner join efter_fryst on efter_fryst.kommun = sagt.kommun
    anti join nu on nu.ar_efter_fryst and nu.ar_rapporteringspliktig and {{ samma_klocka('nu', 'sagt') }}
    left join klocka on {{ samma_klocka('klocka', 'sagt') }}
    left join {{ ref('int_beslut') }} as beslut on beslut.kommun = sagt.kommun and beslut.beslut_id = sagt.beslut_id
    where sagt.ar_oppen
),

-- What should have been in a round that is frozen, never was or was struck, and has ended since.
missad as (
    select distinct
        nu.kommun, efter_fryst.kvartal, nu.beslut_id, nu.klocka, nu.klocka_nr, klocka.slut_status, klocka.stopp_datum,
        case when klocka.forst_kand_datum > efter_fryst.fryst_lage_per then 'sent_registrerad' else 'andrade_uppgifter' end
            as skal
    from {{ ref('int_ej_verkstalld_nu') }} as nu
    inner join {{ ref('int_rapportomgang') }} as fryst
        on fryst.kommun = nu.kommun and fryst.kvartal = nu.kvartal and fryst.ar_fryst
    inner join efter_fryst on efter_fryst.kommun = nu.kommun
    inner join klocka on {{ samma_klocka('klocka', 'nu') }}
    anti join sagt
        on sagt.ar_rapporteringspliktig and sagt.status_vid_bryt <> 'struken' and {{ samma_klocka('sagt', 'nu') }}
    where nu.ar_rapporteringspliktig and klocka.stopp_datum <= efter_fryst.fryst_till
),

-- What was sent as ended, and is now known to have ended otherwise. It is not in the stock again.
rattad as (
    select
        sagt.kommun, efter_fryst.kvartal, sagt.beslut_id, sagt.klocka, sagt.klocka_nr, klocka.slut_status,
        klocka.stopp_datum, klocka.utfall = 'ej_rapporteringspliktig' as ar_struken
    from sagt
    inner join efter_fryst on efter_fryst.kommun = sagt.kommun
    inner join klocka on {{ samma_klocka('klocka', 'sagt') }}
    where sagt.ar_rapporteringspliktig and sagt.status_vid_bryt in ('verkstalld', 'avslutad')
        and klocka.stopp_datum <= efter_fryst.fryst_till
        and (
            klocka.stopp_datum is distinct from sagt.slut_datum or klocka.slut_status <> sagt.status_vid_bryt
            or klocka.insats <> sagt.insats or klocka.start_datum <> sagt.start_datum
            or klocka.utfall = 'ej_rapporteringspliktig'
        )
)

select
    kommun, kvartal, beslut_id, klocka, klocka_nr, rapporttyp, status_vid_bryt, slut_datum, ar_rapporteringspliktig,
    rattelse, case when rattelse <> 'ingen' then skal end as rattelse_skal, enhet_fore, insats_fore
from kand
union all
select
    kommun, kvartal, beslut_id, klocka, klocka_nr, 'aterrapport', status_vid_bryt,
    case when status_vid_bryt in ('verkstalld', 'avslutad') then stopp_datum end, true,
    case
        when status_vid_bryt = 'struken' then 'struken'
        when skal = 'andrat_slut' then 'andrad'
        else 'ingen'
    end,
    case when status_vid_bryt <> 'avslutad' or skal <> 'ej_bedombar' then skal end, enhet, insats
from borta
union all
-- What stands open without anything to judge it by stands in the rounds after that one too.
select
    borta.kommun, omgang.kvartal, borta.beslut_id, borta.klocka, borta.klocka_nr, 'aterrapport', 'ej_verkstalld', null,
    true, 'ingen', borta.skal, borta.enhet, borta.insats
from borta
inner join omgang on omgang.kommun = borta.kommun and not omgang.ar_efter_fryst
where borta.status_vid_bryt = 'ej_verkstalld'
union all
select kommun, kvartal, beslut_id, klocka, klocka_nr, 'ny', slut_status, stopp_datum, true, 'tillagd', skal, null, null
from missad
union all
select
    kommun, kvartal, beslut_id, klocka, klocka_nr, 'rattelse', case when ar_struken then 'struken' else slut_status end,
    stopp_datum, true, case when ar_struken then 'struken' else 'andrad' end,
    case when ar_struken then 'i_tid' else 'andrade_uppgifter' end, null, null
from rattad
