-- Bookkeeping months: 1-12 are calendar months, 13 is the closing period, which only a year holds.
with manad as (
    select unnest(range(1995, 2051)) as ar, unnest(range(1, 14)) as nr
),

ar_manad as (
    select ar.ar, nr.nr
    from (select distinct ar from manad where ar is not null) as ar
    cross join (select distinct nr from manad where nr is not null) as nr
)

select
    format('{:04d}-{:02d}', ar, nr) as manad,
    ar,
    nr,
    make_date(ar, least(nr, 12), 1) as start_datum,
    last_day(make_date(ar, least(nr, 12), 1)) as slut_datum,
    nr = 13 as ar_bokslut
from ar_manad
