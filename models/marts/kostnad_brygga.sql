-- From one month end to the next: what the open placements cost a day, and which events changed it. A person
-- who leaves one placement and is in another has changed form; what began and ended within a month is at
-- neither end of it.
with bit as (
    select
        bit.kommun, bit.placering_id, bit.fran, bit.placeringsform, grupp.volymgrupp,
        coalesce(cast(round(bit.dygnspris_kr, 2) as decimal(18, 2)), 0) as pris_kr,
        cast(bit.dygnspris_kr is null as integer) as utan_pris,
        plac.start, plac.slut, coalesce(plac.person_nyckel, 'placering:' || plac.placering_id) as person,
        lage.lage_per, bit.till,
        unnest(
            generate_series(date_trunc('month', bit.fran), date_trunc('month', bit.till - 1), interval 1 month)
        )::date as manad_start
    from {{ ref('int_placering_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = bit.kommun
    inner join {{ ref('int_volymgrupp') }} as grupp
        on {{ placeringens_grupp('bit', 'plac', 'grupp') }}
),

manadsslut as (
    select
        kommun, placering_id, person, start, slut, manad_start, fran, placeringsform, volymgrupp, pris_kr,
        utan_pris, lage_per
    from bit
    where last_day(manad_start) >= fran and last_day(manad_start) < till and last_day(manad_start) <= lage_per
),

sida as (
    select
        kommun, placering_id, person, start, slut, manad_start, fran,
        placeringsform as till_form, volymgrupp as till_grupp, pris_kr as till_kr, utan_pris as till_utan_pris,
        null as fran_form, null as fran_grupp, null as fran_kr, null as fran_utan_pris
    from manadsslut
    union all
    select
        kommun, placering_id, person, start, slut, cast(manad_start + interval 1 month as date), null,
        null, null, null, null, placeringsform, volymgrupp, pris_kr, utan_pris
    from manadsslut
    where last_day(cast(manad_start + interval 1 month as date)) <= lage_per
),

par as (
    select
        kommun, placering_id, person, start, slut, manad_start, max(fran) as bit_fran,
        max(till_form) as till_form, max(till_grupp) as till_grupp, max(till_kr) as till_kr,
        max(till_utan_pris) as till_utan_pris,
        max(fran_form) as fran_form, max(fran_grupp) as fran_grupp, max(fran_kr) as fran_kr,
        max(fran_utan_pris) as fran_utan_pris
    from sida
    group by kommun, placering_id, person, start, slut, manad_start
),

flytt as (
    select
        kommun, placering_id, start, slut, manad_start, bit_fran, till_form, till_grupp, till_kr, till_utan_pris,
        fran_form, fran_grupp, fran_kr, fran_utan_pris,
        bool_or(fran_grupp is null) over person and bool_or(till_grupp is null) over person as ar_flytt
    from par
    window person as (partition by kommun, person, manad_start)
),

handelse as (
    select
        kommun, placering_id, manad_start, till_grupp, till_kr, till_utan_pris, fran_grupp, fran_kr, fran_utan_pris,
        case
            when fran_grupp is null then if(ar_flytt, 'bytt_form', 'in')
            when till_grupp is null then if(ar_flytt, 'bytt_form', 'ut')
            when fran_form <> till_form then 'bytt_form'
            when fran_grupp <> till_grupp then 'ovrigt'
            when fran_kr <> till_kr then 'pris'
        end as handelse,
        case when fran_grupp is null then start when till_grupp is null then slut else bit_fran end as dag
    from flytt
),

rad as (
    select
        kommun, placering_id, manad_start, fran_grupp as volymgrupp, 'ingaende' as handelse, fran_kr as kr,
        fran_utan_pris as utan_pris, 1 as antal, cast(null as date) as dag
    from handelse
    where fran_grupp is not null
    union all
    select kommun, placering_id, manad_start, till_grupp, 'utgaende', till_kr, till_utan_pris, 1, null
    from handelse
    where till_grupp is not null
    union all
    select kommun, placering_id, manad_start, fran_grupp, handelse, -fran_kr, fran_utan_pris, -1, dag
    from handelse
    where handelse is not null and fran_grupp is not null
    union all
    select kommun, placering_id, manad_start, till_grupp, handelse, till_kr, till_utan_pris, 1, dag
    from handelse
    where handelse is not null and till_grupp is not null
)

select
    kommun,
    strftime(manad_start, '%Y-%m') as manad,
    volymgrupp,
    handelse,
    count(distinct placering_id) as antal_placeringar,
    sum(antal)::bigint as antal_forandring,
    count(distinct placering_id) filter (where utan_pris = 1) as antal_utan_pris,
    sum(kr)::decimal(18, 2) as dygnskostnad_kr,
    sum(kr * (make_date(year(manad_start), 12, 31) - dag + 1))::decimal(18, 2) as effekt_i_ar_kr,
    case when handelse not in ('ingaende', 'utgaende') then sum(kr) * 365 end::decimal(18, 2) as effekt_helar_kr
from rad
group by kommun, manad_start, volymgrupp, handelse
