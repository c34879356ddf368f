select
    dygn.kommun,
    dygn.placering_id,
    dygn.manad,
    plac.person_nyckel,
    dygn.placeringsform,
    dygn.kostnadsgrupp,
    plac.malgrupp,
    plac.regi,
    dygn.lagrumsgrupp,
    plac.ensamkommande as ar_ensamkommande,
    plac.medplacerad as ar_medplacerad,
    plac.utforare,
    plac.enhet,
    dygn.vard_dygn,
    dygn.franvaro_dygn,
    dygn.betalda_dygn,
    dygn.prissatta_dygn,
    dygn.beraknad_kostnad_kr
from {{ ref('int_placering_manad') }} as dygn
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
