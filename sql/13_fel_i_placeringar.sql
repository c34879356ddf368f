-- What in the placements should be looked at, because it makes days or costs wrong?
--
-- One row per finding of seeds/placering_kontroller.csv: what it is, what to do, the placement and the other
-- one when there are two. "Till" is the day after the last. A finding is a question, not always an error. A
-- case with a person who has protected identity is left out.
select
    kontroll.kommun as "Kommun",
    coalesce(enhet.namn, kontroll.enhet) as "Enhet",
    kontroll.namn as "Vad",
    kontroll.atgard as "Åtgärd",
    kontroll.placering_id as "Placering",
    kontroll.annan_placering_id as "Annan placering",
    kontroll.fran_datum as "Från",
    kontroll.till_datum as "Till",
    kontroll.antal_dagar as "Dagar"
from mart.placering_kontroll as kontroll
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
) as enhet on enhet.kommun = kontroll.kommun and enhet.enhet = kontroll.enhet
where not kontroll.ar_skyddad
order by kontroll.kommun, "Enhet", kontroll.kontroll_id, kontroll.placering_id, kontroll.fran_datum;
