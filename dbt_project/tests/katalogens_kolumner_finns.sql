-- Catches a catalogue row that names a column its family does not have, before the engine trips over it.
{% for familj in indikatorfamiljer() -%}
-- depends_on: {{ ref('int_familj_' ~ familj) }}
{% endfor -%}
with namngiven as (
    select familj, indikator_id, unnest([taljare_kolumn, namnare_kolumn, unik_kolumn, datum_kolumn, till_kolumn, tackning_kolumn]) as kolumn
    from {{ ref('indikatorer') }}
    where familj <> 'matt'
    union
    select indikator.familj, indikator.indikator_id, villkor.kolumn
    from {{ ref('indikatorer') }} as indikator
    inner join {{ ref('indikator_villkor') }} as villkor on villkor.indikator_id = indikator.indikator_id
    union
    select indikator.familj, indikator.indikator_id, val.uppdelning
    from {{ ref('indikatorer') }} as indikator
    inner join {{ ref('indikator_uppdelningar') }} as val on val.indikator_id = indikator.indikator_id
)

select namngiven.indikator_id, namngiven.familj, namngiven.kolumn
from namngiven
where namngiven.kolumn is not null and namngiven.familj <> 'matt'
    and not exists (
        select 1 from information_schema.columns as kolumn
        where kolumn.table_schema = 'intermediate' and kolumn.table_name = 'int_familj_' || namngiven.familj
            and kolumn.column_name = namngiven.kolumn
    )
