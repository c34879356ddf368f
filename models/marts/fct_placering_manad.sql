select
    dygn.kommun,
    dygn.placering_id,
    dygn.manad,
    plac.person_nyckel,
    plac.placeringsform,
    coalesce(plac.kostnadsgrupp, 'okand') as kostnadsgrupp,
    plac.malgrupp,
    plac.regi,
    coalesce(plac.lagrumsgrupp, 'okand') as lagrumsgrupp,
    plac.ensamkommande as ar_ensamkommande,
    plac.medplacerad as ar_medplacerad,
    plac.enhet,
    dygn.vard_dygn,
    dygn.betalda_dygn,
    cast(dygn.betalda_dygn * plac.dygnspris as decimal(18, 2)) as beraknad_kostnad_kr
from {{ ref('int_placering_manad') }} as dygn
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
