-- Catches an accrual that is not reversed the month after, or a row whose own figures do not sum.
with rad as (
    select
        kommun, volymgrupp, utforare, beraknad_kr, bokfort_for_manaden_kr, att_periodisera_kr, aterforing_kr,
        netto_kr,
        strptime(manad || '-01', '%Y-%m-%d') as dag
    from {{ ref('kostnad_periodisering') }}
),

nasta as (
    select kommun, volymgrupp, utforare, dag + interval 1 month as dag, -att_periodisera_kr as aterforing_kr
    from rad
    where att_periodisera_kr <> 0
        and dag < (select max(alla.dag) from rad as alla where alla.kommun = rad.kommun)
)

select kommun, volymgrupp, utforare, dag
from rad
full join nasta using (kommun, volymgrupp, utforare, dag)
where coalesce(rad.aterforing_kr, 0) <> coalesce(nasta.aterforing_kr, 0)
    or rad.att_periodisera_kr <> rad.beraknad_kr - rad.bokfort_for_manaden_kr
    or rad.netto_kr <> rad.att_periodisera_kr + rad.aterforing_kr
