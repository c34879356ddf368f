{#
  The days whose registration is followed in the archive: extract and column → (staging model, extract, column). What
  is booked or paid by month is closed by the ledger and the payment, and is not late in this sense.
#}
{% macro registreringar() -%}
    {%- set kallor = [
        ('stg_aktualisering', 'aktualiseringar', 'inkommen'), ('stg_aktualisering', 'aktualiseringar', 'beslutsdatum'),
        ('stg_utredning', 'utredningar', 'inledd'), ('stg_utredning', 'utredningar', 'slutford'),
        ('stg_placering', 'placeringar', 'start'), ('stg_placering', 'placeringar', 'slut'),
        ('stg_beslut', 'ej_verkstallda_beslut', 'beslutsdatum'), ('stg_beslut', 'ej_verkstallda_beslut', 'verkstalld'),
        ('stg_insats', 'insatser', 'start'), ('stg_insats', 'insatser', 'slut'),
        ('stg_overvagande', 'overvaganden', 'datum'),
    ] -%}
    {{ return(kallor) }}
{%- endmacro %}
