-- Which children were investigated again almost at once, and how long did it take in all?
--
-- One row per chain of two or more child investigations, the longest first. The next one began at most "Uppehåll högst"
-- days after the last was closed. A chain is no limit of the law but a control of one: JO has criticised closing and
-- opening again to stay within four months. A chain with a protected person is left out.
select
    kedja.kommun as "Kommun",
    coalesce(enhet.namn, kedja.enhet) as "Enhet",
    array_to_string(kedja.utredning_id_lista, ', ') as "Utredningar",
    kedja.antal_utredningar as "Antal",
    kedja.inledd_datum as "Började",
    kedja.slutford_datum as "Slutade",
    kedja.kedja_dagar as "Dagar i kedjan",
    kedja.ar_over_fyra_manader as "Över fyra månader",
    kedja.grans_dagar as "Uppehåll högst",
    kedja.lage_per as "Läge per"
from mart.fct_utredning_kedja as kedja
inner join mart.dim_person as person
    on person.kommun = kedja.kommun and person.person_nyckel = kedja.person_nyckel
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
) as enhet on enhet.kommun = kedja.kommun and enhet.enhet = kedja.enhet
where kedja.antal_utredningar > 1 and not person.ar_skyddad
order by kedja.kommun, kedja.kedja_dagar desc, kedja.kedja_nyckel;
