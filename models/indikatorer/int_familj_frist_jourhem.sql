-- Indicator family: the clocks of one subject.
select
    kommun, regel_id, konvention, bas_id, kon, aldersgrupp, enhet, start_datum, frist_datum, stopp_datum,
    over_frist_datum, oppen_till_datum, giltig_till_datum, utfall, antal, ar_i_tid, ar_i_tid_eller_forlangd, ar_klar, ar_provbar
from {{ ref('int_familj_frist') }}
where regel_id = 'JOURHEM'
