-- Every known offer and every time somebody declined one: the last of each stands on the decision, all of
-- them as events.
select kommun, subjekt_id as beslut_id, handelse, datum
from {{ ref('stg_handelse') }}
where subjekt_typ = 'beslut' and handelse in ('tackat_nej', 'erbjudande')
union
select kommun, beslut_id, 'tackat_nej', tackat_nej from {{ ref('int_beslut') }} where tackat_nej is not null
union
select kommun, beslut_id, 'erbjudande', erbjudande from {{ ref('int_beslut') }} where erbjudande is not null
