with state as (
    {{ state('placering_perioder') }}
)

select
    kommun,
    row_key,
    handlaggare_nyckel,
    placering_id,
    slag,
    fran,
    till,
    -- Why somebody is away is typed, and may name anybody; the others are sections, sums and states.
    case when slag <> 'franvaro' then varde end as varde,
    debiteringsregel,
    leveransdatum
from state
