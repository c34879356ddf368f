-- Unbroken care under one legal basis: the subject of the duties to review care. A move, or a new act that takes
-- over from the old, changes nothing; a new ground does (SoL to LVU, 2 § to 3 § LVU). The first keeps the care's id.
with byte_av_lagrum as (
    select vard.kommun, vard.vard_id, plac.placering_id, plac.start as fran, plac.lagrum_id, plac.lagrumsgrupp, 0 as plats
    from {{ ref('int_vard_placering') }} as vard
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
    union
    select vard.kommun, vard.vard_id, period.placering_id, period.fran, lagrum.lagrum_id, lagrum.lagrumsgrupp, 1
    from {{ ref('int_vard_placering') }} as vard
    inner join {{ ref('stg_placering_period') }} as period
        on period.kommun = vard.kommun and period.placering_id = vard.placering_id and period.slag = 'lagrum'
    inner join {{ ref('int_lagrum') }} as lagrum
        on lagrum.lagrum = period.varde and lagrum.datum = period.fran
    union
    -- When the period is over and no other begins, the placement's own section holds again.
    select vard.kommun, vard.vard_id, plac.placering_id, period.till, plac.lagrum_id, plac.lagrumsgrupp, 0
    from {{ ref('int_vard_placering') }} as vard
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = vard.kommun and plac.placering_id = vard.placering_id
    inner join {{ ref('stg_placering_period') }} as period
        on period.kommun = vard.kommun and period.placering_id = vard.placering_id and period.slag = 'lagrum'
        and period.till < coalesce(plac.slut, plac.lage_per)
),

beskriven as (
    select
        byte.kommun, byte.vard_id, byte.placering_id, byte.fran, byte.plats, byte.lagrum_id, byte.lagrumsgrupp,
        -- Under LVU each section is a ground of its own. A section that cannot be read is taken for SoL.
        case byte.lagrumsgrupp
            when 'lvu' then byte.lagrum_id
            when 'okand' then 'sol'
            else byte.lagrumsgrupp
        end as grund,
        plac.placeringsform, plac.malgrupp, plac.enhet, plac.ar_overvagande, vard.person_nyckel, vard.slut as vard_slut
    from byte_av_lagrum as byte
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = byte.kommun and plac.placering_id = byte.placering_id
    inner join {{ ref('int_vard') }} as vard on vard.kommun = byte.kommun and vard.vard_id = byte.vard_id
    where byte.fran <= least(coalesce(vard.slut, plac.lage_per), plac.lage_per)
        -- A section that cannot be read says nothing of a change.
        and (byte.lagrumsgrupp <> 'okand' or byte.fran = vard.start)
        -- Nor does a placement within another that goes on.
        and not exists (
            select 1
            from {{ ref('int_vard_placering') }} as annan_vard
            inner join {{ ref('int_placering') }} as annan
                on annan.kommun = annan_vard.kommun and annan.placering_id = annan_vard.placering_id
            where annan_vard.kommun = byte.kommun and annan_vard.vard_id = byte.vard_id
                and annan.placering_id <> byte.placering_id
                and annan.start < plac.start
                and coalesce(annan.slut, date '9999-12-31') > coalesce(plac.slut, date '9999-12-31')
        )
),

jamford as (
    select
        kommun, vard_id, placering_id, fran, plats, lagrum_id, lagrumsgrupp, grund, placeringsform, malgrupp, enhet,
        ar_overvagande, person_nyckel, vard_slut,
        lag(grund) over (partition by kommun, vard_id order by fran, plats, placering_id) is distinct from grund as ar_ny
    from beskriven
),

numrerad as (
    select
        kommun, vard_id, placering_id, fran, plats, lagrum_id, lagrumsgrupp, placeringsform, malgrupp, enhet,
        ar_overvagande, person_nyckel, vard_slut,
        sum(cast(ar_ny as integer)) over (partition by kommun, vard_id order by fran, plats, placering_id) as nr
    from jamford
),

grund as (
    select
        kommun, vard_id, nr,
        any_value(person_nyckel) as person_nyckel,
        min(fran) as start,
        any_value(vard_slut) as vard_slut,
        first(lagrum_id order by fran, plats, placering_id) as lagrum_id,
        first(lagrumsgrupp order by fran, plats, placering_id) as lagrumsgrupp,
        first(placeringsform order by fran, plats, placering_id) as placeringsform,
        first(malgrupp order by fran, plats, placering_id) as malgrupp,
        last(enhet order by fran, plats, placering_id) as enhet,
        bool_or(ar_overvagande) as ar_overvagande
    from numrerad
    group by kommun, vard_id, nr
)

select
    kommun,
    vard_id || case when nr > 1 then '#' || nr else '' end as vard_grund_id,
    vard_id,
    person_nyckel,
    start,
    coalesce(lead(start) over (partition by kommun, vard_id order by nr), vard_slut) as slut,
    lagrum_id,
    lagrumsgrupp,
    placeringsform,
    malgrupp,
    enhet,
    ar_overvagande
from grund
