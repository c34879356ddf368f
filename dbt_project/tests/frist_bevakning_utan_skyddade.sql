-- Catches a case of a protected person in the list that units get.
select bevakning.kommun, bevakning.subjekt_typ, count(*) as antal
from {{ ref('frist_bevakning') }} as bevakning
inner join {{ ref('fct_frist') }} as frist
    on frist.kommun = bevakning.kommun and frist.subjekt_typ = bevakning.subjekt_typ
    and frist.subjekt_id = bevakning.subjekt_id
inner join {{ ref('dim_person') }} as person
    on person.kommun = frist.kommun and person.person_nyckel = frist.person_nyckel
where person.ar_skyddad
group by bevakning.kommun, bevakning.subjekt_typ
