{#
  The columns of a row in mart.ej_verkstallda_kvartal, with their types. The frozen rounds are read back with them,
  so what is sent and what is computed have the same form.
#}
{% macro ej_verkstalld_kolumner() -%}
    {{ return([
        ('kommun', 'varchar'), ('kvartal', 'varchar'), ('foregaende_brytdatum', 'date'), ('brytdatum', 'date'),
        ('beslut_id', 'varchar'), ('klocka', 'varchar'), ('klocka_nr', 'integer'),
        ('insats', 'varchar'), ('insats_fore', 'varchar'), ('lagrum', 'varchar'), ('lagrum_id', 'varchar'),
        ('lagrumsgrupp', 'varchar'), ('enhet', 'varchar'), ('enhet_fore', 'varchar'), ('malgrupp', 'varchar'),
        ('kon', 'varchar'), ('ar_skyddad', 'boolean'), ('ansvar', 'varchar'),
        ('beslutsdatum', 'date'), ('start_datum', 'date'), ('rapporteras_fran_datum', 'date'),
        ('dagar', 'integer'), ('vantetidsband', 'varchar'), ('orsak', 'varchar'),
        ('uppdrag_skickat_datum', 'date'), ('antal_erbjudanden', 'integer'), ('senaste_erbjudande_datum', 'date'),
        ('antal_tackat_nej', 'integer'), ('senaste_tackat_nej_datum', 'date'),
        ('omfattning', 'decimal(18, 4)'), ('omfattning_kvar', 'decimal(18, 4)'), ('pagaende_insatser', 'varchar'),
        ('rapporttyp', 'varchar'), ('status_vid_bryt', 'varchar'), ('ar_rapporteringspliktig', 'boolean'),
        ('slut_datum', 'date'), ('avslutsorsak', 'varchar'), ('block', 'varchar'),
        ('forst_rapporterad_kvartal', 'varchar'), ('rattelse', 'varchar'), ('rattelse_skal', 'varchar')
    ]) }}
{%- endmacro %}

{# What makes two rows the same clock of the same decision. #}
{% macro samma_klocka(a, b) -%}
    {{ a }}.kommun = {{ b }}.kommun and {{ a }}.beslut_id = {{ b }}.beslut_id
    and {{ a }}.klocka = {{ b }}.klocka and {{ a }}.klocka_nr = {{ b }}.klocka_nr
{%- endmacro %}
