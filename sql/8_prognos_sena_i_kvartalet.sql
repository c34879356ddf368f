-- How many will be late when the quarter ends, and how wrong has such a forecast been?
--
-- Of the clocks whose last day, valid extension included, is in the quarter; those that were over before it are not here.
-- One row per municipality, rule and quarter: this quarter and up to eight before it, each said on the same day of the quarter
-- with what had happened by then. "Fel" is forecast minus what came; "Medelfel" the mean size of the errors. Read the
-- forecast with it: a forecast of 3 with a mean error of 2 says "a few".
select
    prognos.kommun as "Kommun",
    regel.namn as "Regel",
    prognos.kvartal as "Kvartal",
    prognos.prognos_datum as "Sagt den",
    prognos.antal_kanda as "Förfaller, kända",
    prognos.antal_sena_da as "Sena då",
    prognos.antal_oppna_da as "Öppna då",
    prognos.antal_ej_startade as "Väntas börja",
    prognos.antal_sena_prognos as "Prognos sena",
    prognos.antal_sena as "Blev sena",
    prognos.fel as "Fel",
    prognos.medelfel as "Medelfel"
from mart.frist_prognos as prognos
inner join (
    select regel_id, any_value(namn) as namn from mart.dim_fristregel group by regel_id
) as regel on regel.regel_id = prognos.regel_id
order by prognos.kommun, regel.namn, prognos.kvartal desc;
