{{ config(selects_at_once=4) }}
-- Components of every indicator by municipality, period and group, written from the catalogue.
{{ indikator_komponenter() }}
-- depends_on: {{ ref('indikatorer') }} {{ ref('indikator_perioder') }} {{ ref('indikator_uppdelningar') }}
-- depends_on: {{ ref('indikator_villkor') }} {{ ref('int_enhet_nu') }} {{ ref('int_period_manad') }} {{ ref('int_period') }} {{ ref('int_kommun_period') }}
