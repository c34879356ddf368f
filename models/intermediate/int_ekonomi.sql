-- Ledger rows, each as the parts that its cost groups bear. What an account string is mapped to is in
-- int_kontering. A part goes straight to the group of the account, follows the placement that the row names,
-- or is shared by a stated key (seeds/fordelningsnycklar.csv); what none of them can place stays explicitly
-- unallocated (kostnadsgrupp ofordelad). The parts of a row sum to it: the last one is the remainder.
with rad as not materialized (
    select
        rad.kommun, rad.row_key, rad.period, rad.serie, rad.version, rad.konto, rad.kontotyp, rad.verksamhet,
        rad.motpart, rad.ansvar, rad.projekt, rad.enhet, rad.rad_id, rad.placering_id, rad.avser_fran,
        rad.avser_till, rad.belopp_kr, mapp.mappning_id, mapp.kostnadsgrupp, mapp.malgrupp, mapp.regi,
        mapp.lagrumsgrupp, mapp.fordelning, mapp.nyckel_id, kontering.dag,
        case when rad.serie = 'utfall' then '' else coalesce(rad.version, '') end as plan_version,
        -- The days that a row is for; without them the month it is booked in.
        coalesce(rad.avser_fran, kontering.manad_start) as tjanst_fran,
        coalesce(rad.avser_till, kontering.dag) + 1 as tjanst_till
    from {{ ref('stg_ekonomi') }} as rad
    left join {{ ref('int_kontering') }} as kontering
        on kontering.kommun = rad.kommun and kontering.konto = rad.konto
        and kontering.verksamhet = rad.verksamhet
        and kontering.motpart = coalesce(rad.motpart, '') and kontering.period = rad.period
    left join {{ ref('kontomappning') }} as mapp on mapp.mappning_id = kontering.mappning_id
),

placering as (
    select
        rad.kommun, rad.row_key, rad.belopp_kr,
        coalesce(rad.kostnadsgrupp, bit.kostnadsgrupp) as kostnadsgrupp,
        coalesce(rad.malgrupp, plac.malgrupp) as malgrupp,
        coalesce(rad.regi, plac.regi) as regi,
        coalesce(rad.lagrumsgrupp, bit.lagrumsgrupp) as lagrumsgrupp,
        plac.ensamkommande,
        sum(greatest(least(bit.till, rad.tjanst_till) - greatest(bit.fran, rad.tjanst_fran), 0)) as dygn,
        min(greatest(bit.fran - rad.tjanst_till, rad.tjanst_fran - bit.till)) as avstand
    from rad
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = rad.kommun and plac.placering_id = rad.placering_id
    inner join {{ ref('int_placering_bit') }} as bit
        on bit.kommun = rad.kommun and bit.placering_id = rad.placering_id
    where rad.fordelning in ('direkt', 'placering_id')
    group by all
),

-- A row for days outside the placement goes to the part of the stay that lies nearest.
placering_vikt as (
    select
        kommun, row_key, belopp_kr, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        case
            when sum(dygn) over rad > 0 then dygn
            when row_number() over (
                partition by kommun, row_key order by avstand, kostnadsgrupp, malgrupp, regi, lagrumsgrupp
            ) = 1 then 1
            else 0
        end as vikt
    from placering
    window rad as (partition by kommun, row_key)
),

-- The care days of a month, and of a year under its closing period; of a plan those that it plans.
dygn as (
    select
        dygn.kommun, 'utfall' as serie, '' as plan_version,
        unnest([dygn.manad, left(dygn.manad, 4) || '-13']) as period, dygn.kostnadsgrupp, plac.malgrupp,
        plac.regi, dygn.lagrumsgrupp, dygn.vard_dygn
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    where not plac.medplacerad and not plac.ensamkommande
    union all
    select
        kommun, serie, coalesce(version, ''), unnest([period, left(period, 4) || '-13']), kostnadsgrupp,
        malgrupp, regi, lagrumsgrupp, arsplaceringar * 365
    from {{ ref('stg_volymplan') }}
),

dygn_period as (
    select
        kommun, serie, plan_version, period, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
        sum(vard_dygn) as vard_dygn
    from dygn
    group by all
),

nyckel_del as (
    select
        rad.kommun, rad.serie, rad.plan_version, rad.period, rad.nyckel_id, nyckel.kostnadsgrupp,
        nyckel.malgrupp, nyckel.regi, nyckel.lagrumsgrupp, nyckel.andel
    from (
        select distinct kommun, serie, plan_version, period, nyckel_id, dag
        from rad
        where fordelning = 'nyckel'
    ) as rad
    inner join {{ ref('fordelningsnycklar') }} as nyckel
        on nyckel.nyckel_id = rad.nyckel_id
        and rad.dag >= nyckel.giltig_fran and (nyckel.giltig_till is null or rad.dag < nyckel.giltig_till)
),

-- A key has fixed shares, or, where it states none, shares by care days. A plan is shared by the days that it
-- plans itself, so that it does not change with what comes.
nyckel as (
    select
        kommun, serie, plan_version, period, nyckel_id, kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
        andel as vikt
    from nyckel_del
    where andel is not null
    union all
    select
        del.kommun, del.serie, del.plan_version, del.period, del.nyckel_id, del.kostnadsgrupp, del.malgrupp,
        del.regi, del.lagrumsgrupp, sum(dygn.vard_dygn)
    from nyckel_del as del
    inner join dygn_period as dygn
        on dygn.kommun = del.kommun and dygn.serie = del.serie and dygn.plan_version = del.plan_version
        and dygn.period = del.period and dygn.kostnadsgrupp = del.kostnadsgrupp
        and dygn.malgrupp = del.malgrupp
        and (del.regi is null or dygn.regi = del.regi)
        and (del.lagrumsgrupp is null or dygn.lagrumsgrupp = del.lagrumsgrupp)
    where del.andel is null
    group by all
),

vikt as (
    select kommun, row_key, belopp_kr, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, vikt
    from placering_vikt
    where vikt > 0
    union all
    select
        rad.kommun, rad.row_key, rad.belopp_kr, nyckel.kostnadsgrupp, nyckel.malgrupp, nyckel.regi,
        nyckel.lagrumsgrupp, false, nyckel.vikt
    from rad
    inner join nyckel
        on nyckel.kommun = rad.kommun and nyckel.serie = rad.serie and nyckel.plan_version = rad.plan_version
        and nyckel.period = rad.period and nyckel.nyckel_id = rad.nyckel_id
    where rad.fordelning = 'nyckel' and nyckel.vikt > 0
),

andel as (
    select
        kommun, row_key, belopp_kr, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        row_number() over ordning as del_nr,
        count(*) over (partition by kommun, row_key) as antal_delar,
        sum(vikt) over ordning / sum(vikt) over (partition by kommun, row_key) as andel_till_och_med
    from vikt
    window ordning as (partition by kommun, row_key order by kostnadsgrupp, malgrupp, regi, lagrumsgrupp)
),

kr as (
    select
        kommun, row_key, del_nr, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        case when del_nr = antal_delar then belopp_kr
            else cast(round(belopp_kr * andel_till_och_med, 2) as decimal(18, 2))
        end as kr_till_och_med
    from andel
),

del as (
    select
        kommun, row_key, del_nr, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        kr_till_och_med
            - lag(kr_till_och_med, 1, 0) over (partition by kommun, row_key order by del_nr) as belopp_kr
    from kr
),

-- A row that is not shared is one part.
fordelad as (
    select
        rad.kommun, rad.row_key, coalesce(del.del_nr, 1) as del_nr, rad.period, rad.serie, rad.version,
        rad.konto, rad.kontotyp, rad.verksamhet, rad.motpart, rad.ansvar, rad.projekt, rad.enhet, rad.rad_id,
        rad.placering_id, rad.avser_fran, rad.avser_till, rad.mappning_id, rad.nyckel_id,
        case
            when rad.fordelning = 'direkt' or del.row_key is not null then rad.fordelning
            else 'ofordelad'
        end as fordelning,
        case when del.row_key is not null then del.kostnadsgrupp else rad.kostnadsgrupp end as kostnadsgrupp,
        case when del.row_key is not null then del.malgrupp else rad.malgrupp end as malgrupp,
        case when del.row_key is not null then del.regi else rad.regi end as regi,
        case when del.row_key is not null then del.lagrumsgrupp else rad.lagrumsgrupp end as lagrumsgrupp,
        coalesce(del.ensamkommande, false) as ensamkommande,
        cast(coalesce(del.belopp_kr, rad.belopp_kr) as decimal(18, 2)) as belopp_kr
    from rad
    left join del on del.kommun = rad.kommun and del.row_key = rad.row_key
)

select
    kommun, row_key, del_nr, period, serie, version, konto, kontotyp, verksamhet, motpart, ansvar, projekt,
    enhet, rad_id, placering_id, avser_fran, avser_till, mappning_id,
    case when fordelning = 'nyckel' then nyckel_id end as nyckel_id,
    fordelning,
    case when fordelning = 'ofordelad' then 'ofordelad' else coalesce(kostnadsgrupp, 'okand') end
        as kostnadsgrupp,
    malgrupp, regi,
    lagrumsgrupp,
    ensamkommande,
    belopp_kr
from fordelad
