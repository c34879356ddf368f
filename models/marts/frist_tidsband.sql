-- How many ended after how long, in the bands of seeds/fristband.csv. Within the limit is by days; past it is by the
-- limit itself, since four months are 120 to 123 days.
select
    utfall.kommun,
    utfall.regel_id,
    strftime(utfall.stopp_datum, '%Y-%m') as manad,
    utfall.enhet,
    utfall.kon,
    utfall.aldersgrupp,
    band.band,
    any_value(band.namn) as namn,
    any_value(band.ordning) as ordning,
    count(*) as antal,
    cast(sum(utfall.dagar) as bigint) as summa_dagar,
    any_value(utfall.lage_per) as lage_per
from {{ ref('int_frist_utfall') }} as utfall
inner join {{ ref('fristband') }} as band
    on band.regel_id = utfall.regel_id
    and case
        when band.ar_over_frist = 'ja' then utfall.stopp_datum > utfall.frist_datum
        else utfall.stopp_datum <= utfall.frist_datum
            and utfall.dagar >= band.fran_dagar
            and (band.till_dagar is null or utfall.dagar <= band.till_dagar)
    end
where utfall.konvention = 'LAG' and utfall.stopp_datum is not null
group by
    utfall.kommun, utfall.regel_id, strftime(utfall.stopp_datum, '%Y-%m'), utfall.enhet, utfall.kon, utfall.aldersgrupp,
    band.band
