-- Indicator family: who is placed, one row per person and part of unbroken care, cut where the group changes (by a
-- birthday too). The rows of mart.placering_oversikt: nobody is in two of them on the same day.
select
    placerad.kommun,
    placerad.person as bas_id,
    placerad.kon,
    placerad.aldersgrupp,
    coalesce(plac.enhet, 'okand') as enhet,
    placerad.malgrupp,
    placerad.placeringsform,
    coalesce(form.kostnadsgrupp, 'okand') as kostnadsgrupp,
    placerad.lagrumsgrupp,
    placerad.regi,
    placerad.fran as fran_datum,
    placerad.i_vard_till as till_datum,
    case when placerad.i_vard_till = placerad.vard_slut then placerad.vard_slut end as vard_slut_datum,
    1 as antal,
    cast(placerad.fran = placerad.vard_start as integer) as ar_ny,
    cast(placerad.ar_flytt as integer) as ar_flytt,
    cast(placerad.lagrumsgrupp = 'lvu' as integer) as ar_lvu,
    cast(coalesce(placerad.i_vard_till = placerad.vard_slut, false) as integer) as ar_vard_slut,
    case when placerad.i_vard_till = placerad.vard_slut then placerad.vard_slut - placerad.vard_start end as vard_dagar
from {{ ref('int_placerad') }} as placerad
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = placerad.kommun and plac.placering_id = placerad.placering_id
left join {{ ref('placeringsformer') }} as form
    on form.placeringsform = placerad.placeringsform
    and placerad.fran >= form.giltig_fran and (form.giltig_till is null or placerad.fran < form.giltig_till)
