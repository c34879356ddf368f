select frist_id, konvention, kommun, regel_id, frist_datum, forlangd_till_datum, utfall
from {{ ref('int_frist') }}
