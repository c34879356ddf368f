-- The full-year cost per volume group, said three ways with what was known by the end of a month, each beside what the
-- year became.
--   rak         the outcome so far × 12 / months.
--   placeringar the outcome so far + invoices still to come for those months + the nights that the open placements are
--               expected to have left of the year, at their price in force + those expected to come, at the group's mean
--               price. The last two are contract prices: kalibrering, net booked over calculated of the same months,
--               makes them net cost.
--   ekonomens   the ledger's own forecast, in the newest version that was made by then.
-- What a forecast says of the rest of the year is held against the year so far: a cost per placement-year that is
-- far from it, or cannot be, is flagged.
with underlag as (
    select
        kommun, ar, manad_nr, t_o_m_manad, prognos_datum, ar_senaste, volymgrupp, utfall_kr, utfall_dygn,
        utfall_helar_kr, utfall_helar_dygn, efterslapning_kr, kalibrering, medelpris_kr, antal_oppna, oppna_dygn,
        oppna_vard_dygn, antal_nya, nya_dygn, prognosversion, ekonomens_kr, ekonomens_arsplaceringar,
        case when oppna_dygn = 0 then 0
            when oppna_utan_pris_dygn = 0 then kalibrering * oppna_kr
            else kalibrering * (oppna_kr + oppna_utan_pris_dygn * medelpris_kr)
        end as kvar_oppna_kr,
        case when nya_dygn = 0 then 0 else kalibrering * nya_dygn * medelpris_kr end as kvar_nya_kr,
        case when not ar_bokford then 'huvudboken saknar månader' end as saknas_rak,
        case when not ar_bokford then 'huvudboken saknar månader'
            when not ar_prissatt then 'inga prissatta placeringar'
            when kvar_oppna_kr is null or kvar_nya_kr is null then 'pris eller bokförd kostnad saknas'
        end as saknas_placeringar,
        case when prognosversion is null then 'ingen prognos var gjord' end as saknas_ekonomens
    from {{ ref('int_prognos') }}
),

rad as (
    select
        kommun, ar, t_o_m_manad, volymgrupp, 'rak' as metod, saknas_rak as saknas_orsak,
        -- To six decimals first: a half öre is then a half.
        cast(round(cast(utfall_kr * 12 / manad_nr as decimal(18, 6)), 2) as decimal(18, 2)) as prognos_kr,
        utfall_dygn * 12 / manad_nr / 365 as prognos_arsplaceringar,
        cast(null as decimal(18, 2)) as efterslapning_kr,
        cast(null as decimal(18, 2)) as kvar_oppna_kr,
        cast(null as decimal(18, 2)) as kvar_nya_kr,
        cast(null as varchar) as prognosversion
    from underlag
    union all
    select
        kommun, ar, t_o_m_manad, volymgrupp, 'placeringar', saknas_placeringar,
        case when saknas_placeringar is null then
            utfall_kr + cast(efterslapning_kr as decimal(18, 2)) + cast(kvar_oppna_kr as decimal(18, 2))
            + cast(kvar_nya_kr as decimal(18, 2))
        end,
        case when saknas_placeringar is null then (utfall_dygn + oppna_vard_dygn + nya_dygn) / 365 end,
        case when saknas_placeringar is null then efterslapning_kr end,
        case when saknas_placeringar is null then kvar_oppna_kr end,
        case when saknas_placeringar is null then kvar_nya_kr end,
        null
    from underlag
    union all
    select
        kommun, ar, t_o_m_manad, volymgrupp, 'ekonomens', saknas_ekonomens, ekonomens_kr, ekonomens_arsplaceringar,
        null, null, null, prognosversion
    from underlag
),

prognos as (
    select
        rad.kommun, rad.ar, rad.t_o_m_manad, underlag.prognos_datum, underlag.ar_senaste, rad.volymgrupp, rad.metod,
        rad.prognosversion, rad.saknas_orsak,
        underlag.utfall_kr::decimal(18, 2) as utfall_kr,
        rad.efterslapning_kr::decimal(18, 2) as efterslapning_kr,
        rad.kvar_oppna_kr::decimal(18, 2) as kvar_oppna_kr,
        rad.kvar_nya_kr::decimal(18, 2) as kvar_nya_kr,
        rad.prognos_kr::decimal(18, 2) as prognos_kr,
        underlag.utfall_helar_kr::decimal(18, 2) as utfall_helar_kr,
        (underlag.utfall_dygn / 365)::decimal(18, 6) as utfall_arsplaceringar,
        rad.prognos_arsplaceringar::decimal(18, 6) as prognos_arsplaceringar,
        (underlag.utfall_helar_dygn / 365)::decimal(18, 6) as utfall_helar_arsplaceringar,
        -- How the placements' own forecast was made.
        rad.kvar_oppna_kr is not null as ar_av_placeringar,
        underlag.kalibrering, underlag.medelpris_kr, underlag.antal_oppna, underlag.oppna_dygn, underlag.antal_nya,
        underlag.nya_dygn,
        underlag.manad_nr = 12 as ar_hela_aret
    from rad
    inner join underlag
        on underlag.kommun = rad.kommun and underlag.t_o_m_manad = rad.t_o_m_manad
        and underlag.volymgrupp = rad.volymgrupp
),

resten as (
    select
        kommun, t_o_m_manad, volymgrupp, metod, utfall_kr, utfall_arsplaceringar,
        prognos_kr - utfall_kr as rest_kr,
        prognos_arsplaceringar - utfall_arsplaceringar as rest_arsplaceringar,
        utfall_kr / nullif(utfall_arsplaceringar, 0) as hittills_pris_kr,
        (prognos_kr - utfall_kr) / nullif(prognos_arsplaceringar - utfall_arsplaceringar, 0) as rest_pris_kr
    from prognos
    where not ar_hela_aret
)

select
    prognos.kommun,
    cast(prognos.ar as integer) as ar,
    prognos.t_o_m_manad,
    prognos.prognos_datum,
    prognos.ar_senaste,
    prognos.volymgrupp,
    prognos.metod,
    prognos.prognosversion,
    prognos.utfall_kr,
    prognos.efterslapning_kr,
    prognos.kvar_oppna_kr,
    prognos.kvar_nya_kr,
    case when prognos.ar_av_placeringar then prognos.kalibrering end::decimal(18, 6) as kalibrering,
    case when prognos.ar_av_placeringar then prognos.antal_oppna end::bigint as antal_oppna,
    case when prognos.ar_av_placeringar then prognos.oppna_dygn end::decimal(18, 4) as kvar_oppna_dygn,
    case when prognos.ar_av_placeringar then prognos.antal_nya end::decimal(18, 4) as antal_nya_vantade,
    case when prognos.ar_av_placeringar then prognos.nya_dygn end::decimal(18, 4) as kvar_nya_dygn,
    case when prognos.ar_av_placeringar then prognos.medelpris_kr end::decimal(18, 2) as medelpris_kr,
    prognos.prognos_kr,
    prognos.utfall_arsplaceringar,
    prognos.prognos_arsplaceringar,
    prognos.saknas_orsak,
    prognos.utfall_helar_kr,
    (prognos.prognos_kr - prognos.utfall_helar_kr)::decimal(18, 2) as fel_kr,
    ((prognos.prognos_kr - prognos.utfall_helar_kr) / nullif(abs(prognos.utfall_helar_kr), 0))::decimal(18, 6)
        as fel_andel,
    prognos.utfall_helar_arsplaceringar,
    resten.rest_kr::decimal(18, 2) as rest_kr,
    resten.rest_arsplaceringar::decimal(18, 6) as rest_arsplaceringar,
    resten.hittills_pris_kr::decimal(18, 2) as hittills_kostnad_per_arsplacering_kr,
    resten.rest_pris_kr::decimal(18, 2) as rest_kostnad_per_arsplacering_kr,
    case
        when (resten.rest_kr < 0 and resten.utfall_kr >= 0) or resten.rest_arsplaceringar < 0 then 'omojlig'
        when resten.rest_arsplaceringar = 0 and resten.utfall_arsplaceringar > 0 and resten.rest_kr > 0 then 'omojlig'
        when abs(resten.rest_pris_kr / nullif(resten.hittills_pris_kr, 0) - 1) > antagande.varde then 'avviker'
        when resten.rest_pris_kr / nullif(resten.hittills_pris_kr, 0) is not null then 'rimlig'
    end as rest_bedomning
from prognos
left join resten
    on resten.kommun = prognos.kommun and resten.t_o_m_manad = prognos.t_o_m_manad
    and resten.volymgrupp = prognos.volymgrupp and resten.metod = prognos.metod
cross join (select varde from {{ ref('prognosantaganden') }} where antagande = 'rimlig_andel') as antagande
