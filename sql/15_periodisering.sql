-- What is to be accrued for each provider at the end of the newest month, and what is reversed from the last?
--
-- One row per municipality, provider and volume group, and one for all ("Alla"). The paid days of the month at
-- their price less what is booked for those days by the end of the month's own period. "Netto" is what to book:
-- this month's accrual and last month's with the sign turned. Only groups that are invoiced placement by placement
-- (seeds/manad_granser.csv). "okand" are invoices that name no placement: they take down the sum, since they may
-- be for somebody's days. "skyddad" is what concerns persons with protected identity, whoever the provider is.
with nyast as (
    select kommun, max(manad) as manad
    from mart.kostnad_periodisering
    group by kommun
)

select
    rad.kommun as "Kommun",
    rad.manad as "Månad",
    coalesce(rad.utforare, 'Alla') as "Utförare",
    coalesce(volym.namn, 'Alla') as "Volymgrupp",
    sum(rad.betalda_dygn) as "Betalda dygn",
    sum(rad.beraknad_kr) as "Beräknat, kr",
    sum(rad.bokfort_for_manaden_kr) as "Bokfört för månaden, kr",
    sum(rad.att_periodisera_kr) as "Att periodisera, kr",
    sum(rad.aterforing_kr) as "Återföring, kr",
    sum(rad.netto_kr) as "Netto, kr"
from mart.kostnad_periodisering as rad
inner join nyast on nyast.kommun = rad.kommun and nyast.manad = rad.manad
inner join mart.dim_volymgrupp as volym on volym.volymgrupp = rad.volymgrupp
group by grouping sets ((rad.kommun, rad.manad, rad.utforare, volym.namn), (rad.kommun, rad.manad))
order by rad.kommun, rad.utforare nulls last, volym.namn;
