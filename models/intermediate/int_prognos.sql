-- What a full-year forecast may be said from, per volume group, on the day of each: money booked by then, care days by
-- then, what the placements are expected to have left (int_prognos_kvar), the ledger's own forecast that was made by
-- then (seeds/prognosversioner.csv), and, when the year is over, what it became.
with tillfalle as (
    select
        kommun, ar, manad_nr, t_o_m_manad, prognos_datum, historik_efter, ar_senaste, ar_over,
        antal_manader = manad_nr as ar_bokford,
        date_diff('month', historik_efter, prognos_datum) as historik_manader
    from {{ ref('int_prognos_tillfalle') }}
),

raknat as (
    select
        dygn.kommun, grupp.volymgrupp, dygn.manad_start as start_datum,
        sum(dygn.vard_dygn) as vard_dygn,
        sum(dygn.prissatta_dygn) as prissatta_dygn,
        sum(dygn.beraknad_kostnad_kr) as beraknad_kr
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    inner join {{ ref('int_volymgrupp') }} as grupp on {{ placeringens_grupp('dygn', 'plac', 'grupp') }}
    where not plac.medplacerad
    group by all
),

forsta as (
    select kommun, min(start_datum) as start_datum from raknat group by kommun
),

-- Outcome by bookkeeping month, and what of it came after the month that it is for. To the closing period everything
-- comes late.
bokfort as (
    select
        rad.kommun, grupp.volymgrupp, manad.ar, manad.nr, manad.start_datum, manad.slut_datum,
        manad.start_datum >= forsta.start_datum as har_placeringar,
        sum(rad.belopp_kr) as netto_kr,
        sum(rad.belopp_kr) filter (where rad.avser_till < manad.start_datum or (manad.ar_bokslut and rad.avser_till is not null))
            as sen_kr
    from {{ ref('int_ekonomi') }} as rad
    inner join {{ ref('int_manad') }} as manad on manad.manad = rad.period
    inner join {{ ref('int_volymgrupp') }} as grupp on {{ samma_grupp('rad', 'grupp') }}
    left join forsta on forsta.kommun = rad.kommun
    where rad.serie = 'utfall'
    group by all
),

pengar as (
    select
        kommun, prognos_datum, volymgrupp,
        sum(netto_kr) filter (where i_ar and nr <= manad_nr) as utfall_kr,
        sum(netto_kr) filter (where i_ar) as utfall_helar_kr,
        sum(netto_kr) filter (where nyligen and har_placeringar) as netto_kr,
        sum(sen_kr) filter (where nyligen) as sen_kr
    from (
        select
            tillfalle.kommun, tillfalle.prognos_datum, tillfalle.manad_nr, bokfort.volymgrupp, bokfort.nr,
            bokfort.har_placeringar, bokfort.netto_kr, bokfort.sen_kr,
            bokfort.ar = tillfalle.ar as i_ar,
            bokfort.slut_datum > tillfalle.historik_efter and bokfort.slut_datum <= tillfalle.prognos_datum
                and not (bokfort.ar = tillfalle.ar and bokfort.nr = 13) as nyligen
        from tillfalle
        inner join bokfort
            on bokfort.kommun = tillfalle.kommun
            and (bokfort.ar = tillfalle.ar or bokfort.slut_datum > tillfalle.historik_efter)
    )
    group by kommun, prognos_datum, volymgrupp
),

dygn as (
    select
        kommun, prognos_datum, volymgrupp,
        sum(vard_dygn) filter (where i_ar and start_datum <= prognos_datum) as utfall_dygn,
        sum(vard_dygn) filter (where i_ar) as utfall_helar_dygn,
        sum(prissatta_dygn) filter (where nyligen) as prissatta_dygn,
        sum(beraknad_kr) filter (where nyligen) as beraknad_kr,
        -- What can be held against the ledger: months that it knows too.
        sum(beraknad_kr) filter (where nyligen and ar_bokford) as bokford_beraknad_kr
    from (
        select
            tillfalle.kommun, tillfalle.prognos_datum, raknat.volymgrupp, raknat.start_datum, raknat.vard_dygn,
            raknat.prissatta_dygn, raknat.beraknad_kr,
            year(raknat.start_datum) = tillfalle.ar as i_ar,
            raknat.start_datum > tillfalle.historik_efter and raknat.start_datum <= tillfalle.prognos_datum as nyligen,
            bokford.kommun is not null as ar_bokford
        from tillfalle
        inner join raknat
            on raknat.kommun = tillfalle.kommun
            and (year(raknat.start_datum) = tillfalle.ar or raknat.start_datum > tillfalle.historik_efter)
        left join (select distinct kommun, start_datum from bokfort) as bokford
            on bokford.kommun = raknat.kommun and bokford.start_datum = raknat.start_datum
    )
    group by kommun, prognos_datum, volymgrupp
),

-- The newest version that was made by then.
gjord as (
    select
        tillfalle.kommun, tillfalle.prognos_datum, tillfalle.ar,
        arg_max(version.version, (version.manad_nr, version.version)) as version
    from tillfalle
    inner join (
        select distinct
            ekonomi.kommun, cast(left(ekonomi.period, 4) as integer) as ar, ekonomi.version, kand.manad_nr
        from {{ ref('stg_ekonomi') }} as ekonomi
        inner join {{ ref('prognosversioner') }} as kand on ekonomi.version glob kand.version_monster
        where ekonomi.serie = 'prognos'
    ) as version
        on version.kommun = tillfalle.kommun and version.ar = tillfalle.ar and version.manad_nr <= tillfalle.manad_nr
    group by all
),

ekonomens as (
    select kommun, ar, version, volymgrupp, sum(kr) as kr, sum(arsplaceringar) as arsplaceringar
    from (
        select
            rad.kommun, cast(left(rad.period, 4) as integer) as ar, rad.version, grupp.volymgrupp, rad.belopp_kr as kr,
            null as arsplaceringar
        from {{ ref('int_ekonomi') }} as rad
        inner join {{ ref('int_volymgrupp') }} as grupp on {{ samma_grupp('rad', 'grupp') }}
        where rad.serie = 'prognos'
        union all
        select
            rad.kommun, cast(left(rad.period, 4) as integer), rad.version, grupp.volymgrupp, null, rad.arsplaceringar
        from (
            select
                kommun, period, version, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false as ensamkommande,
                arsplaceringar
            from {{ ref('stg_volymplan') }}
            where serie = 'prognos'
        ) as rad
        inner join {{ ref('int_volymgrupp') }} as grupp on {{ samma_grupp('rad', 'grupp') }}
    )
    group by kommun, ar, version, volymgrupp
)

select
    tillfalle.kommun,
    tillfalle.ar,
    tillfalle.manad_nr,
    tillfalle.t_o_m_manad,
    tillfalle.prognos_datum,
    tillfalle.ar_senaste,
    tillfalle.ar_bokford,
    grupp.volymgrupp,
    case when tillfalle.ar_bokford then coalesce(pengar.utfall_kr, 0) end as utfall_kr,
    coalesce(dygn.utfall_dygn, 0) as utfall_dygn,
    case when tillfalle.ar_over then coalesce(pengar.utfall_helar_kr, 0) end as utfall_helar_kr,
    case when tillfalle.ar_over then coalesce(dygn.utfall_helar_dygn, 0) end as utfall_helar_dygn,
    -- Invoices still to come for the months that are closed: as much as lately has come late, a month.
    coalesce(pengar.sen_kr, 0) / tillfalle.historik_manader as efterslapning_kr,
    cast(pengar.netto_kr / nullif(dygn.bokford_beraknad_kr, 0) as decimal(18, 6)) as kalibrering,
    dygn.beraknad_kr / nullif(dygn.prissatta_dygn, 0) as medelpris_kr,
    coalesce(kvar.ar_prissatt, false) as ar_prissatt,
    coalesce(kvar.antal_oppna, 0) as antal_oppna,
    coalesce(kvar.oppna_dygn, 0) as oppna_dygn,
    coalesce(kvar.oppna_vard_dygn, 0) as oppna_vard_dygn,
    coalesce(kvar.oppna_kr, 0) as oppna_kr,
    coalesce(kvar.oppna_utan_pris_dygn, 0) as oppna_utan_pris_dygn,
    coalesce(kvar.antal_nya, 0) as antal_nya,
    coalesce(kvar.nya_dygn, 0) as nya_dygn,
    gjord.version as prognosversion,
    case when gjord.version is not null then coalesce(ekonomens.kr, 0) end as ekonomens_kr,
    ekonomens.arsplaceringar as ekonomens_arsplaceringar
from tillfalle
inner join (select distinct kommun, volymgrupp from {{ ref('int_volymgrupp') }}) as grupp
    on grupp.kommun = tillfalle.kommun
left join pengar
    on pengar.kommun = tillfalle.kommun and pengar.prognos_datum = tillfalle.prognos_datum
    and pengar.volymgrupp = grupp.volymgrupp
left join dygn
    on dygn.kommun = tillfalle.kommun and dygn.prognos_datum = tillfalle.prognos_datum
    and dygn.volymgrupp = grupp.volymgrupp
left join {{ ref('int_prognos_kvar') }} as kvar
    on kvar.kommun = tillfalle.kommun and kvar.prognos_datum = tillfalle.prognos_datum
    and kvar.volymgrupp = grupp.volymgrupp
left join gjord on gjord.kommun = tillfalle.kommun and gjord.prognos_datum = tillfalle.prognos_datum
left join ekonomens
    on ekonomens.kommun = tillfalle.kommun and ekonomens.ar = tillfalle.ar
    and ekonomens.version = gjord.version and ekonomens.volymgrupp = grupp.volymgrupp
