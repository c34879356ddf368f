-- A child's unbroken stay in one and the same family home, or in emergency homes: named by its first placement. The duty
-- to consider a transfer of custody starts again in a new home (SoL 22:14, LVU 13 c §); the longest time in emergency
-- homes (SoL 22:4) does not. A family home that is not known is a stay of its own. Days elsewhere within the stay, and
-- a new number for the care, do not break it.
with i_hem as (
    select
        vard.kommun, vard.vard_id, plac.placering_id, plac.start, plac.slut, plac.person_nyckel, plac.lagrum_id,
        plac.lagrumsgrupp, plac.placeringsform, plac.malgrupp, plac.enhet,
        coalesce(plac.person_nyckel, 'placering:' || plac.placering_id) as person,
        case
            when plac.placeringsform = 'jourhem' then 'jourhem'
            else coalesce(plac.hem_nyckel, 'placering:' || plac.placering_id)
        end as hem
    from {{ ref('int_vard_placering') }} as vard
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
    where plac.ar_familjehem or plac.placeringsform = 'jourhem'
),

jamford as (
    select
        kommun, vard_id, placering_id, start, slut, person_nyckel, lagrum_id, lagrumsgrupp, placeringsform, malgrupp,
        enhet, person, hem,
        coalesce(start <= max(coalesce(slut, date '9999-12-30')) over (
            partition by kommun, person, hem order by start, placering_id
            rows between unbounded preceding and 1 preceding
        ) + 1, false) as fortsatter
    from i_hem
),

numrerad as (
    select
        kommun, vard_id, placering_id, start, slut, person_nyckel, lagrum_id, lagrumsgrupp, placeringsform, malgrupp,
        enhet, person, hem,
        sum(cast(not fortsatter as integer)) over (
            partition by kommun, person, hem order by start, placering_id
        ) as nr
    from jamford
)

select
    kommun,
    first(placering_id order by start, placering_id) as hem_vistelse_id,
    list(distinct placering_id order by placering_id) as placering_id_lista,
    list(distinct vard_id order by vard_id) as vard_id_lista,
    any_value(person_nyckel) as person_nyckel,
    min(start) as start,
    case when bool_and(slut is not null) then max(slut) end as slut,
    first(lagrum_id order by start, placering_id) as lagrum_id,
    first(lagrumsgrupp order by start, placering_id) as lagrumsgrupp,
    first(placeringsform order by start, placering_id) as placeringsform,
    first(malgrupp order by start, placering_id) as malgrupp,
    last(enhet order by start, placering_id) as enhet
from numrerad
group by kommun, person, hem, nr
