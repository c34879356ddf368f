-- The key, the year of birth and no more: exact birth dates stay in the intermediate layer.
select
    person.kommun,
    person.person_nyckel,
    cast(year(person.fodelsedatum) as integer) as fodelsear,
    person.kon,
    person.person_id_typ,
    person.skyddad as ar_skyddad,
    person.antal_nummer,
    coalesce(day(person.fodelsedatum) in (5, 15, 25), false) or coalesce(kommun.gallringsundantag = 'ja', false)
        as ar_gallringsundantag
from {{ ref('int_person') }} as person
left join {{ ref('kommuner') }} as kommun on kommun.kommun = person.kommun
