{#
  The rows of `rader` with the person's present number in place of whichever number each row was delivered under
  (stg_person_version). Staging does this once, so that nothing above it knows that a person may have several.

  `nyckel`: the columns that are the table's key together with the person. A case that is delivered under two
  numbers of one person (a delta never ends the old row) is one case: the row of the present number stays,
  else the newest.
#}
{% macro under_nuvarande_nummer(rader, nyckel=none) -%}
    {%- set samma_nummer -%}
        version.kommun = rad.kommun and version.person_nyckel = rad.person_nyckel
    {%- endset -%}
    select rad.* replace (coalesce(version.kanonisk_nyckel, rad.person_nyckel) as person_nyckel)
    from {{ rader }} as rad
    left join {{ ref('stg_person_version') }} as version on {{ samma_nummer }}
    {%- if nyckel %}
    anti join (
        select rad.kommun, rad.row_key
        from {{ rader }} as rad
        inner join {{ ref('stg_person_version') }} as version on {{ samma_nummer }}
        qualify row_number() over (
            partition by rad.kommun, version.kanonisk_nyckel, {{ nyckel | join(', ') }}
            order by rad.person_nyckel = version.kanonisk_nyckel desc, rad.leveransdatum desc, rad.row_key
        ) > 1
    ) as dubbel on dubbel.kommun = rad.kommun and dubbel.row_key = rad.row_key
    {%- endif %}
{%- endmacro %}
