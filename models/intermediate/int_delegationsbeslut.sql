-- Every decision that some extract tells of, in one shape. What is decided without a section in the extract
-- is under the one in force that day (seeds/delegation_lagrum.csv); a section that is printed stays as it was
-- printed, also after its repeal.
with lagrum_for as (
    select
        forval.slag, forval.typ, forval.lagrumsgrupp, forval.lagrum_id, forval.efterfoljare,
        lagrum.giltig_fran,
        coalesce(lagrum.giltig_till, date '9999-12-31') as giltig_till
    from {{ ref('delegation_lagrum') }} as forval
    inner join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = forval.lagrum_id
),

-- What a review is about: the care under the legal basis that it had that day, or a decision.
vard as (
    select kommun, 'vard' as subjekt_typ, vard_id as subjekt_id, vard_id from {{ ref('int_vard') }}
    union all
    select kommun, 'placering', placering_id, vard_id from {{ ref('int_vard_placering') }}
),

overvagande as (
    select
        over_.kommun, over_.row_key, over_.typ, over_.datum, over_.beslutsfattare,
        coalesce(arg_max(grund.enhet, grund.start), any_value(beslut.enhet)) as enhet,
        coalesce(arg_max(grund.lagrumsgrupp, grund.start), any_value(beslut.lagrumsgrupp)) as lagrumsgrupp
    from {{ ref('stg_overvagande') }} as over_
    left join vard
        on vard.kommun = over_.kommun and vard.subjekt_typ = over_.subjekt_typ
            and vard.subjekt_id = over_.subjekt_id
    left join {{ ref('int_vard_grund') }} as grund
        on grund.kommun = vard.kommun and grund.vard_id = vard.vard_id and grund.start <= over_.datum
    left join {{ ref('int_beslut') }} as beslut
        on over_.subjekt_typ = 'beslut' and beslut.kommun = over_.kommun
            and beslut.beslut_id = over_.subjekt_id
    group by over_.kommun, over_.row_key, over_.typ, over_.datum, over_.beslutsfattare
),

enhet as (
    select kommun, subjekt_typ, subjekt_id, min(enhet) as enhet
    from {{ ref('int_subjekt') }}
    group by kommun, subjekt_typ, subjekt_id
),

-- Some events are decisions by law (seeds/lagrum.csv); those that have a row of their own among the decisions
-- count there.
egen_rad as (
    select distinct beslut.kommun, beslut.person_nyckel, beslut.beslutsdatum as datum,
        lagrum.beslut_ar_handelse as handelse
    from {{ ref('int_beslut') }} as beslut
    inner join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = beslut.lagrum_id
    where lagrum.beslut_ar_handelse is not null
),

beslut as (
    select
        kommun, 'insats' as slag, insats as typ, beslutsdatum as datum, beslutsfattare, enhet, lagrum_id,
        lagrumsgrupp, utfall
    from {{ ref('int_beslut') }}
    union all
    select kommun, 'forhandsbedomning', typ, beslutsdatum, null, enhet, null, null, beslut
    from {{ ref('stg_aktualisering') }}
    where beslutsdatum is not null
    union all
    -- The section of an investigation is what it is made under; what closes it is a decision under another
    -- one, in SoL.
    select
        utr.kommun, 'utredning', utr.typ, coalesce(utr.slutford, utr.avslutad), null, utr.enhet,
        case when lagrum.lagrumsgrupp <> 'sol' then lagrum.lagrum_id end, lagrum.lagrumsgrupp, utr.resultat
    from {{ ref('stg_utredning') }} as utr
    left join {{ ref('int_lagrum') }} as lagrum on lagrum.lagrum = utr.lagrum and lagrum.datum = utr.inledd
    where coalesce(utr.slutford, utr.avslutad) is not null
    union all
    select forl.kommun, 'forlangning', forl.subjekt_typ, forl.beslutsdatum, forl.beslutsfattare, enhet.enhet,
        null, null, 'beslutat'
    from {{ ref('stg_forlangning') }} as forl
    left join enhet
        on enhet.kommun = forl.kommun and enhet.subjekt_typ = forl.subjekt_typ
            and enhet.subjekt_id = forl.subjekt_id
    union all
    select kommun, 'overvagande', typ, datum, beslutsfattare, enhet, null, lagrumsgrupp, 'beslutat'
    from overvagande
    union all
    select h.kommun, 'tvang', h.handelse, h.datum, null, h.enhet, lagrum.lagrum_id, lagrum.lagrumsgrupp,
        'beslutat'
    from {{ ref('stg_handelse') }} as h
    left join {{ ref('int_lagrum') }} as lagrum on lagrum.lagrum = h.lagrum and lagrum.datum = h.datum
    anti join egen_rad
        on egen_rad.kommun = h.kommun and egen_rad.person_nyckel = h.person_nyckel
            and egen_rad.datum = h.datum
        and egen_rad.handelse = h.handelse
    where h.handelse in (
        select beslut_ar_handelse from {{ ref('lagrum') }} where beslut_ar_handelse is not null
    )
),

numrerat as (
    select
        row_number() over () as beslut_nr,
        kommun, slag, typ, datum, beslutsfattare, enhet, lagrum_id, lagrumsgrupp, utfall
    from beslut
),

tolkat as (
    select
        numrerat.beslut_nr, numrerat.kommun, numrerat.slag, numrerat.typ, numrerat.datum,
        numrerat.beslutsfattare,
        numrerat.enhet, numrerat.utfall,
        coalesce(numrerat.lagrum_id, forval.lagrum_id, 'okand') as lagrum_id
    from numrerat
    left join lagrum_for as forval
        on numrerat.lagrum_id is null and forval.slag = numrerat.slag and forval.typ in (numrerat.typ, '*')
        and forval.lagrumsgrupp in (coalesce(numrerat.lagrumsgrupp, '*'), '*')
        and numrerat.datum >= forval.giltig_fran and numrerat.datum < forval.giltig_till
    -- A section that a newer one took over from within its act yields to it.
    qualify row_number() over (
        partition by numrerat.beslut_nr order by forval.giltig_fran desc, forval.lagrum_id
    ) = 1
)

select
    tolkat.beslut_nr,
    tolkat.kommun,
    tolkat.slag,
    tolkat.typ,
    tolkat.datum,
    coalesce(tolkat.beslutsfattare, 'okand') as beslutsfattare,
    coalesce(tolkat.enhet, 'okand') as enhet,
    coalesce(tolkat.utfall, 'okand') as utfall,
    tolkat.lagrum_id,
    coalesce(forval.efterfoljare, lagrum.efterfoljare, tolkat.lagrum_id) as nuvarande_lagrum_id,
    tolkat.datum >= lagrum.giltig_fran and (lagrum.giltig_till is null or tolkat.datum < lagrum.giltig_till)
        as ar_lagrum_i_kraft
from tolkat
left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = tolkat.lagrum_id
left join lagrum_for as forval
    on forval.slag = tolkat.slag and forval.typ = tolkat.typ and forval.lagrum_id = tolkat.lagrum_id
    and forval.efterfoljare is not null
