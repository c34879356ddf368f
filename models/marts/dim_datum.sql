select
    kalender.datum,
    strftime(kalender.datum, '%Y-%m') as manad,
    format('{:04d}-K{:d}', year(kalender.datum), quarter(kalender.datum)) as kvartal,
    format('{:04d}-T{:d}', year(kalender.datum), (month(kalender.datum) + 3) // 4) as tertial,
    format('{:04d}-H{:d}', year(kalender.datum), (month(kalender.datum) + 5) // 6) as halvar,
    case
        when month(kalender.datum) <= 4 then format('{:04d}-D1', year(kalender.datum))
        when month(kalender.datum) <= 8 then format('{:04d}-D2', year(kalender.datum))
    end as delar,
    cast(year(kalender.datum) as varchar) as ar,
    cast(isodow(kalender.datum) as integer) as veckodag,
    kalender.helgdag_namn,
    kalender.ar_helgdag,
    kalender.ar_afton,
    kalender.ar_vardag,
    kalender.nasta_vardag
from {{ ref('int_kalender') }} as kalender
