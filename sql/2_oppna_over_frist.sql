-- Which child investigations are open and past four months today, and in which unit?
--
-- "Today" is the municipality's läge per: the date of its newest delivery. One row per child and investigation,
-- the longest overdue first within each unit. The limit is LAG; a valid extension has moved it ("Sista dag").
-- "På enheten" counts the unit's rows here. The case id is the only identity, and is for the unit's own
-- follow-up. A case with a person who has protected identity is left out, siblings in it too; use the indicator
-- UTR_BARN_OVER_FRIST for the count of all. No rows means that nobody waits too long.
with enhet as (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from mart.dim_enhet group by kommun, enhet
),

skyddad as (
    select distinct utredning.kommun, utredning.utredning_id
    from mart.fct_utredning as utredning
    inner join mart.dim_person as person
        on person.kommun = utredning.kommun and person.person_nyckel = utredning.person_nyckel
    where person.ar_skyddad
),

oppen as (
    select
        frist.kommun, frist.enhet, frist.subjekt_id as utredning_id, frist.start_datum, frist.frist_datum,
        coalesce(frist.forlangd_till_datum, frist.frist_datum) as sista_dag,
        kommun.lage_per
    from mart.fct_frist as frist
    inner join mart.dim_kommun as kommun on kommun.kommun = frist.kommun
    where frist.regel_id = 'UTR_BARN' and frist.utfall = 'pagaende_over_frist'
        and not exists (
            select 1 from skyddad
            where skyddad.kommun = frist.kommun and skyddad.utredning_id = frist.subjekt_id
        )
)

select
    oppen.kommun as "Kommun",
    coalesce(enhet.namn, oppen.enhet, 'okänd') as "Enhet",
    count(*) over (partition by oppen.kommun, oppen.enhet) as "På enheten",
    oppen.utredning_id as "Utredning",
    oppen.start_datum as "Inledd",
    oppen.sista_dag as "Sista dag",
    oppen.sista_dag > oppen.frist_datum as "Förlängd",
    oppen.lage_per - oppen.sista_dag as "Dagar över",
    oppen.lage_per as "Läge per"
from oppen
left join enhet on enhet.kommun = oppen.kommun and enhet.enhet = oppen.enhet
order by oppen.kommun, "Enhet", "Dagar över" desc, oppen.utredning_id;
