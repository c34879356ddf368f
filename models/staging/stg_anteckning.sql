-- What people have said of figures, one row per event; of each kind and figure the last applies, unless it took that back.
select
    kommun, nr, tid, slag, indikator_id, period, enhet, innehall, bedomning, ar_aterkallelse, av, roll, vintage, lage_per,
    not ar_aterkallelse and nr = max(nr) over (partition by kommun, slag, indikator_id, period, enhet) as galler
from {{ source('indata', 'anteckning') }}
