-- The rounds of unexecuted decisions as they were sent, in the form of the mart.
select
    {% for namn, typ in ej_verkstalld_kolumner() -%}
    cast(rad ->> '$.{{ namn }}' as {{ typ }}) as {{ namn }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('stg_frusen_rad') }}
where mart = 'ej_verkstallda_kvartal'
