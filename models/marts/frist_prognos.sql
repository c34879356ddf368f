-- How many will be late among those that fall due in the quarter, said at a day in it, from how such clocks went before:
-- of those open so many days before they were due, how many became late. The same is said, with what was known then, on
-- the same day of the eight quarters before, and held against how it went: the error that the forecast really has.
with utfall as (
    select
        kommun, regel_id, start_datum, sista_datum, slut_datum, lage_per,
        -- Days left when it ended; -1 when it was late, or never ended.
        greatest(-1, least(92, coalesce(sista_datum - slut_datum, -1))) as kvar_vid_slut
    from {{ ref('int_frist_utfall') }}
    semi join (select kommun, regel_id from {{ ref('fristregel_tackning') }} where status = 'ok') as ok
        using (kommun, regel_id)
    where konvention = 'LAG' and slag in ('lag', 'aterkommande', 'maxtid')
),

lage as (
    select distinct utfall.kommun, utfall.lage_per, date_trunc('quarter', utfall.lage_per) as kvartal_start
    from utfall
),

-- The day of the forecast: today's place in the quarter, in this quarter and in the eight before.
dag as (
    select
        lage.kommun, lage.lage_per,
        cast(lage.kvartal_start - to_months(3 * bak.nr) as date) as kvartal_start,
        cast(lage.kvartal_start - to_months(3 * bak.nr - 3) as date) - 1 as kvartal_slut,
        least(
            cast(lage.kvartal_start - to_months(3 * bak.nr) as date)
                + cast(lage.lage_per - cast(lage.kvartal_start as date) as integer),
            cast(lage.kvartal_start - to_months(3 * bak.nr - 3) as date) - 1
        ) as prognos_datum,
        bak.nr as kvartal_bak
    from lage
    cross join (select unnest(range(0, 9)) as nr) as bak
),

-- History by the month it fell due, of the last two years: of those still open so many days before, how many became late.
-- The 93rd day stands for all.
forfallen as (
    select kommun, regel_id, last_day(sista_datum) as manad_slut, kvar_vid_slut, count(*) as antal
    from utfall
    where sista_datum < lage_per
    group by kommun, regel_id, last_day(sista_datum), kvar_vid_slut
),

risk as (
    select
        dag.kommun, dag.prognos_datum, forfallen.regel_id, kvar.dagar_kvar,
        sum(forfallen.antal) as antal_oppna,
        coalesce(sum(forfallen.antal) filter (where forfallen.kvar_vid_slut < 0), 0) as antal_sena
    from dag
    inner join forfallen
        on forfallen.kommun = dag.kommun
        and forfallen.manad_slut < dag.prognos_datum
        and forfallen.manad_slut >= dag.prognos_datum - 730
    inner join (select unnest(range(0, 94)) as dagar_kvar) as kvar on forfallen.kvar_vid_slut < kvar.dagar_kvar
    group by dag.kommun, dag.prognos_datum, forfallen.regel_id, kvar.dagar_kvar
),

-- Seen from the day of the forecast: what it knows of each clock that falls due in the quarter.
i_kvartalet as (
    select
        dag.kommun, dag.kvartal_start, dag.kvartal_slut, dag.prognos_datum, dag.kvartal_bak, dag.lage_per,
        utfall.regel_id,
        utfall.start_datum <= dag.prognos_datum as ar_startad,
        -- Late already: ended after its last day, or open past it.
        utfall.start_datum <= dag.prognos_datum
            and utfall.sista_datum < least(dag.prognos_datum, coalesce(utfall.slut_datum, dag.prognos_datum)) as ar_sen_da,
        utfall.start_datum <= dag.prognos_datum
            and utfall.sista_datum >= dag.prognos_datum
            and (utfall.slut_datum is null or utfall.slut_datum > dag.prognos_datum) as ar_oppen_da,
        greatest(0, least(92, utfall.sista_datum - dag.prognos_datum)) as dagar_kvar,
        utfall.sista_datum < coalesce(utfall.slut_datum, utfall.lage_per) as ar_sen
    from dag
    inner join utfall
        on utfall.kommun = dag.kommun and utfall.sista_datum between dag.kvartal_start and dag.kvartal_slut
),

-- What had not even begun: as many as in the same days a year before, of which the usual share becomes late.
okand as (
    select
        dag.kommun, dag.prognos_datum, utfall.regel_id, count(*) as antal
    from dag
    inner join utfall
        on utfall.kommun = dag.kommun
        and utfall.start_datum > dag.prognos_datum - 364
        and utfall.start_datum <= dag.kvartal_slut - 364
        and utfall.sista_datum <= dag.kvartal_slut - 364
    group by dag.kommun, dag.prognos_datum, utfall.regel_id
),

grupp as (
    select
        rad.kommun, rad.regel_id, rad.kvartal_start, rad.kvartal_slut, rad.prognos_datum, rad.kvartal_bak,
        any_value(rad.lage_per) as lage_per,
        count(*) filter (where rad.ar_startad) as antal_kanda,
        count(*) filter (where rad.ar_sen_da) as antal_sena_da,
        count(*) filter (where rad.ar_oppen_da) as antal_oppna_da,
        coalesce(sum(risk.antal_sena / risk.antal_oppna) filter (where rad.ar_oppen_da), 0) as vantas_bli_sena,
        bool_and(risk.antal_oppna is not null) filter (where rad.ar_oppen_da) as ar_historik,
        count(*) filter (where rad.ar_sen) as antal_sena
    from i_kvartalet as rad
    left join risk
        on risk.kommun = rad.kommun and risk.prognos_datum = rad.prognos_datum and risk.regel_id = rad.regel_id
        and risk.dagar_kvar = rad.dagar_kvar
    group by rad.kommun, rad.regel_id, rad.kvartal_start, rad.kvartal_slut, rad.prognos_datum, rad.kvartal_bak
),

sagd as (
    select
        grupp.kommun, grupp.regel_id, grupp.kvartal_start, grupp.kvartal_slut, grupp.prognos_datum, grupp.kvartal_bak,
        grupp.lage_per, grupp.antal_kanda, grupp.antal_sena_da, grupp.antal_oppna_da,
        coalesce(okand.antal, 0) as antal_ej_startade,
        case when coalesce(grupp.ar_historik, true) then
            grupp.antal_sena_da + grupp.vantas_bli_sena
            + coalesce(okand.antal * alla.antal_sena / nullif(alla.antal_oppna, 0), 0)
        end as prognos,
        case when grupp.kvartal_slut < grupp.lage_per then grupp.antal_sena end as antal_sena
    from grupp
    left join okand
        on okand.kommun = grupp.kommun and okand.prognos_datum = grupp.prognos_datum and okand.regel_id = grupp.regel_id
    left join risk as alla
        on alla.kommun = grupp.kommun and alla.prognos_datum = grupp.prognos_datum and alla.regel_id = grupp.regel_id
        and alla.dagar_kvar = 93
)

select
    kommun,
    regel_id,
    format('{:04d}-K{:d}', year(kvartal_start), quarter(kvartal_start)) as kvartal,
    prognos_datum,
    cast(antal_kanda as integer) as antal_kanda,
    cast(antal_sena_da as integer) as antal_sena_da,
    cast(antal_oppna_da as integer) as antal_oppna_da,
    cast(antal_ej_startade as integer) as antal_ej_startade,
    cast(prognos as decimal(18, 1)) as antal_sena_prognos,
    cast(antal_sena as integer) as antal_sena,
    cast(prognos - antal_sena as decimal(18, 1)) as fel,
    cast(avg(abs(prognos - antal_sena)) over (partition by kommun, regel_id) as decimal(18, 1)) as medelfel,
    cast(count(prognos - antal_sena) over (partition by kommun, regel_id) as integer) as antal_prov,
    lage_per
from sagd
