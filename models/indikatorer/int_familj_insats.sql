-- Indicator family: one row per insats and person. slut_datum is the last day it is given, so what goes on at the end of a
-- day has it later, and what was given on some day until slut_efter_datum. Of the reason why it ended only the code goes on:
-- the source's own words are free text. Financial aid is counted from its own months.
with slutorsak as (
    select insats.kommun, insats.insats_nyckel, arg_min(monster.slutorsak, monster.ordning) as slutorsak
    from {{ ref('fct_insats') }} as insats
    inner join {{ ref('insats_slutorsaker') }} as monster on lower(insats.slutorsak) glob monster.monster
    group by insats.kommun, insats.insats_nyckel
)

select
    insats.kommun,
    coalesce(insats.person_nyckel, insats.insats_nyckel) as bas_id,
    insats.person_nyckel,
    insats.kon,
    {{ aldersgrupp('insats.alder_vid_start') }} as aldersgrupp,
    coalesce(insats.enhet, 'okand') as enhet,
    insats.insatstyp,
    insats.malgrupp,
    case insats.ar_behovsprovad when true then 'ja' when false then 'nej' else 'okand' end as behovsprovad,
    case when insats.slut_datum is not null then coalesce(slutorsak.slutorsak, 'okand') end as insats_slutorsak,
    insats.start_datum,
    insats.slut_datum,
    insats.slut_datum + 1 as slut_efter_datum,
    1 as antal,
    case when insats.person_nyckel is not null then 1 else 0 end as ar_person_kand,
    case when insats.slut_datum is not null then 1 else 0 end as ar_avslutad,
    insats.slut_datum - insats.start_datum + 1 as langd_dagar
from {{ ref('fct_insats') }} as insats
left join slutorsak on slutorsak.kommun = insats.kommun and slutorsak.insats_nyckel = insats.insats_nyckel
where insats.insatstyp <> 'ekonomiskt_bistand'
