-- The checks of seeds/placering_kontroller.csv: what in the placements makes days and costs wrong, or may.
-- What ingest refuses (an end before the start, a start after the delivery) never gets here, and a period
-- without a placement has its warning there.
with placering as (
    select
        kommun, placering_id, coalesce(person_nyckel, 'placering:' || placering_id) as person, person_nyckel,
        vard_id, enhet, ar_vard and not medplacerad as ar_dygnsvard, medplacerad, start, slut, planerat_slut,
        raknas_till, dygnspris, lage_per
    from {{ ref('int_placering') }}
),

dygnsvard as (
    select kommun, placering_id, person, vard_id, start, slut, raknas_till
    from placering
    where ar_dygnsvard and raknas_till > start
),

forega as (
    select
        kommun, placering_id, start,
        max(raknas_till) over tidigare as forra_till,
        arg_max(placering_id, raknas_till) over tidigare as forra
    from dygnsvard
    window tidigare as (
        partition by kommun, person order by start, placering_id rows between unbounded preceding and 1 preceding
    )
),

period as (
    select
        period.kommun, period.placering_id, period.slag, period.fran, period.till, period.row_key, placering.start,
        placering.raknas_till, placering.slut, coalesce(period.till, placering.slut) as period_till
    from {{ ref('stg_placering_period') }} as period
    inner join placering on placering.kommun = period.kommun and placering.placering_id = period.placering_id
),

-- The days that have a price, and one empty span at each end of the placement, so that every gap is between
-- two spans.
prissatt as (
    select
        kommun, placering_id, greatest(fran, start) as fran,
        least(coalesce(till, raknas_till), raknas_till) as till
    from period
    where slag in ('dygnspris', 'manadsersattning')
    union all
    select kommun, placering_id, start, start from placering
    union all
    select kommun, placering_id, raknas_till, raknas_till from placering
),

prislucka as (
    select
        kommun, placering_id, fran,
        max(till) over (
            partition by kommun, placering_id order by fran, till rows between unbounded preceding and 1 preceding
        ) as forra_till
    from prissatt
),

fynd as (
    select
        senare.kommun, 'OVERLAPPANDE_PLACERINGAR' as kontroll_id, senare.placering_id,
        tidigare.placering_id as annan_placering_id, senare.start as fran_datum,
        least(senare.raknas_till, tidigare.raknas_till) as till_datum,
        least(senare.raknas_till, tidigare.raknas_till) - senare.start as antal_dagar
    from dygnsvard as senare
    inner join dygnsvard as tidigare
        on tidigare.kommun = senare.kommun and tidigare.person = senare.person
        and (tidigare.start, tidigare.placering_id) < (senare.start, senare.placering_id)
        and tidigare.raknas_till > senare.start
    union all
    select kommun, 'LUCKA_I_VARDEN', placering_id, forra, forra_till, start, start - forra_till
    from forega
    where start > forra_till
    union all
    select kommun, 'INGA_DYGN', placering_id, null, start, slut, 0
    from placering
    where slut = start
    union all
    select kommun, 'OPPEN_UTAN_PLANERAT_SLUT', placering_id, null, start, null, lage_per + 1 - start
    from placering
    where ar_dygnsvard and slut is null and planerat_slut is null
    union all
    select kommun, 'OPPEN_EFTER_PLANERAT_SLUT', placering_id, null, planerat_slut, null, lage_per - planerat_slut
    from placering
    where ar_dygnsvard and slut is null and planerat_slut < lage_per
    union all
    select vard.kommun, 'VARD_ID_FLERA_PERSONER', vard.placering_id, annan.placering_id, vard.start, vard.slut, null
    from dygnsvard as vard
    inner join (
        select kommun, vard_id, arg_min(placering_id, (start, placering_id)) as placering_id,
               arg_min(person, (start, placering_id)) as person
        from dygnsvard
        group by kommun, vard_id
    ) as annan on annan.kommun = vard.kommun and annan.vard_id = vard.vard_id and annan.person <> vard.person
    union all
    select
        kommun, 'PERIOD_UTANFOR_PLACERING', placering_id, null, fran, till,
        case when period_till > fran then
            period_till - fran - greatest(0, least(period_till, coalesce(slut, period_till)) - greatest(fran, start))
        end
    from period
    where fran < start or fran >= slut or till > slut
    union all
    select
        senare.kommun, 'OVERLAPPANDE_PRISPERIODER', senare.placering_id, null, senare.fran,
        least(senare.period_till, tidigare.period_till),
        coalesce(least(senare.period_till, tidigare.period_till), senare.raknas_till) - senare.fran
    from period as senare
    inner join period as tidigare
        on tidigare.kommun = senare.kommun and tidigare.placering_id = senare.placering_id
        and tidigare.slag = senare.slag
        and (tidigare.fran, tidigare.row_key) < (senare.fran, senare.row_key)
        and coalesce(tidigare.period_till, date '9999-12-31') > senare.fran
    where senare.slag in ('dygnspris', 'manadsersattning')
    union all
    select
        lucka.kommun, 'PRIS_SAKNAS', lucka.placering_id, null, lucka.forra_till, lucka.fran,
        lucka.fran - lucka.forra_till
    from prislucka as lucka
    inner join placering on placering.kommun = lucka.kommun and placering.placering_id = lucka.placering_id
    where lucka.fran > lucka.forra_till and placering.dygnspris is null and not placering.medplacerad
)

select distinct
    fynd.kommun,
    fynd.kontroll_id,
    kontroll.namn,
    kontroll.atgard,
    fynd.placering_id,
    fynd.annan_placering_id,
    fynd.fran_datum,
    fynd.till_datum,
    cast(fynd.antal_dagar as integer) as antal_dagar,
    placering.enhet,
    coalesce(person.skyddad, false) or coalesce(annan_person.skyddad, false) as ar_skyddad
from fynd
inner join {{ ref('placering_kontroller') }} as kontroll
    on kontroll.kontroll_id = fynd.kontroll_id
    and coalesce(fynd.antal_dagar >= kontroll.minst_dagar, true)
    and coalesce(fynd.antal_dagar <= kontroll.hogst_dagar, true)
inner join placering on placering.kommun = fynd.kommun and placering.placering_id = fynd.placering_id
left join placering as annan on annan.kommun = fynd.kommun and annan.placering_id = fynd.annan_placering_id
left join {{ ref('int_person') }} as person
    on person.kommun = placering.kommun and person.person_nyckel = placering.person_nyckel
left join {{ ref('int_person') }} as annan_person
    on annan_person.kommun = annan.kommun and annan_person.person_nyckel = annan.person_nyckel
