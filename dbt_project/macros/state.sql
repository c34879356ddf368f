{#
  The state of one extract table at each municipality's läge per: the newest change of every row key
  that was known by then, unless that change is a removal.
#}
{% macro state(table) -%}
    select change.*
    from {{ source('arkiv', table) }} as change
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = change.kommun
    where change.leveransdatum <= lage.lage_per
    qualify row_number() over (
        partition by change.kommun, change.row_key
        order by change.leveransdatum desc, change.sekvens desc
    ) = 1 and change.change <> 'borttagen'
{%- endmacro %}
