-- Catches date arithmetic that goes backwards: a stop before its start, a limit or an extension that gives no time.
-- Some duties can be done before they arise, and the clock of some (a placement after an investigation) may start
-- after its last day when a court has set it.
select frist.frist_id, frist.regel_id, frist.utfall
from {{ ref('fct_frist') }} as frist
inner join {{ ref('fristregler') }} as regel on regel.regel_id = frist.regel_id
where (frist.stopp_datum < frist.start_datum and frist.utfall <> 'ej_bedombar' and regel.tidigt_stopp <> 'uppfylld')
    or (frist.frist_datum <= frist.start_datum and regel.frist_satt = 'nej')
    or frist.forlangd_till_datum <= frist.frist_datum
