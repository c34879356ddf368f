-- Indicator family: placements begun and ended, one row for each, in the group of its own day. Only an ending whose
-- reason is known can be, or not be, a breakdown.
with forlangd as (
    select distinct kommun, subjekt_nyckel as placering_id
    from {{ ref('int_forlangning') }}
    where subjekt_typ = 'placering'
    union
    -- Emergency homes follow on each other: a decision to go on holds for all of the stay.
    select hem.kommun, unnest(hem.placering_id_lista)
    from {{ ref('int_hem') }} as hem
    semi join {{ ref('int_forlangning') }} as beslut
        on beslut.subjekt_typ = 'hem' and beslut.kommun = hem.kommun and beslut.subjekt_nyckel = hem.hem_vistelse_id
),

handelse as (
    select
        kommun, person, placering_id, slag, dag, start, malgrupp, placeringsform, lagrumsgrupp, regi, kon, aldersgrupp,
        sammanbrott_alder, slutorsak, ar_matt, ar_sammanbrott,
        case when ar_sammanbrott = 1 then
            coalesce(min(dag) filter (where ar_sammanbrott = 1) over (partition by kommun, person) < dag, false)
        else false
        end as ar_upprepat
    from {{ ref('int_placering_handelse') }}
)

select
    handelse.kommun,
    handelse.person as bas_id,
    handelse.kon,
    handelse.aldersgrupp,
    handelse.sammanbrott_alder,
    coalesce(plac.enhet, 'okand') as enhet,
    handelse.malgrupp,
    handelse.placeringsform,
    coalesce(form.familjehem, 'nej') as familjehem,
    handelse.lagrumsgrupp,
    handelse.regi,
    handelse.slutorsak,
    case
        when forlangd.placering_id is not null then 'ja'
        when tabell.tabell is not null then 'nej'
        else 'okand'
    end as forlangd,
    case when handelse.slag = 'start' then handelse.dag end as start_datum,
    case when handelse.slag = 'slut' then handelse.dag end as slut_datum,
    1 as antal,
    cast(handelse.slag = 'slut' as integer) as ar_avslutad,
    handelse.ar_matt,
    handelse.ar_sammanbrott,
    cast(handelse.ar_upprepat as integer) as ar_upprepat_sammanbrott,
    case when handelse.slag = 'slut' then handelse.dag - handelse.start end as dagar,
    case when handelse.ar_sammanbrott = 1 then handelse.dag - handelse.start end as sammanbrott_dagar
from handelse
inner join {{ ref('int_placering') }} as plac
    on plac.kommun = handelse.kommun and plac.placering_id = handelse.placering_id
left join {{ ref('placeringsformer') }} as form
    on form.placeringsform = handelse.placeringsform
    and handelse.start >= form.giltig_fran and (form.giltig_till is null or handelse.start < form.giltig_till)
left join forlangd on forlangd.kommun = handelse.kommun and forlangd.placering_id = handelse.placering_id
left join {{ ref('int_tabell') }} as tabell on tabell.kommun = handelse.kommun and tabell.tabell = 'forlangningar'
