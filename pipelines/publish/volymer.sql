-- The rows of Volymer och nyckeltal, and why their cost differs from what they are compared with, after disclosure
-- control: for full years and delår. Reads the warehouse, the threshold ($troskel; 0 for the board, which works under
-- secrecy) and dold: the cells that the indicators hide, so that the two never give each other away.
create or replace temp table volym_rad as
with rad as (
    select volymgrupp, avsnitt, rad_volym, rad_kostnad, malgrupp, ordning, avsnitt is not null as ar_tryckt
    from warehouse.mart.dim_volymgrupp
    where avsnitt is not null or $troskel = 0
),

nyckeltal as (
    select n.*
    from warehouse.mart.volym_nyckeltal as n
    -- The indicators say nothing of a period that is not over, so nothing guards its totals.
    where n.periodtyp in ('ar', 'delar') and (n.serie <> 'utfall' or n.ar_fullstandig or $troskel = 0)
),

-- Where placements are delivered for a period, a printed row without any is 0, observed.
iakttagen as (
    select distinct kommun, serie, periodtyp, period, ar_fullstandig
    from nyckeltal
    where serie = 'utfall' and vard_dygn is not null
),

cell as (
    select
        coalesce(n.kommun, i.kommun) as kommun,
        coalesce(n.serie, i.serie) as serie,
        coalesce(n.periodtyp, i.periodtyp) as periodtyp,
        coalesce(n.period, i.period) as period,
        coalesce(n.volymgrupp, i.volymgrupp) as volymgrupp,
        coalesce(n.ar_fullstandig, i.ar_fullstandig) as ar_fullstandig,
        case when i.volymgrupp is not null then coalesce(n.vard_dygn, 0) else n.vard_dygn end as vard_dygn,
        case when i.volymgrupp is not null then coalesce(n.arsplatser, 0) else n.arsplatser end as arsplatser,
        case when i.volymgrupp is not null then coalesce(n.arsplaceringar, 0) else n.arsplaceringar end as arsplaceringar,
        n.nettokostnad_kr,
        n.nettokostnad_exkl_statsbidrag_kr,
        n.kostnad_per_arsplacering_kr,
        n.kostnad_per_arsplacering_exkl_statsbidrag_kr,
        n.dygnskostnad_kr,
        n.saknas_orsak,
        coalesce(n.antal_personer, 0) as antal_personer
    from nyckeltal as n
    full join (
        select iakttagen.*, rad.volymgrupp from iakttagen cross join rad where rad.ar_tryckt
    ) as i
        on i.kommun = n.kommun and i.serie = n.serie and i.periodtyp = n.periodtyp and i.period = n.period
        and i.volymgrupp = n.volymgrupp
),

bokslut as (
    select distinct kommun, left(period, 4) as ar
    from warehouse.mart.fct_ekonomi
    where serie = 'utfall' and right(period, 2) = '13'
),

-- Plans are no persons. An outcome rests on few when its care days do; a cost without care days rests on nobody knows
-- how many, so only its being there is told.
skydd as (
    select
        cell.*,
        cell.serie = 'utfall' and (cell.antal_personer between 1 and $troskel - 1 or dold.volymgrupp is not null)
            as ar_skyddad
    from cell
    left join dold
        on dold.kommun = cell.kommun and dold.periodtyp = cell.periodtyp and dold.period = cell.period
        and dold.volymgrupp = cell.volymgrupp
)

select
    skydd.kommun,
    skydd.serie,
    skydd.periodtyp,
    skydd.period,
    skydd.volymgrupp,
    rad.avsnitt,
    rad.rad_volym,
    rad.rad_kostnad,
    rad.malgrupp,
    rad.ordning,
    skydd.ar_fullstandig,
    case when skydd.serie = 'utfall' and skydd.periodtyp = 'ar' then bokslut.ar is not null end as ar_med_bokslut,
    case when not ar_skyddad then skydd.vard_dygn end as vard_dygn,
    case when not ar_skyddad then skydd.arsplatser end as arsplatser,
    case when not ar_skyddad then skydd.arsplaceringar end as arsplaceringar,
    case when not ar_skyddad and not utan_personer then skydd.nettokostnad_kr end as nettokostnad_kr,
    case when not ar_skyddad and not utan_personer then skydd.nettokostnad_exkl_statsbidrag_kr end
        as nettokostnad_exkl_statsbidrag_kr,
    case when not ar_skyddad then skydd.kostnad_per_arsplacering_kr end as kostnad_per_arsplacering_kr,
    case when not ar_skyddad then skydd.kostnad_per_arsplacering_exkl_statsbidrag_kr end
        as kostnad_per_arsplacering_exkl_statsbidrag_kr,
    case when not ar_skyddad then skydd.dygnskostnad_kr end as dygnskostnad_kr,
    case when not ar_skyddad then skydd.saknas_orsak end as saknas_orsak,
    case when ar_skyddad then 'rojandeskyddad' else 'ok' end as status,
    ar_skyddad or (utan_personer and skydd.nettokostnad_kr is not null) as ar_belopp_skyddat,
    kommun.lage_per,
    vintage.vintage
from (
    select *, $troskel > 0 and serie = 'utfall' and antal_personer = 0 as utan_personer from skydd
) as skydd
inner join rad on rad.volymgrupp = skydd.volymgrupp
inner join warehouse.mart.dim_kommun as kommun on kommun.kommun = skydd.kommun
left join bokslut on bokslut.kommun = skydd.kommun and bokslut.ar = skydd.period
cross join (select distinct vintage from warehouse.mart.dim_vintage) as vintage
order by all;

-- The rows that are no placements. Of an outcome tryckt_varde says what is shown: for everybody the published indicator, for
-- the board the mart's. A plan is no persons.
create or replace temp table volym_indikator_rad as
select
    rad.kommun,
    rad.serie,
    rad.periodtyp,
    rad.period,
    rad.rad_id,
    rad.avsnitt,
    rad.tabell,
    rad.rad,
    om.mening,
    rad.indikator_id,
    rad.definitionsversion,
    rad.uppdelning,
    rad.grupp,
    varde.taljare,
    varde.namnare,
    case when rad.serie = 'utfall' then varde.varde else rad.varde end as varde,
    rad.mattenhet,
    om.decimaler,
    rad.ordning,
    case when rad.serie = 'utfall' then varde.status else rad.status end as status,
    kommun.lage_per,
    vintage.vintage
from warehouse.mart.volym_indikator as rad
inner join warehouse.seed.volymrader as om on om.rad_id = rad.rad_id
inner join warehouse.mart.dim_kommun as kommun on kommun.kommun = rad.kommun
left join tryckt_varde as varde
    on rad.serie = 'utfall' and varde.kommun = rad.kommun and varde.indikator_id = rad.indikator_id
    and varde.definitionsversion = rad.definitionsversion and varde.period = rad.period
    and varde.uppdelning = rad.uppdelning and varde.grupp = rad.grupp
cross join (select distinct vintage from warehouse.mart.dim_vintage) as vintage
order by all;

create or replace temp table volym_skillnad as
with tryckt as (
    select distinct volymgrupp, avsnitt, rad_volym, malgrupp, ordning from volym_rad
),

skyddat_belopp as (
    select distinct kommun, periodtyp, period, volymgrupp from volym_rad where ar_belopp_skyddat
),

-- The split of one row uses the care days of its whole target group. It is given when nothing behind it rests on few.
skyddad_malgrupp as (
    select distinct kommun, periodtyp, period, malgrupp
    from warehouse.mart.kostnad_per_arsplacering
    where serie = 'utfall' and not ar_ensamkommande and antal_personer between 1 and $troskel - 1
    union
    select skyddat_belopp.kommun, skyddat_belopp.periodtyp, skyddat_belopp.period, tryckt.malgrupp
    from skyddat_belopp
    inner join tryckt on tryckt.volymgrupp = skyddat_belopp.volymgrupp
),

summa as (
    select
        a.kommun, a.serie, a.jamforelse, par.namn as jamforelse_namn, a.periodtyp, a.period,
        (left(a.period, 4)::integer - par.ar_bakat)::varchar || substr(a.period, 5) as jamfor_period,
        par.jamfor_serie, a.volymgrupp,
        sum(a.nettokostnad_kr) as nettokostnad_kr,
        sum(a.jamfor_nettokostnad_kr) as jamfor_nettokostnad_kr,
        sum(a.avvikelse_kr) as avvikelse_kr,
        coalesce(sum(a.volym_kr), 0) as volym_kr,
        coalesce(sum(a.pris_kr), 0) as pris_kr,
        coalesce(sum(a.mix_kr), 0) as mix_kr,
        sum(a.ej_uppdelad_kr) as ej_uppdelad_kr
    from warehouse.mart.kostnad_avvikelse as a
    inner join warehouse.seed.kostnad_jamforelser as par on par.serie = a.serie and par.jamforelse = a.jamforelse
    where a.periodtyp in ('ar', 'delar')
    group by all
),

skydd as (
    select
        summa.*, tryckt.avsnitt, tryckt.rad_volym, tryckt.ordning,
        (summa.serie = 'utfall' and denna.volymgrupp is not null)
            or (summa.jamfor_serie = 'utfall' and annan.volymgrupp is not null) as ar_skyddad,
        (summa.serie = 'utfall' and denna_malgrupp.malgrupp is not null)
            or (summa.jamfor_serie = 'utfall' and annan_malgrupp.malgrupp is not null) as ar_delar_skyddade
    from summa
    inner join tryckt on tryckt.volymgrupp = summa.volymgrupp
    left join skyddat_belopp as denna
        on denna.kommun = summa.kommun and denna.periodtyp = summa.periodtyp and denna.period = summa.period
        and denna.volymgrupp = summa.volymgrupp
    left join skyddat_belopp as annan
        on annan.kommun = summa.kommun and annan.periodtyp = summa.periodtyp and annan.period = summa.jamfor_period
        and annan.volymgrupp = summa.volymgrupp
    left join skyddad_malgrupp as denna_malgrupp
        on denna_malgrupp.kommun = summa.kommun and denna_malgrupp.periodtyp = summa.periodtyp
        and denna_malgrupp.period = summa.period and denna_malgrupp.malgrupp = tryckt.malgrupp
    left join skyddad_malgrupp as annan_malgrupp
        on annan_malgrupp.kommun = summa.kommun and annan_malgrupp.periodtyp = summa.periodtyp
        and annan_malgrupp.period = summa.jamfor_period and annan_malgrupp.malgrupp = tryckt.malgrupp
)

select
    kommun,
    serie,
    jamforelse,
    jamforelse_namn,
    periodtyp,
    period,
    volymgrupp,
    avsnitt,
    rad_volym,
    ordning,
    case when not ar_skyddad then nettokostnad_kr end::decimal(18, 2) as nettokostnad_kr,
    case when not ar_skyddad then jamfor_nettokostnad_kr end::decimal(18, 2) as jamfor_nettokostnad_kr,
    case when not ar_skyddad then avvikelse_kr end::decimal(18, 2) as avvikelse_kr,
    case when not ar_skyddad and not ar_delar_skyddade then volym_kr end::decimal(18, 2) as volym_kr,
    case when not ar_skyddad and not ar_delar_skyddade then pris_kr end::decimal(18, 2) as pris_kr,
    case when not ar_skyddad and not ar_delar_skyddade then mix_kr end::decimal(18, 2) as mix_kr,
    case when not ar_skyddad and not ar_delar_skyddade then ej_uppdelad_kr end::decimal(18, 2) as ej_uppdelad_kr,
    case when ar_skyddad then 'rojandeskyddad' else 'ok' end as status,
    case when ar_skyddad or ar_delar_skyddade then 'rojandeskyddad' else 'ok' end as status_delar
from skydd
order by all;
