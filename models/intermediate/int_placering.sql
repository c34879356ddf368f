-- Placements with what the code lists and the law say of them. An open placement is still there on the
-- läge per day, so its care days run to the day after.
select
    plac.kommun,
    plac.placering_id,
    plac.person_nyckel,
    plac.placeringsform,
    form.kostnadsgrupp,
    coalesce(form.ar_vard = 'ja', false) as ar_vard,
    coalesce(form.overvagande = 'ja', false) as ar_overvagande,
    coalesce(form.familjehem = 'ja', false) as ar_familjehem,
    form.ordning_dubbelt_dygn,
    plac.lagrum,
    lagrum.lagrum_id,
    lagrum.lagrumsgrupp,
    plac.regi,
    plac.utforare,
    plac.hem_nyckel,
    plac.vard_id,
    plac.beslut_id,
    plac.utredning_id,
    plac.enhet,
    plac.malgrupp,
    coalesce(plac.ensamkommande, false) as ensamkommande,
    coalesce(plac.medplacerad, false) as medplacerad,
    plac.start,
    plac.planerat_slut,
    plac.slut,
    least(coalesce(plac.slut, lage.lage_per + 1), lage.lage_per + 1) as raknas_till,
    plac.slutorsak,
    plac.dygnspris,
    lage.lage_per
from {{ ref('stg_placering') }} as plac
inner join {{ source('indata', 'lage') }} as lage on lage.kommun = plac.kommun
left join {{ ref('int_lagrum') }} as lagrum on lagrum.lagrum = plac.lagrum and lagrum.datum = plac.start
left join {{ ref('placeringsformer') }} as form
    on form.placeringsform = plac.placeringsform
    and plac.start >= form.giltig_fran
    and (form.giltig_till is null or plac.start < form.giltig_till)
