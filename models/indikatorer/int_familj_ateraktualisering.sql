-- Indicator family: one row per person and day on which the last that the case worker had going with them ended, and whether
-- they came back within a year. An investigation that led to an insats ends nothing: the insats that follows does. What is
-- about money, custody or paternity neither ends nor comes back here.
with arende_typ as (
    select typ from {{ ref('utredningstyper') }} where leder_till_beslut = 'ja' and typ <> 'ekonomi'
),

-- Half-open: the day on which it no longer goes on.
pagaende as (
    select
        kommun, person_nyckel, enhet, malgrupp, inledd_datum as fran_datum, slutford_datum as till_datum,
        slutford_datum as slut_datum,
        typ in (select arende_typ.typ from arende_typ) and coalesce(resultat, 'okand') not in ('insats', 'flyttad') as ar_avslut
    from {{ ref('fct_utredning') }}
    union all
    select kommun, person_nyckel, enhet, malgrupp, start_datum, slut_datum + 1, slut_datum, true
    from {{ ref('fct_insats') }}
    where ar_behovsprovad
    union all
    select
        kommun, person_nyckel, enhet, case when malgrupp = 'barn' then 'barn' else 'vuxen' end, start_datum, slut_datum,
        slut_datum, slutorsak is distinct from 'avliden'
    from {{ ref('fct_placering') }}
    where not ar_medplacerad
),

avslut as (
    select
        kommun, person_nyckel, slut_datum as avslut_datum,
        min(malgrupp) as malgrupp,
        coalesce(min(enhet), 'okand') as enhet
    from pagaende
    where ar_avslut and slut_datum is not null and person_nyckel is not null
    group by kommun, person_nyckel, slut_datum
),

sista as (
    select avslut.kommun, avslut.person_nyckel, avslut.avslut_datum, avslut.malgrupp, avslut.enhet
    from avslut
    anti join pagaende
        on pagaende.kommun = avslut.kommun and pagaende.person_nyckel = avslut.person_nyckel
        and pagaende.fran_datum <= avslut.avslut_datum + 1
        and (pagaende.till_datum is null or pagaende.till_datum > avslut.avslut_datum + 1)
),

inkommet as (
    select akt.kommun, akt.person_nyckel, akt.inkommen_datum
    from {{ ref('fct_aktualisering') }} as akt
    left join {{ ref('fct_utredning') }} as utr
        on utr.kommun = akt.kommun
        and utr.aktualisering_id = akt.aktualisering_id
        and utr.person_nyckel = akt.person_nyckel
    where akt.typ in ('anmalan', 'ansokan')
        and (utr.typ is null or utr.typ in (select arende_typ.typ from arende_typ))
),

tillbaka as (
    select sista.kommun, sista.person_nyckel, sista.avslut_datum
    from sista
    semi join inkommet
        on inkommet.kommun = sista.kommun and inkommet.person_nyckel = sista.person_nyckel
        and inkommet.inkommen_datum > sista.avslut_datum
        and inkommet.inkommen_datum <= sista.avslut_datum + to_months(12)
)

select
    sista.kommun,
    sista.person_nyckel as bas_id,
    coalesce(person.kon, 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, sista.avslut_datum)") }} as aldersgrupp,
    sista.enhet,
    sista.malgrupp,
    sista.avslut_datum,
    1 as antal,
    case when tillbaka.person_nyckel is not null then 1 else 0 end as ar_tillbaka,
    case when tillbaka.person_nyckel is null then 1 else 0 end as ar_ej_tillbaka
from sista
left join tillbaka
    on tillbaka.kommun = sista.kommun and tillbaka.person_nyckel = sista.person_nyckel
    and tillbaka.avslut_datum = sista.avslut_datum
left join {{ ref('int_person') }} as person
    on person.kommun = sista.kommun and person.person_nyckel = sista.person_nyckel
