-- Catches a period that holds the wrong months: counted events of twelve months are the year's.
with manad as (
    select indikator_id, definitionsversion, kommun, left(period, 4) as period, uppdelning, grupp,
           sum(taljare) as taljare
    from {{ ref('indikatorvarde') }}
    where periodtyp = 'manad' and statistik = 'antal'
    group by all
    having count(*) filter (where status = 'ok') = 12
)

select manad.indikator_id, manad.kommun, manad.period, manad.uppdelning, manad.grupp, manad.taljare, ar.taljare as ar
from manad
inner join {{ ref('indikatorer') }} as indikator
    on indikator.indikator_id = manad.indikator_id and indikator.definitionsversion = manad.definitionsversion
    and indikator.tidsbas = 'handelse' and indikator.unik_kolumn is null and indikator.insamling = 'system'
inner join {{ ref('indikatorvarde') }} as ar
    on ar.periodtyp = 'ar' and ar.indikator_id = manad.indikator_id
    and ar.definitionsversion = manad.definitionsversion and ar.kommun = manad.kommun
    and ar.period = manad.period and ar.uppdelning = manad.uppdelning and ar.grupp = manad.grupp
where ar.taljare is distinct from manad.taljare
