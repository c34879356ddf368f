select rad.tabell, rad.row_key
from gallring_rad as rad
where exists (
    select 1
    from seed_kommuner as kommun
    inner join gallring_fraga as fraga using (kommun)
    where kommun.gallringsundantag = 'ja'
)
