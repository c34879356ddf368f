-- Indicator family: what is done by force, one row per event that the law on care of young people, of substance abuse or
-- on protected housing knows. The section of the event says which law, else the decision that it is a step of.
with steg as (
    select
        h.kommun, h.row_key,
        any_value(h.person_nyckel) as person_nyckel,
        any_value(h.enhet) as enhet,
        any_value(lagrum.lagrumsgrupp) as lagrumsgrupp
    from {{ ref('int_handelse_beslut') }} as h
    left join {{ ref('lagrum') }} as lagrum on lagrum.lagrum_id = h.arende_lagrum_id
    where h.row_key is not null
    group by h.kommun, h.row_key
),

handelse as (
    select
        h.kommun, h.row_key, h.handelse, h.datum,
        coalesce(h.person_nyckel, steg.person_nyckel, beslut.person_nyckel) as person_nyckel,
        coalesce(h.enhet, steg.enhet, beslut.enhet, 'okand') as enhet,
        coalesce(nullif(egen.lagrumsgrupp, 'okand'), steg.lagrumsgrupp, beslut.lagrumsgrupp, 'okand') as lagrumsgrupp
    from {{ ref('stg_handelse') }} as h
    left join {{ ref('int_lagrum') }} as egen on egen.lagrum = h.lagrum and egen.datum = h.datum
    left join steg on steg.kommun = h.kommun and steg.row_key = h.row_key
    left join {{ ref('int_beslut') }} as beslut
        on h.subjekt_typ = 'beslut' and beslut.kommun = h.kommun and beslut.beslut_id = h.subjekt_id
    where h.handelse in ('omhandertagen', 'understalld', 'ansokan_vard', 'upphord')
)

select
    handelse.kommun,
    coalesce(handelse.person_nyckel, handelse.row_key) as bas_id,
    coalesce(person.kon, 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, handelse.datum)") }} as aldersgrupp,
    handelse.enhet,
    handelse.handelse,
    handelse.lagrumsgrupp,
    handelse.datum as handelse_datum,
    1 as antal
from handelse
left join {{ ref('int_person') }} as person
    on person.kommun = handelse.kommun and person.person_nyckel = handelse.person_nyckel
where handelse.lagrumsgrupp in ('lvu', 'lvm', 'lsb')
