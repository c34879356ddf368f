-- Components of every indicator by municipality, period and group, written from the catalogue.
{{ indikator_komponenter({
    'aktualisering': ref('int_familj_aktualisering'),
    'utredning': ref('int_familj_utredning'),
    'frist_forhand': ref('int_familj_frist_forhand'),
    'frist_utredning': ref('int_familj_frist_utredning'),
    'frist_overvagande': ref('int_familj_frist_overvagande'),
    'ej_verkstalld': ref('int_familj_ej_verkstalld'),
    'ej_verkstalld_utan_nej': ref('int_familj_ej_verkstalld_utan_nej'),
    'volym': ref('int_familj_volym'),
    'kostnad': ref('int_familj_kostnad'),
}) }}
-- depends_on: {{ ref('indikatorer') }} {{ ref('indikator_perioder') }} {{ ref('indikator_uppdelningar') }}
-- depends_on: {{ ref('indikator_villkor') }} {{ ref('int_period_manad') }} {{ ref('int_period') }} {{ ref('int_kommun_period') }}
