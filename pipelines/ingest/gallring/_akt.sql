-- Numbers that the case system says are one person are one akt, named by the smallest of them. Only persons
-- who have had more than one number are here.
with recursive
par as (
    select tidigare_person_nyckel as person, person_nyckel as annan from personbyten
    union
    select person_nyckel, tidigare_person_nyckel from personbyten
),

-- UNION keeps each pair once, so links that lead in a circle end too.
nadd as (
    select person, annan from par where person is not null and annan is not null
    union
    select nadd.person, par.annan
    from nadd
    inner join par on par.person = nadd.annan
    where par.annan is not null
)

select person, least(person, min(annan)) as akt
from nadd
group by person
