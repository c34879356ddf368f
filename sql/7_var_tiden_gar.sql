-- Where does the time of a child investigation go, from the report to the closing decision?
--
-- One row per municipality, year and step, of what was finished in the year: the median, the 90th percentile, and how
-- many of the finished have both days of the step. Medians do not add up to the whole.
select
    kommun as "Kommun",
    period as "År",
    steg_nr as "Nr",
    case steg
        when 'inkommen_till_beslut' then 'Inkommen till beslut att inleda'
        when 'beslut_till_inledd' then 'Beslut till inledd'
        when 'inledd_till_tilldelad' then 'Inledd till tilldelad handläggare'
        when 'tilldelad_till_senaste_kontakt' then 'Tilldelad till senaste kontakt'
        else 'Senaste kontakt till slutförd'
    end as "Steg",
    antal_slutforda as "Slutförda",
    antal as "Med båda dagarna",
    median_dagar as "Median dagar",
    p90_dagar as "90:e percentilen",
    lage_per as "Läge per"
from mart.utredning_steg
where typ = 'barn_skydd_stod' and periodtyp = 'ar' and uppdelning = 'total'
order by kommun, period desc, steg_nr;
