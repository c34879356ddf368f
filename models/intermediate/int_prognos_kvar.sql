-- What the placements of a group are expected to have left of the year, on the day of each forecast: the open ones, and
-- those to come, as many a day as lately. How long a placement lasts is the group's own history when it has enough ends,
-- else that of its form, else that of the whole municipality (int_prognos_overlevnad; seeds/prognosantaganden.csv).
with tillfalle as (
    select
        tillfalle.kommun, tillfalle.prognos_datum, tillfalle.dygn_kvar, tillfalle.historik_efter,
        (select varde from {{ ref('prognosantaganden') }} where antagande = 'min_avslut') as min_avslut
    from {{ ref('int_prognos_tillfalle') }} as tillfalle
),

-- The forms that each group has had, and how many placements of them began lately.
par as (
    select
        plac.kommun, plac.prognos_datum, plac.volymgrupp, plac.placeringsform, tillfalle.dygn_kvar,
        tillfalle.min_avslut,
        bool_or(plac.dygnspris_kr is not null) as ar_prissatt,
        count(*) filter (where plac.start > tillfalle.historik_efter)
        / any_value(cast(tillfalle.prognos_datum - tillfalle.historik_efter as integer)) as nya_per_dygn
    from {{ ref('int_prognos_placering') }} as plac
    inner join tillfalle on tillfalle.kommun = plac.kommun and tillfalle.prognos_datum = plac.prognos_datum
    group by all
),

avslut as (
    select kommun, prognos_datum, niva, grupp, antal_avslut
    from {{ ref('int_prognos_overlevnad') }}
    where dygn = 0
),

-- Whose history tells how long a placement of the group and form lasts.
kurva_av as (
    select
        par.kommun, par.prognos_datum, par.volymgrupp, par.placeringsform, par.dygn_kvar, par.ar_prissatt,
        par.nya_per_dygn,
        case when egen.antal_avslut >= par.min_avslut then 'volymgrupp'
            when form.antal_avslut >= par.min_avslut then 'placeringsform'
            else 'kommun'
        end as niva,
        case when egen.antal_avslut >= par.min_avslut then par.volymgrupp
            when form.antal_avslut >= par.min_avslut then par.placeringsform
            else par.kommun
        end as grupp
    from par
    inner join avslut as egen
        on egen.kommun = par.kommun and egen.prognos_datum = par.prognos_datum
        and egen.niva = 'volymgrupp' and egen.grupp = par.volymgrupp
    inner join avslut as form
        on form.kommun = par.kommun and form.prognos_datum = par.prognos_datum
        and form.niva = 'placeringsform' and form.grupp = par.placeringsform
),

oppen as (
    select
        plac.kommun, plac.prognos_datum, plac.volymgrupp, plac.placering_id, plac.dygn, plac.dygnspris_kr,
        plac.har_vard_dygn, kurva_av.niva, kurva_av.grupp, kurva_av.dygn_kvar,
        plac.dygn + kurva_av.dygn_kvar as dygn_vid_arsslut
    from {{ ref('int_prognos_placering') }} as plac
    inner join kurva_av
        on kurva_av.kommun = plac.kommun and kurva_av.prognos_datum = plac.prognos_datum
        and kurva_av.volymgrupp = plac.volymgrupp and kurva_av.placeringsform = plac.placeringsform
    where not plac.ar_avslutad
),

-- Nights left of one that has lasted longer than x nights: the sum of S(x + j) / S(x) over the nights j that are left.
oppen_kvar as (
    select
        oppen.kommun, oppen.prognos_datum, oppen.volymgrupp, oppen.dygnspris_kr, oppen.har_vard_dygn,
        coalesce(
            (sedan.dygn_summa + sedan.kvar_andel * (oppen.dygn_vid_arsslut + 1 - sedan.dygn)
                - nu.dygn_summa - nu.kvar_andel * (oppen.dygn + 1 - nu.dygn)) / nullif(nu.kvar_andel, 0),
            oppen.dygn_kvar
        ) as kvar_dygn
    from oppen
    asof inner join {{ ref('int_prognos_overlevnad') }} as nu
        on nu.kommun = oppen.kommun and nu.prognos_datum = oppen.prognos_datum and nu.niva = oppen.niva
        and nu.grupp = oppen.grupp and oppen.dygn >= nu.dygn
    asof inner join {{ ref('int_prognos_overlevnad') }} as sedan
        on sedan.kommun = oppen.kommun and sedan.prognos_datum = oppen.prognos_datum and sedan.niva = oppen.niva
        and sedan.grupp = oppen.grupp and oppen.dygn_vid_arsslut >= sedan.dygn
),

oppna as (
    select
        kvar.kommun, kvar.prognos_datum, kvar.volymgrupp,
        count(*) as antal_oppna,
        sum(kvar.kvar_dygn) as oppna_dygn,
        sum(kvar.kvar_dygn) filter (where kvar.har_vard_dygn) as oppna_vard_dygn,
        sum(kvar.kvar_dygn * kvar.dygnspris_kr) as oppna_kr,
        sum(kvar.kvar_dygn) filter (where kvar.dygnspris_kr is null) as oppna_utan_pris_dygn
    from oppen_kvar as kvar
    group by all
),

-- One that begins i nights into the rest of the year has the nights 0 to kvar − i − 1: night s is had by kvar − s starts.
nya as (
    select
        kurva_av.kommun, kurva_av.prognos_datum, kurva_av.volymgrupp,
        sum(kurva_av.nya_per_dygn * kurva_av.dygn_kvar) filter (where steg.dygn = 0) as antal_nya,
        sum(kurva_av.nya_per_dygn * steg.kvar_andel * (till.dygn - steg.dygn)
            * (kurva_av.dygn_kvar - (steg.dygn + till.dygn - 1) / 2)) as nya_dygn,
        bool_or(kurva_av.ar_prissatt) as ar_prissatt
    from kurva_av
    inner join {{ ref('int_prognos_overlevnad') }} as steg
        on steg.kommun = kurva_av.kommun and steg.prognos_datum = kurva_av.prognos_datum and steg.niva = kurva_av.niva
        and steg.grupp = kurva_av.grupp and (steg.dygn < kurva_av.dygn_kvar or steg.dygn = 0)
    cross join lateral (
        select greatest(least(coalesce(steg.till_dygn, kurva_av.dygn_kvar), kurva_av.dygn_kvar), steg.dygn) as dygn
    ) as till
    group by all
)

select
    nya.kommun,
    nya.prognos_datum,
    nya.volymgrupp,
    nya.ar_prissatt,
    coalesce(oppna.antal_oppna, 0) as antal_oppna,
    coalesce(oppna.oppna_dygn, 0) as oppna_dygn,
    coalesce(oppna.oppna_vard_dygn, 0) as oppna_vard_dygn,
    coalesce(oppna.oppna_kr, 0) as oppna_kr,
    coalesce(oppna.oppna_utan_pris_dygn, 0) as oppna_utan_pris_dygn,
    nya.antal_nya,
    nya.nya_dygn
from nya
left join oppna
    on oppna.kommun = nya.kommun and oppna.prognos_datum = nya.prognos_datum and oppna.volymgrupp = nya.volymgrupp
