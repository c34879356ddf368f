-- What this warehouse was built from, one row per municipality.
select
    vintage.vintage,
    vintage.byggd,
    vintage.kod_version,
    vintage.seeds_hash,
    vintage.indata_hash,
    lage.kommun,
    lage.lage_per
from {{ source('indata', 'vintage') }} as vintage
cross join {{ source('indata', 'lage') }} as lage
