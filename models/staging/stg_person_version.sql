-- Every number of the persons who have had more than one, with the number that is theirs now: what the case
-- system links (personbyten) is one person everywhere above staging. The links are followed to their end,
-- within the municipality and no further than what was known at läge per.
with recursive
-- A number leads to one other: where the newest link says.
lank as (
    select kommun, tidigare_person_nyckel as tidigare, person_nyckel as senare, datum
    from {{ ref('stg_personbyte') }}
    where tidigare_person_nyckel <> person_nyckel
    qualify row_number() over (
        partition by kommun, tidigare_person_nyckel order by datum desc, leveransdatum desc, person_nyckel
    ) = 1
),

-- UNION keeps each pair once, so links that lead in a circle end too.
nadd as (
    select kommun, tidigare as person_nyckel, senare as nar from lank
    union
    select nadd.kommun, nadd.person_nyckel, lank.senare
    from nadd
    inner join lank on lank.kommun = nadd.kommun and lank.tidigare = nadd.nar
),

-- Where links end: a number that leads nowhere, or in a circle the one that was linked to last.
slut as (
    select distinct lank.kommun, lank.senare as person_nyckel, date '9999-12-31' as datum
    from lank
    anti join lank as vidare on vidare.kommun = lank.kommun and vidare.tidigare = lank.senare
    union all
    select lank.kommun, lank.senare, lank.datum
    from lank
    inner join nadd
        on nadd.kommun = lank.kommun and nadd.person_nyckel = lank.tidigare and nadd.nar = lank.tidigare
),

kanonisk as (
    select
        nadd.kommun, nadd.person_nyckel,
        arg_max(slut.person_nyckel, (slut.datum, slut.person_nyckel)) as kanonisk_nyckel
    from nadd
    inner join slut on slut.kommun = nadd.kommun and slut.person_nyckel = nadd.nar
    group by nadd.kommun, nadd.person_nyckel
    union
    select kommun, person_nyckel, person_nyckel from slut where datum = date '9999-12-31'
)

select
    kanonisk.kommun,
    kanonisk.person_nyckel,
    kanonisk.kanonisk_nyckel,
    min(lank.datum) as giltig_fran
from kanonisk
left join lank on lank.kommun = kanonisk.kommun and lank.senare = kanonisk.person_nyckel
group by kanonisk.kommun, kanonisk.person_nyckel, kanonisk.kanonisk_nyckel
