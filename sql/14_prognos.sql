-- What will the year cost, said three ways, and how wrong has each way been?
--
-- One row per municipality and volume group, said with what was known at the newest closed month. Rak: the outcome so
-- far × 12 / months. Placeringar: the outcome so far, invoices still to come, and the nights that open and expected
-- placements have left of the year, at their prices. Ekonomens: the ledger's own forecast. "Medelfel" is the mean size
-- of the errors in the years that are over, said after the same month, in percent of what the year became: read the
-- forecast with it. Null: the way cannot say anything of the group. "Jämförbara grupper" sums the groups that every way
-- can say something of. "Resten av året" judges the controller's forecast: what it leaves for the rest of the year, per
-- placement-year, beside the year so far.
with senaste as (
    select
        kommun, ar, t_o_m_manad, cast(right(t_o_m_manad, 2) as integer) as manad_nr, volymgrupp, metod, prognosversion,
        utfall_kr, prognos_kr, rest_bedomning,
        count(prognos_kr) over (partition by kommun, volymgrupp) as antal_metoder,
        count(distinct case when prognos_kr is not null then metod end) over (partition by kommun) as hogst_antal
    from mart.kostnad_prognos
    where ar_senaste
),

rad as (
    select kommun, ar, t_o_m_manad, manad_nr, volymgrupp, metod, prognosversion, utfall_kr, prognos_kr, rest_bedomning
    from senaste
    union all
    select kommun, ar, t_o_m_manad, manad_nr, 'alla', metod, any_value(prognosversion), sum(utfall_kr), sum(prognos_kr), null
    from senaste
    where antal_metoder = hogst_antal
    group by kommun, ar, t_o_m_manad, manad_nr, metod
)

select
    rad.kommun as "Kommun",
    rad.ar as "År",
    rad.t_o_m_manad as "Till och med",
    coalesce(any_value(volym.namn), 'Jämförbara grupper') as "Volymgrupp",
    any_value(rad.utfall_kr) as "Utfall hittills, kr",
    max(rad.prognos_kr) filter (where rad.metod = 'rak') as "Rak, kr",
    max(rad.prognos_kr) filter (where rad.metod = 'placeringar') as "Placeringar, kr",
    max(rad.prognos_kr) filter (where rad.metod = 'ekonomens') as "Ekonomens, kr",
    round(max(100 * fel.medel_absolutfel_andel) filter (where rad.metod = 'rak'), 1) as "Rak, medelfel %",
    round(max(100 * fel.medel_absolutfel_andel) filter (where rad.metod = 'placeringar'), 1) as "Placeringar, medelfel %",
    round(max(100 * fel.medel_absolutfel_andel) filter (where rad.metod = 'ekonomens'), 1) as "Ekonomens, medelfel %",
    max(fel.antal_ar) as "Prövade år",
    max(rad.prognosversion) as "Version",
    max(bedomning.namn) as "Resten av året"
from rad
left join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
left join mart.kostnad_prognos_traffsakerhet as fel
    on fel.kommun = rad.kommun and fel.manad_nr = rad.manad_nr and fel.volymgrupp = rad.volymgrupp
    and fel.metod = rad.metod
left join seed.koder as bedomning
    on bedomning.kodlista = 'prognos_bedomning' and bedomning.kod = rad.rest_bedomning and rad.metod = 'ekonomens'
group by rad.kommun, rad.ar, rad.t_o_m_manad, rad.volymgrupp
order by rad.kommun, rad.volymgrupp = 'alla', min(volym.ordning);
