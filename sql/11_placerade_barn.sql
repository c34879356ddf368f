-- How many children are placed, how long, how often does it break down, do they move, and in whose care are they?
--
-- One row per municipality and year, of placements with the target group barn (0–20 years). Placed is who has
-- care around the clock: not a child whose carers have become guardians, and not one who follows with a
-- placed parent. "Någon gång" are different children; Ingående + Nya − Avslutade + Bytt målgrupp = "Sista
-- dagen", which is 31 December, or the läge per of a year that is not over. A breakdown is a placement that
-- ended unplanned; its share is of the ended placements whose reason is known, custody transfers aside. The
-- age is that of the last day in the placement. Moves are counted within unbroken care, and shared among all
-- who were placed at any time in the year.
with alder as (
    select
        kommun, period,
        sum(antal_sammanbrott) filter (where grupp = '0-10') as sammanbrott_0_10,
        sum(antal_avslutade_placeringar_matt) filter (where grupp = '0-10') as avslutade_0_10,
        sum(antal_sammanbrott) filter (where grupp = '11+') as sammanbrott_11,
        sum(antal_avslutade_placeringar_matt) filter (where grupp = '11+') as avslutade_11
    from mart.placering_oversikt
    where periodtyp = 'ar' and malgrupp = 'barn' and uppdelning = 'sammanbrott_alder'
    group by kommun, period
)

select
    ar.kommun as "Kommun",
    ar.period as "År",
    ar.ar_fullstandig as "Helt år",
    ar.antal_placerade as "Någon gång",
    ar.antal_placerade_ingaende as "Ingående",
    ar.antal_nya as "Nya",
    ar.antal_avslutade as "Avslutade",
    ar.antal_bytt_in - ar.antal_bytt_ut as "Bytt målgrupp",
    ar.antal_placerade_sista_dagen as "Sista dagen",
    ar.sista_datum as "Dag",
    ar.median_dagar_avslutade as "Median dagar, avslutade",
    ar.median_dagar_pagaende as "Median dagar, pågående",
    ar.antal_sammanbrott as "Sammanbrott",
    ar.antal_avslutade_placeringar_matt as "Av avslutade placeringar",
    round(100.0 * ar.antal_sammanbrott / nullif(ar.antal_avslutade_placeringar_matt, 0), 1)
        as "Procent sammanbrott",
    coalesce(alder.sammanbrott_0_10, 0) as "Sammanbrott 0–10 år",
    coalesce(alder.avslutade_0_10, 0) as "Av avslutade 0–10 år",
    coalesce(alder.sammanbrott_11, 0) as "Sammanbrott 11+ år",
    coalesce(alder.avslutade_11, 0) as "Av avslutade 11+ år",
    ar.antal_flyttar as "Flyttar",
    ar.antal_flyttade as "Barn som flyttade",
    round(ar.antal_flyttar / nullif(ar.antal_placerade, 0), 2) as "Flyttar per placerat barn",
    ar.vard_dygn as "Vårddygn",
    ar.vard_dygn_egen_regi as "Vårddygn egen regi",
    round(100.0 * ar.vard_dygn_egen_regi / nullif(ar.vard_dygn, 0), 1) as "Procent egen regi"
from mart.placering_oversikt as ar
left join alder on alder.kommun = ar.kommun and alder.period = ar.period
where ar.periodtyp = 'ar' and ar.malgrupp = 'barn' and ar.uppdelning = 'total'
order by ar.kommun, ar.period desc;
