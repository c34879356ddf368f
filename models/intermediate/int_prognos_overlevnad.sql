-- How long placements last, as far as was known on the day of a forecast: Kaplan–Meier from the municipality's own
-- history, for each volume group, each form and all of them. kvar_andel is the share that lasts longer than so many
-- nights; it holds until the next step. A placement that was open is at risk until the day; one from before the case
-- system knows of ends is at risk from then on. dygn_summa is the sum of kvar_andel over the nights before, so that
-- expected nights between two ages is a subtraction:
--   summa(t) = dygn_summa + kvar_andel × (t − dygn), of the last step at or before t.
with rad as (
    select kommun, prognos_datum, 'volymgrupp' as niva, volymgrupp as grupp, dygn, dygn_sedd_fran, ar_avslutad
    from {{ ref('int_prognos_placering') }}
    union all
    select kommun, prognos_datum, 'placeringsform', placeringsform, dygn, dygn_sedd_fran, ar_avslutad
    from {{ ref('int_prognos_placering') }}
    union all
    select kommun, prognos_datum, 'kommun', kommun, dygn, dygn_sedd_fran, ar_avslutad
    from {{ ref('int_prognos_placering') }}
),

handelse as (
    select
        kommun, prognos_datum, niva, grupp, dygn_sedd_fran as dygn, count(*) as antal_in, 0 as antal_ut, 0 as antal_slut
    from rad
    group by all
    union all
    select kommun, prognos_datum, niva, grupp, dygn, 0, count(*), count(*) filter (where ar_avslutad)
    from rad
    group by all
    union all
    select distinct kommun, prognos_datum, niva, grupp, 0, 0, 0, 0
    from rad
),

alder as (
    select
        kommun, prognos_datum, niva, grupp, dygn,
        sum(antal_in) as antal_in, sum(antal_ut) as antal_ut, sum(antal_slut) as antal_slut
    from handelse
    group by kommun, prognos_datum, niva, grupp, dygn
),

-- Who enters at an age is at risk at that age; who leaves at it is so too.
risk as (
    select
        kommun, prognos_datum, niva, grupp, dygn, antal_slut,
        sum(antal_in - antal_ut) over kurva + antal_ut as antal_under_risk
    from alder
    window kurva as (partition by kommun, prognos_datum, niva, grupp order by dygn)
),

steg as (
    select
        kommun, prognos_datum, niva, grupp, dygn, antal_slut, antal_under_risk,
        product(case when antal_slut = 0 then 1 else 1 - antal_slut / antal_under_risk end) over kurva as kvar_andel,
        lead(dygn) over kurva as till_dygn
    from risk
    where antal_slut > 0 or dygn = 0
    window kurva as (partition by kommun, prognos_datum, niva, grupp order by dygn)
)

select
    kommun,
    prognos_datum,
    niva,
    grupp,
    dygn,
    till_dygn,
    cast(antal_under_risk as integer) as antal_under_risk,
    cast(antal_slut as integer) as antal_slut,
    kvar_andel,
    coalesce(sum(kvar_andel * (till_dygn - dygn)) over (kurva rows between unbounded preceding and 1 preceding), 0)
        as dygn_summa,
    cast(sum(antal_slut) over (partition by kommun, prognos_datum, niva, grupp) as integer) as antal_avslut
from steg
window kurva as (partition by kommun, prognos_datum, niva, grupp order by dygn)
