-- Indicator family: one row per unbroken time with financial assistance, by its first applicant. One that may go on has no
-- last month.
select
    period.kommun,
    period.person_nyckel as bas_id,
    coalesce(person.kon, 'okand') as kon,
    period.hushallstyp,
    period.sista_manad,
    case when period.sista_manad is not null then 1 else 0 end as ar_avslutad,
    period.antal_manader as obruten_tid_manader
from {{ ref('int_bistand_period') }} as period
left join {{ ref('int_person') }} as person
    on person.kommun = period.kommun and person.person_nyckel = period.person_nyckel
