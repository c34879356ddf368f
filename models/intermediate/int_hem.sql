-- A child's unbroken stay in one and the same family home, named by its first placement: the duty to consider a
-- transfer of custody runs on the stay and starts again in a new home (SoL 22:14, LVU 13 c §). A placement whose
-- home is not known is a stay of its own.
with i_familjehem as (
    select
        vard.kommun, vard.vard_id, plac.placering_id, plac.hem_nyckel, plac.start, plac.slut, plac.person_nyckel,
        plac.lagrum_id, plac.lagrumsgrupp, plac.placeringsform, plac.malgrupp, plac.enhet
    from {{ ref('int_vard_placering') }} as vard
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
    where plac.ar_familjehem
),

jamford as (
    select
        kommun, vard_id, placering_id, hem_nyckel, start, slut, person_nyckel, lagrum_id, lagrumsgrupp, placeringsform,
        malgrupp, enhet,
        coalesce(
            lag(hem_nyckel) over vistelse = hem_nyckel and start <= lag(slut) over vistelse + 1, false
        ) as ar_samma_hem
    from i_familjehem
    window vistelse as (partition by kommun, vard_id order by start, placering_id)
),

numrerad as (
    select
        kommun, vard_id, placering_id, start, slut, person_nyckel, lagrum_id, lagrumsgrupp, placeringsform, malgrupp,
        enhet,
        sum(cast(not ar_samma_hem as integer)) over (
            partition by kommun, vard_id order by start, placering_id
        ) as nr
    from jamford
)

select
    kommun,
    first(placering_id order by start, placering_id) as hem_vistelse_id,
    vard_id,
    any_value(person_nyckel) as person_nyckel,
    min(start) as start,
    case when bool_and(slut is not null) then max(slut) end as slut,
    first(lagrum_id order by start, placering_id) as lagrum_id,
    first(lagrumsgrupp order by start, placering_id) as lagrumsgrupp,
    first(placeringsform order by start, placering_id) as placeringsform,
    first(malgrupp order by start, placering_id) as malgrupp,
    last(enhet order by start, placering_id) as enhet
from numrerad
group by kommun, vard_id, nr
