-- How long it takes, per period and group: of what was done in the period, and by Kaplan-Meier of what started in it,
-- where what is open, or lapsed, counts as "at least so long". Medians are of rows and cannot be added; counts and sums of days can.
with rad as (
    select kommun, regel_id, enhet, kon, aldersgrupp, start_datum, stopp_datum, dagar, lage_per
    from {{ ref('int_frist_utfall') }}
    where konvention = 'LAG' and slag <> 'aterkommande'
),

period as (
    select distinct kommun, periodtyp, period, period_start, period_slut
    from {{ ref('int_kommun_period') }}
    where periodtyp in ('kvartal', 'tertial', 'delar', 'halvar', 'ar') and ar_fullstandig
),

avslutad as (
    select
        rad.kommun, rad.regel_id, period.periodtyp, period.period,
        {{ uppdelning(['enhet', 'kon', 'aldersgrupp'], 'rad') }},
        count(*) as antal,
        cast(sum(rad.dagar) as bigint) as summa_dagar,
        median(rad.dagar) as median_dagar,
        quantile_cont(rad.dagar, 0.9) as p90_dagar,
        max(rad.dagar) as langsta_dagar
    from rad
    inner join period
        on period.kommun = rad.kommun and rad.stopp_datum between period.period_start and period.period_slut
    {{ uppdelning_gruppering(['rad.kommun', 'rad.regel_id', 'period.periodtyp', 'period.period'], ['enhet', 'kon', 'aldersgrupp'], 'rad') }}
),

-- At each duration: how many ended at it, and how many had lasted at least so long.
slut_vid as (
    select
        rad.kommun, rad.regel_id, period.periodtyp, period.period,
        {{ uppdelning(['enhet', 'kon', 'aldersgrupp'], 'rad') }},
        rad.dagar,
        count(*) as antal,
        count(rad.stopp_datum) as antal_slut
    from rad
    inner join period
        on period.kommun = rad.kommun and rad.start_datum between period.period_start and period.period_slut
    {{ uppdelning_gruppering(['rad.kommun', 'rad.regel_id', 'period.periodtyp', 'period.period', 'rad.dagar'], ['enhet', 'kon', 'aldersgrupp'], 'rad') }}
),

risk as (
    select
        kommun, regel_id, periodtyp, period, uppdelning, grupp, dagar, antal, antal_slut,
        sum(antal) over (
            partition by kommun, regel_id, periodtyp, period, uppdelning, grupp order by dagar desc
        ) as antal_i_risk
    from slut_vid
),

overlevnad as (
    select
        kommun, regel_id, periodtyp, period, uppdelning, grupp, dagar, antal, antal_slut,
        product(1 - antal_slut / antal_i_risk) over (
            partition by kommun, regel_id, periodtyp, period, uppdelning, grupp order by dagar
        ) as andel_kvar
    from risk
),

km as (
    select
        kommun, regel_id, periodtyp, period, uppdelning, grupp,
        cast(sum(antal) as bigint) as antal_startade,
        cast(sum(antal - antal_slut) as bigint) as antal_ej_avslutade,
        -- Where exactly half are left, the median lies midway to the next end, as it does without censoring. Products of
        -- fractions: half is half also when the last bit says otherwise.
        min(dagar) filter (where andel_kvar <= 0.5 + 1e-9) as halften_dagar,
        min(dagar) filter (where andel_kvar < 0.5 - 1e-9) as under_halften_dagar
    from overlevnad
    group by kommun, regel_id, periodtyp, period, uppdelning, grupp
)

select
    coalesce(avslutad.kommun, km.kommun) as kommun,
    coalesce(avslutad.regel_id, km.regel_id) as regel_id,
    coalesce(avslutad.periodtyp, km.periodtyp) as periodtyp,
    coalesce(avslutad.period, km.period) as period,
    coalesce(avslutad.uppdelning, km.uppdelning) as uppdelning,
    coalesce(avslutad.grupp, km.grupp) as grupp,
    coalesce(avslutad.antal, 0) as antal,
    coalesce(avslutad.summa_dagar, 0) as summa_dagar,
    cast(avslutad.summa_dagar / avslutad.antal as decimal(18, 1)) as medel_dagar,
    cast(avslutad.median_dagar as decimal(18, 1)) as median_dagar,
    cast(avslutad.p90_dagar as decimal(18, 1)) as p90_dagar,
    cast(avslutad.langsta_dagar as integer) as langsta_dagar,
    coalesce(km.antal_startade, 0) as antal_startade,
    coalesce(km.antal_ej_avslutade, 0) as antal_ej_avslutade,
    cast((km.halften_dagar + coalesce(
        case when km.under_halften_dagar > km.halften_dagar then km.under_halften_dagar end, km.halften_dagar
    )) / 2 as decimal(18, 1)) as km_median_dagar,
    lage.lage_per
from avslutad
full join km
    on km.kommun = avslutad.kommun and km.regel_id = avslutad.regel_id and km.periodtyp = avslutad.periodtyp
    and km.period = avslutad.period and km.uppdelning = avslutad.uppdelning and km.grupp = avslutad.grupp
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = coalesce(avslutad.kommun, km.kommun)
