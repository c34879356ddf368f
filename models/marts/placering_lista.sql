-- The placements that go on, for those who follow them up: what they have cost, what is planned, and what
-- falls due. The case system's id is the only identity, and who has protected identity is left out.
with oppen as (
    select
        plac.kommun, plac.placering_id, plac.enhet, plac.placeringsform, plac.lagrum, plac.lagrumsgrupp,
        plac.regi, plac.utforare, plac.malgrupp, plac.ensamkommande, plac.medplacerad, plac.start,
        plac.planerat_slut, plac.beslut_id, plac.raknas_till, plac.lage_per, vard.vard_id
    from {{ ref('int_placering') }} as plac
    left join {{ ref('int_vard_placering') }} as vard
        on vard.kommun = plac.kommun and vard.placering_id = plac.placering_id
    left join {{ ref('int_person') }} as person
        on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
    where plac.raknas_till > plac.lage_per and not coalesce(person.skyddad, false)
),

nu as (
    select bit.kommun, bit.placering_id, bit.placeringsform, bit.lagrumsgrupp, bit.dygnspris_kr, bit.ar_franvaro
    from {{ ref('int_placering_bit') }} as bit
    inner join oppen
        on oppen.kommun = bit.kommun and oppen.placering_id = bit.placering_id
        and bit.fran <= oppen.lage_per and bit.till > oppen.lage_per
),

kostnad as (
    select
        kommun, placering_id, sum(betalda_dygn) as betalda_dygn, sum(prissatta_dygn) as prissatta_dygn,
        sum(beraknad_kostnad_kr) as kr
    from {{ ref('int_placering_manad') }}
    group by kommun, placering_id
),

overvagande as (
    select kommun, subjekt_id as vard_id, min(coalesce(forlangd_till_datum, frist_datum)) as datum
    from {{ ref('fct_frist') }}
    where slag = 'aterkommande' and subjekt_typ = 'vard' and utfall like 'pagaende%'
    group by kommun, subjekt_id
)

select
    oppen.kommun,
    oppen.enhet,
    coalesce(enhet.namn, oppen.enhet) as enhet_namn,
    oppen.placering_id,
    nu.placeringsform,
    oppen.lagrum,
    coalesce(nu.lagrumsgrupp, 'okand') as lagrumsgrupp,
    oppen.regi,
    oppen.utforare,
    oppen.malgrupp,
    oppen.ensamkommande as ar_ensamkommande,
    oppen.medplacerad as ar_medplacerad,
    oppen.start as start_datum,
    cast(oppen.raknas_till - oppen.start as integer) as dygn,
    kostnad.kr::decimal(18, 2) as kostnad_kr,
    kostnad.prissatta_dygn = kostnad.betalda_dygn as ar_prissatt,
    nu.dygnspris_kr::decimal(18, 2) as dygnspris_kr,
    coalesce(nu.ar_franvaro, false) as ar_franvarande,
    oppen.planerat_slut as planerat_slut_datum,
    oppen.planerat_slut <= oppen.lage_per as ar_over_planerat_slut,
    case when oppen.planerat_slut is not null then
        greatest(oppen.planerat_slut - oppen.raknas_till, 0) * nu.dygnspris_kr
    end::decimal(18, 2) as kostnad_till_planerat_slut_kr,
    oppen.beslut_id,
    beslut.giltig_till as beslut_giltig_till_datum,
    overvagande.datum as nasta_overvagande_datum,
    oppen.lage_per
from oppen
left join nu on nu.kommun = oppen.kommun and nu.placering_id = oppen.placering_id
left join kostnad on kostnad.kommun = oppen.kommun and kostnad.placering_id = oppen.placering_id
left join overvagande on overvagande.kommun = oppen.kommun and overvagande.vard_id = oppen.vard_id
left join {{ ref('int_beslut_kedja') }} as kedja
    on kedja.kommun = oppen.kommun and kedja.beslut_id = oppen.beslut_id
left join {{ ref('int_beslut') }} as beslut
    on beslut.kommun = oppen.kommun and beslut.beslut_id = coalesce(kedja.senare_beslut_id, oppen.beslut_id)
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from {{ ref('dim_enhet') }} group by kommun, enhet
) as enhet on enhet.kommun = oppen.kommun and enhet.enhet = oppen.enhet
