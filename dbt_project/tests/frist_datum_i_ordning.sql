-- Catches date arithmetic that goes backwards: a stop before its start, a limit or an extension that gives no time.
select frist_id, regel_id, utfall
from {{ ref('fct_frist') }}
where (stopp_datum < start_datum and utfall <> 'ej_bedombar')
    or frist_datum <= start_datum
    or forlangd_till_datum <= frist_datum
