-- Catches clocks that fall between two rule versions, or whose rule has no main convention.
select klocka.regel_id, klocka.start_datum
from {{ ref('int_frist_klocka') }} as klocka
inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
anti join {{ ref('fct_frist') }} as frist
    on frist.kommun = subjekt.kommun and frist.regel_id = klocka.regel_id
    and frist.subjekt_nyckel = subjekt.subjekt_nyckel and frist.tillfalle = klocka.tillfalle
where klocka.start_datum >= (
    select min(version.giltig_fran) from {{ ref('fristregler_versioner') }} as version
    where version.regel_id = klocka.regel_id
)
