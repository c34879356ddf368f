-- Catches a delivered decision that is neither in the ledger nor out of it for a reason that is known.
select kommun, beslut_id, forklaring
from {{ ref('ej_verkstallda_tackning') }}
where forklaring = 'oforklarad'
