select
    kommun, row_key as ekonomi_nyckel, del_nr, rad_id, period, serie, version, konto, kontotyp, verksamhet, motpart,
    ansvar, projekt, enhet, placering_id, avser_fran as avser_fran_datum, avser_till as avser_till_datum,
    mappning_id, nyckel_id, fordelning, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
    ensamkommande as ar_ensamkommande, belopp_kr
from {{ ref('int_ekonomi') }}
