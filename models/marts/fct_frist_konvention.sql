-- The clocks of fct_frist under every convention that applies to them.
select
    {{ frist_id('subjekt', 'klocka') }} as frist_id,
    frist.konvention,
    subjekt.kommun,
    klocka.regel_id,
    frist.frist_datum,
    frist.forlangd_till_datum,
    frist.utfall
from {{ ref('int_frist') }} as frist
inner join {{ ref('int_frist_klocka') }} as klocka on klocka.klocka_nr = frist.klocka_nr
inner join {{ ref('int_subjekt') }} as subjekt on subjekt.subjekt_nr = klocka.subjekt_nr
