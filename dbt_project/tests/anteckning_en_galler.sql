-- Catches two notes of one kind that both apply to one figure, and one that applies though it has been taken back.
select kommun, slag, indikator_id, period, enhet
from {{ ref('anteckning') }}
where galler
group by kommun, slag, indikator_id, period, enhet
having count(*) > 1 or bool_or(ar_aterkallelse)
