-- Catches a word in the catalogue's vocabulary that its family does not have, before the engine trips over it. That the
-- catalogue itself only uses the vocabulary is said by pipelines/warehouse/catalogue.py.
{% for familj in indikatorfamiljer() -%}
-- depends_on: {{ ref('int_familj_' ~ familj) }}
{% endfor -%}
select ord.familj, ord.kolumn
from {{ ref('familjekolumner') }} as ord
where not exists (
    select 1 from information_schema.columns as kolumn
    where kolumn.table_schema = 'intermediate' and kolumn.table_name = 'int_familj_' || ord.familj
        and kolumn.column_name = ord.kolumn
)
