-- The events of one subject, and the row of the extract that each comes from: its table, its column and when the
-- row was last delivered. Rows about a care or a placement may name any placement of the care.
with person as (
    select person_nyckel
    from intermediate.int_subjekt
    where kommun = $kommun and subjekt_typ = $subjekt_typ and subjekt_nyckel = $subjekt_nyckel
),

vard as (
    select vard_id
    from intermediate.int_vard_placering
    where kommun = $kommun and $subjekt_typ in ('vard', 'vardtid', 'placering', 'beslut')
        and (vard_id = $subjekt_id or placering_id = $subjekt_id)
    union
    select unnest(vard_id_lista)
    from intermediate.int_hem
    where kommun = $kommun and $subjekt_typ = 'hem' and hem_vistelse_id = $subjekt_nyckel
    union
    -- A decision may be about a care that it does not hang on.
    select vard_id from intermediate.int_vard semi join person using (person_nyckel)
    where kommun = $kommun and $subjekt_typ = 'beslut'
),

berord as (
    select $subjekt_id as id
    union
    select vard_id from vard
    union
    select placering_id from intermediate.int_vard_placering semi join vard using (vard_id) where kommun = $kommun
),

rad as (
    select 'aktualiseringar' as uttag, leveransdatum,
           unnest(['inkommen', 'skyddsbedomning', 'beslutsdatum']) as kolumn,
           unnest(['inkommen', 'skyddsbedomning', 'beslut']) as handelse,
           unnest([inkommen, skyddsbedomning, beslutsdatum]) as datum
    from staging.stg_aktualisering
    where kommun = $kommun and $subjekt_typ = 'aktualisering' and row_key = $subjekt_nyckel
    union all
    select 'utredningar', leveransdatum,
           unnest(['inledd', 'tilldelad', case when slutford is null then 'avslutad' else 'slutford' end]),
           unnest(['inledd', 'tilldelad', 'slutford']),
           unnest([inledd, tilldelad, coalesce(slutford, avslutad)])
    from staging.stg_utredning
    where kommun = $kommun and $subjekt_typ = 'utredning' and row_key = $subjekt_nyckel
    union all
    select 'utredningar', leveransdatum,
           unnest(['inledd', case when slutford is null then 'avslutad' else 'slutford' end]),
           unnest(['person.utredning_inledd', 'utredning.slutford']),
           unnest([inledd, coalesce(slutford, avslutad)])
    from staging.stg_utredning
    semi join person using (person_nyckel)
    where kommun = $kommun and typ = 'barn_skydd_stod'
    union all
    select 'ej_verkstallda_beslut', leveransdatum,
           unnest(['beslutsdatum', 'verkstalld', 'avbruten', 'aterupptagen', 'avslutad']),
           unnest(['beslut', 'verkstalld', 'avbruten', 'aterupptagen', 'avslutad']),
           unnest([beslutsdatum, verkstalld, avbruten, aterupptagen, avslutad])
    from staging.stg_beslut
    where kommun = $kommun and $subjekt_typ = 'beslut' and beslut_id = $subjekt_id
    union all
    -- A decision under a section that is an event by law (seeds/lagrum.csv).
    select 'ej_verkstallda_beslut', beslut.leveransdatum, 'beslutsdatum', lagrum.beslut_ar_handelse, beslut.beslutsdatum
    from staging.stg_beslut as beslut
    cross join (
        select distinct beslut_ar_handelse from seed.lagrum where beslut_ar_handelse is not null
    ) as lagrum
    where beslut.kommun = $kommun and $subjekt_typ = 'beslut' and beslut.beslut_id = $subjekt_id
    union all
    -- One legal basis ends where the next placement begins; what is decided of a care is executed and ends with it.
    select 'placeringar', leveransdatum,
           unnest(['start', 'slut', 'start', 'start', 'slut']),
           unnest(['start', 'slut', 'slut', 'verkstalld', 'upphord']),
           unnest([start, slut, start, start, slut])
    from staging.stg_placering
    where kommun = $kommun and $subjekt_typ in ('vard', 'vardtid', 'hem', 'placering', 'beslut')
        and placering_id in (select id from berord)
    union all
    select 'placering_perioder', leveransdatum,
           unnest(['fran', 'fran', 'till', 'till']), unnest(['start', 'slut', 'start', 'slut']),
           unnest([fran, fran, till, till])
    from staging.stg_placering_period
    where kommun = $kommun and slag = 'lagrum' and $subjekt_typ = 'vard' and placering_id in (select id from berord)
    union all
    select 'overvaganden', leveransdatum, 'datum',
           case when typ in ('overvagande', 'omprovning') then typ else 'overvagande_' || typ end, datum
    from staging.stg_overvagande
    where kommun = $kommun and subjekt_id in (select id from berord)
    union all
    -- The case says itself when the child was born; what is decided of a care that goes on is executed at once.
    select 'handelser', leveransdatum, 'datum',
           unnest([
               handelse,
               case when handelse = 'fodelse' then 'person.fodelse' end,
               case when handelse in (select beslut_ar_handelse from seed.lagrum) then 'verkstalld' end
           ]),
           datum
    from staging.stg_handelse
    where kommun = $kommun and subjekt_id in (select id from berord)
),

handelse as (
    select handelse, datum from mart.fct_handelse
    where kommun = $kommun and subjekt_typ = $subjekt_typ and subjekt_nyckel = $subjekt_nyckel
    union
    select handelse, datum from intermediate.int_handelse_kopplad
    where kommun = $kommun and subjekt_typ = $subjekt_typ and subjekt_nyckel = $subjekt_nyckel
)

select handelse.handelse, handelse.datum, rad.uttag, rad.kolumn, rad.leveransdatum
from handelse
left join rad on rad.handelse = handelse.handelse and rad.datum is not distinct from handelse.datum
qualify row_number() over (
    partition by handelse.handelse, handelse.datum
    order by rad.kolumn = rad.handelse desc, rad.leveransdatum desc
) = 1
order by handelse.datum nulls last, handelse.handelse
