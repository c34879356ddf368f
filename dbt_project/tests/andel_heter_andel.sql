-- Catches a count that is named a share, or a share that is not: the label is what is printed beside the figure.
select indikator_id, definitionsversion, namn, statistik
from {{ ref('indikatorer') }}
where (namn ilike '%andel%' and statistik <> 'andel')
    or (namn ilike 'antal %' and statistik <> 'antal')
    or (statistik = 'andel') <> (mattenhet = 'andel')
