-- Placements begun and ended, each described by its own day: the last day in care for what ended. A placement that
-- ended on its first day has no care day but has been both begun and ended.
with grans as (
    select
        dygnsvard.kommun, dygnsvard.person, dygnsvard.placering_id, dygnsvard.malgrupp, dygnsvard.placeringsform,
        dygnsvard.lagrumsgrupp, dygnsvard.regi, dygnsvard.kon, dygnsvard.start, dygnsvard.slutorsak, handelse.slag,
        handelse.dag,
        date_sub('year', dygnsvard.fodelsedatum, handelse.alder_dag) as alder
    from {{ ref('int_dygnsvard') }} as dygnsvard
    cross join lateral (
        select 'start' as slag, dygnsvard.fran as dag, dygnsvard.fran as alder_dag
        where dygnsvard.fran = dygnsvard.start
        union all
        select 'slut', dygnsvard.slut, greatest(dygnsvard.fran, dygnsvard.slut - 1)
        where dygnsvard.till = dygnsvard.slut
    ) as handelse
)

select
    grans.kommun,
    grans.person,
    grans.placering_id,
    grans.slag,
    grans.dag,
    grans.start,
    grans.malgrupp,
    grans.placeringsform,
    grans.lagrumsgrupp,
    grans.regi,
    grans.kon,
    {{ aldersgrupp('grans.alder') }} as aldersgrupp,
    {{ aldersgrupp('grans.alder', 'sammanbrott') }} as sammanbrott_alder,
    case when grans.slag = 'slut' then grans.slutorsak end as slutorsak,
    cast(grans.slag = 'slut' and coalesce(orsak.ar_matt = 'ja', false) as integer) as ar_matt,
    cast(grans.slag = 'slut' and coalesce(orsak.ar_sammanbrott = 'ja', false) as integer) as ar_sammanbrott
from grans
left join {{ ref('slutorsaker') }} as orsak on orsak.slutorsak = grans.slutorsak
