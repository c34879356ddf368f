-- What people have said of figures: comments, gradings and sign-offs, all of them, with those that apply marked.
select
    kommun, nr, tid, slag, indikator_id, period, enhet, innehall, bedomning, ar_aterkallelse, galler, av, roll, vintage,
    lage_per
from {{ ref('stg_anteckning') }}
