-- What else in the extracts points at a decision: by these links, and by nothing else, a decision that is missing from its
-- extract can be found. One row per link; `beslut_id` is null for an investigation that ended in help and names none.
with beslut as (
    select kommun, beslut_id, utredning_id, person_nyckel, utfall, min(beslutsdatum) over (partition by kommun) as fran
    from {{ ref('int_beslut') }}
),

-- A link that the municipality never fills in says nothing when it is empty, and what is older than the oldest decision
-- in the extract says nothing of it.
lankar as (
    select
        beslut.kommun, count(beslut.utredning_id) > 0 as med_utredning, min(beslut.fran) as fran,
        beslut.kommun in (select kommun from {{ ref('stg_insats') }} where beslut_id is not null) as med_insats,
        beslut.kommun in (select kommun from {{ ref('int_placering') }} where beslut_id is not null) as med_placering
    from beslut
    group by beslut.kommun
),

utredning as (
    select
        utr.kommun, utr.utredning_id, utr.person_nyckel, utr.enhet, coalesce(utr.slutford, utr.avslutad) as datum
    from {{ ref('stg_utredning') }} as utr
    inner join lankar on lankar.kommun = utr.kommun and lankar.med_utredning
    inner join {{ ref('utredningstyper') }} as typ on typ.typ = utr.typ and typ.leder_till_beslut = 'ja'
    where utr.resultat = 'insats' and coalesce(utr.slutford, utr.avslutad) >= lankar.fran
),

-- A placement is help too, and its own link tells of its decision.
ur_utredning as (
    select
        utredning.kommun, 'utredning' as subjekt_typ, utredning.utredning_id as subjekt_id, beslut.beslut_id,
        utredning.person_nyckel, utredning.enhet, utredning.datum
    from utredning
    left join beslut
        on beslut.kommun = utredning.kommun and beslut.utredning_id = utredning.utredning_id
        and coalesce(beslut.person_nyckel = utredning.person_nyckel, true)
    anti join {{ ref('stg_placering') }} as plac
        on plac.kommun = utredning.kommun and plac.utredning_id = utredning.utredning_id
        and coalesce(plac.person_nyckel = utredning.person_nyckel, true)
)

select kommun, subjekt_typ, subjekt_id, beslut_id, person_nyckel, enhet, datum from ur_utredning
union all
-- Care by force or by a court has no decision of this kind to point at.
select plac.kommun, 'placering', plac.placering_id, plac.beslut_id, plac.person_nyckel, plac.enhet, plac.start
from {{ ref('int_placering') }} as plac
inner join lankar on lankar.kommun = plac.kommun and lankar.med_placering
where plac.start >= lankar.fran
    and (plac.beslut_id is not null or (plac.lagrumsgrupp in ('sol', 'lss') and not plac.medplacerad))
union all
select insats.kommun, 'insats', insats.insats_id, insats.beslut_id, insats.person_nyckel, insats.enhet, insats.start
from {{ ref('stg_insats') }} as insats
inner join lankar on lankar.kommun = insats.kommun and lankar.med_insats
where coalesce(insats.beslutsdatum, insats.start) >= lankar.fran
    and (insats.beslut_id is not null or insats.behovsprovad)
union all
select kommun, 'beslut', beslut_id, ersatter_beslut_id, person_nyckel, enhet, beslutsdatum
from {{ ref('int_beslut') }}
where ersatter_beslut_id is not null
union all
select kommun, 'handelse', handelse_id, subjekt_id, person_nyckel, enhet, datum
from {{ ref('stg_handelse') }}
where subjekt_typ = 'beslut'
    and handelse in ('uppdrag_skickat', 'erbjudande', 'tackat_nej', 'avbruten', 'aterupptagen', 'delvis_verkstalld')
