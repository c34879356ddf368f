-- A series beside what it is compared with (seeds/kostnad_jamforelser.csv), cost group by cost group, and its deviation
-- split exactly. Volume: the target group as a whole has more or fewer care days. Mix: this group's share of them
-- changed. Price: the remainder. A group that had no care days before is valued at the target group's mean price; so
-- its coming is mix. Where the target group has nothing to compare with, the deviation stays unsplit.
with serie as (
    select
        kommun, serie, periodtyp, period, period_slut, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        coalesce(vard_dygn, 0) as vard_dygn, nettokostnad_kr
    from {{ ref('int_kostnad_period') }}
),

-- An outcome is compared when its period is over, and a year when all of it is known.
oppen as (
    select
        serie.kommun, serie.serie, serie.periodtyp, serie.period, serie.volymgrupp, serie.kostnadsgrupp,
        serie.malgrupp, serie.regi,
        serie.lagrumsgrupp, serie.ensamkommande, serie.vard_dygn, serie.nettokostnad_kr
    from serie
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = serie.kommun
    where serie.serie <> 'utfall' or serie.period_slut <= lage.lage_per
),

denna as (
    select
        oppen.kommun, par.serie, par.jamforelse, oppen.periodtyp, oppen.period, oppen.volymgrupp,
        oppen.kostnadsgrupp, oppen.malgrupp,
        oppen.regi, oppen.lagrumsgrupp, oppen.ensamkommande, oppen.vard_dygn, oppen.nettokostnad_kr
    from oppen
    inner join {{ ref('kostnad_jamforelser') }} as par on par.serie = oppen.serie
),

annan as (
    select
        oppen.kommun, par.serie, par.jamforelse, oppen.periodtyp,
        format('{:04d}', cast(left(oppen.period, 4) as integer) + par.ar_bakat) || substr(oppen.period, 5) as period,
        oppen.volymgrupp, oppen.kostnadsgrupp, oppen.malgrupp, oppen.regi, oppen.lagrumsgrupp,
        oppen.ensamkommande, oppen.vard_dygn,
        oppen.nettokostnad_kr
    from oppen
    inner join {{ ref('kostnad_jamforelser') }} as par on par.jamfor_serie = oppen.serie
),

sida as (
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        vard_dygn, nettokostnad_kr, 0 as jamfor_dygn, cast(null as decimal(18, 2)) as jamfor_kr
    from denna
    union all
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        0, null, vard_dygn, nettokostnad_kr
    from annan
),

-- Both sides must know of money in the period; then what is on one side only is a deviation too.
har_bada as (
    select kommun, serie, jamforelse, periodtyp, period
    from sida
    group by all
    having count(nettokostnad_kr) > 0 and count(jamfor_kr) > 0
),

jamford as (
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        sum(vard_dygn) as vard_dygn,
        sum(nettokostnad_kr) as nettokostnad_kr,
        sum(jamfor_dygn) as jamfor_dygn,
        sum(jamfor_kr) as jamfor_kr
    from sida
    semi join har_bada using (kommun, serie, jamforelse, periodtyp, period)
    group by all
),

-- What the split can say something of: care days on some side, and a price wherever there were days before.
delbar as (
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        vard_dygn, nettokostnad_kr, jamfor_dygn, jamfor_kr,
        vard_dygn + jamfor_dygn > 0 and (jamfor_dygn = 0 or jamfor_kr is not null) as ar_delbar
    from jamford
),

malgrupp as (
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        vard_dygn, nettokostnad_kr, jamfor_dygn, jamfor_kr, ar_delbar,
        sum(vard_dygn) filter (where ar_delbar) over malgrupp as dygn_malgrupp,
        sum(jamfor_dygn) filter (where ar_delbar) over malgrupp as jamfor_dygn_malgrupp,
        sum(jamfor_kr) filter (where ar_delbar and jamfor_dygn > 0) over malgrupp as jamfor_kr_malgrupp
    from delbar
    window malgrupp as (partition by kommun, serie, jamforelse, periodtyp, period, malgrupp, ensamkommande)
),

uppdelad as (
    select
        kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi,
        lagrumsgrupp, ensamkommande,
        vard_dygn, nettokostnad_kr, jamfor_dygn, jamfor_kr,
        coalesce(nettokostnad_kr, 0) - coalesce(jamfor_kr, 0) as avvikelse_kr,
        case when ar_delbar and jamfor_dygn_malgrupp > 0 then cast(round(
            (dygn_malgrupp / jamfor_dygn_malgrupp - 1) * case when jamfor_dygn > 0 then jamfor_kr else 0 end, 2
        ) as decimal(18, 2)) end as volym_kr,
        case when ar_delbar and jamfor_dygn_malgrupp > 0 then cast(round(
            case when jamfor_dygn > 0 then (vard_dygn / jamfor_dygn - dygn_malgrupp / jamfor_dygn_malgrupp) * jamfor_kr
                else vard_dygn * jamfor_kr_malgrupp / jamfor_dygn_malgrupp
            end, 2
        ) as decimal(18, 2)) end as mix_kr
    from malgrupp
)

select
    kommun, serie, jamforelse, periodtyp, period, volymgrupp, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
    ensamkommande,
    vard_dygn, nettokostnad_kr, jamfor_dygn, jamfor_kr, avvikelse_kr, volym_kr, mix_kr,
    avvikelse_kr - volym_kr - mix_kr as pris_kr,
    case when volym_kr is null then avvikelse_kr else 0 end as ej_uppdelad_kr
from uppdelad
