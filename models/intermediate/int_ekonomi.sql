-- Ledger rows, each as the parts that its cost groups bear. The account mapping is data
-- (seeds/kontomappning.csv): the row of the lowest prioritet whose wildcards fit and which is in force in the
-- period decides. A part goes straight to the group of the account, follows the placement that the row names, or is
-- shared by a stated key (seeds/fordelningsnycklar.csv); what none of them can place stays explicitly unallocated
-- (kostnadsgrupp ofordelad). The parts of a row sum to it: the last one is the remainder.
with konto as (
    select distinct
        kommun, konto, verksamhet, coalesce(motpart, '') as motpart, period,
        make_date(cast(left(period, 4) as integer), least(cast(right(period, 2) as integer), 12), 1) as manad_start,
        last_day(make_date(cast(left(period, 4) as integer), least(cast(right(period, 2) as integer), 12), 1)) as dag
    from {{ ref('stg_ekonomi') }}
),

mappad as (
    select
        konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.period, konto.manad_start, konto.dag,
        mapp.mappning_id, mapp.kostnadsgrupp, mapp.malgrupp, mapp.regi, mapp.lagrumsgrupp, mapp.fordelning,
        mapp.nyckel_id
    from konto
    inner join {{ ref('kontomappning') }} as mapp
        on konto.kommun glob mapp.kommun
        and konto.konto glob mapp.konto_monster
        and konto.verksamhet glob mapp.verksamhet_monster
        and konto.motpart glob mapp.motpart_monster
        and konto.dag >= mapp.giltig_fran
        and (mapp.giltig_till is null or konto.dag < mapp.giltig_till)
    qualify row_number() over (
        partition by konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.period
        order by mapp.prioritet, mapp.mappning_id
    ) = 1
),

rad as (
    select
        rad.kommun, rad.row_key, rad.period, rad.serie, rad.version, rad.konto, rad.kontotyp, rad.verksamhet,
        rad.motpart, rad.ansvar, rad.projekt, rad.enhet, rad.rad_id, rad.placering_id, rad.avser_fran,
        rad.avser_till, rad.belopp_kr, mappad.mappning_id, mappad.kostnadsgrupp, mappad.malgrupp, mappad.regi,
        mappad.lagrumsgrupp, mappad.fordelning, mappad.nyckel_id, mappad.dag,
        -- The days that a row is for; without them the month it is booked in.
        coalesce(rad.avser_fran, mappad.manad_start) as tjanst_fran,
        coalesce(rad.avser_till, mappad.dag) + 1 as tjanst_till
    from {{ ref('stg_ekonomi') }} as rad
    left join mappad
        on mappad.kommun = rad.kommun and mappad.konto = rad.konto and mappad.verksamhet = rad.verksamhet
        and mappad.motpart = coalesce(rad.motpart, '') and mappad.period = rad.period
),

placering as (
    select
        rad.kommun, rad.row_key,
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
        kommun, row_key, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
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

dygn as (
    select
        dygn.kommun, 'utfall' as serie, null as version, dygn.manad, left(dygn.manad, 4) as ar, dygn.kostnadsgrupp,
        plac.malgrupp, plac.regi, dygn.lagrumsgrupp, sum(dygn.vard_dygn) as vard_dygn
    from {{ ref('int_placering_manad') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    where not plac.medplacerad and not plac.ensamkommande
    group by all
    union all
    select
        kommun, serie, version, period, left(period, 4), kostnadsgrupp, malgrupp, regi, lagrumsgrupp,
        arsplaceringar * 365
    from {{ ref('stg_volymplan') }}
),

-- A key has fixed shares, or, where it states none, shares by care days: of the month, in the closing period of
-- the year. A plan is shared by the days that it plans itself, so that it does not change with what comes.
nyckel_period as (
    select distinct
        kommun, serie, case when serie <> 'utfall' then version end as version, period, nyckel_id, dag
    from rad
    where fordelning = 'nyckel'
),

nyckel as (
    select
        period.kommun, period.serie, period.version, period.period, period.nyckel_id, nyckel.kostnadsgrupp,
        nyckel.malgrupp, nyckel.regi, nyckel.lagrumsgrupp,
        coalesce(any_value(nyckel.andel), sum(dygn.vard_dygn), 0) as vikt
    from nyckel_period as period
    inner join {{ ref('fordelningsnycklar') }} as nyckel
        on nyckel.nyckel_id = period.nyckel_id
        and period.dag >= nyckel.giltig_fran and (nyckel.giltig_till is null or period.dag < nyckel.giltig_till)
    left join dygn
        on nyckel.andel is null
        and dygn.kommun = period.kommun and dygn.serie = period.serie
        and dygn.version is not distinct from period.version
        and (dygn.manad = period.period or (right(period.period, 2) = '13' and dygn.ar = left(period.period, 4)))
        and dygn.kostnadsgrupp = nyckel.kostnadsgrupp and dygn.malgrupp = nyckel.malgrupp
        and (nyckel.regi is null or dygn.regi = nyckel.regi)
        and (nyckel.lagrumsgrupp is null or dygn.lagrumsgrupp = nyckel.lagrumsgrupp)
    group by all
),

vikt as (
    select kommun, row_key, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande, vikt
    from placering_vikt
    where vikt > 0
    union all
    select
        rad.kommun, rad.row_key, nyckel.kostnadsgrupp, nyckel.malgrupp, nyckel.regi, nyckel.lagrumsgrupp, false,
        nyckel.vikt
    from rad
    inner join nyckel
        on nyckel.kommun = rad.kommun and nyckel.serie = rad.serie and nyckel.period = rad.period
        and nyckel.nyckel_id = rad.nyckel_id
        and nyckel.version is not distinct from case when rad.serie <> 'utfall' then rad.version end
    where rad.fordelning = 'nyckel' and nyckel.vikt > 0
),

andel as (
    select
        kommun, row_key, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande,
        row_number() over ordning as del_nr,
        count(*) over (partition by kommun, row_key) as antal_delar,
        sum(vikt) over ordning / sum(vikt) over (partition by kommun, row_key) as andel_till_och_med
    from vikt
    window ordning as (partition by kommun, row_key order by kostnadsgrupp, malgrupp, regi, lagrumsgrupp)
),

fordelad as (
    select
        rad.kommun, rad.row_key, rad.period, rad.serie, rad.version, rad.konto, rad.kontotyp, rad.verksamhet,
        rad.motpart, rad.ansvar, rad.projekt, rad.enhet, rad.rad_id, rad.placering_id, rad.avser_fran,
        rad.avser_till, rad.belopp_kr, rad.mappning_id, rad.nyckel_id,
        coalesce(andel.del_nr, 1) as del_nr,
        case when rad.fordelning = 'direkt' or andel.row_key is not null then rad.fordelning else 'ofordelad' end
            as fordelning,
        case when andel.row_key is not null then andel.kostnadsgrupp else rad.kostnadsgrupp end as kostnadsgrupp,
        case when andel.row_key is not null then andel.malgrupp else rad.malgrupp end as malgrupp,
        case when andel.row_key is not null then andel.regi else rad.regi end as regi,
        case when andel.row_key is not null then andel.lagrumsgrupp else rad.lagrumsgrupp end as lagrumsgrupp,
        coalesce(andel.ensamkommande, false) as ensamkommande,
        case when coalesce(andel.del_nr = andel.antal_delar, true) then rad.belopp_kr
            else cast(round(rad.belopp_kr * andel.andel_till_och_med, 2) as decimal(18, 2))
        end as kr_till_och_med
    from rad
    left join andel on andel.kommun = rad.kommun and andel.row_key = rad.row_key
)

select
    kommun, row_key, del_nr, period, serie, version, konto, kontotyp, verksamhet, motpart, ansvar, projekt, enhet,
    rad_id, placering_id, avser_fran, avser_till, mappning_id,
    case when fordelning = 'nyckel' then nyckel_id end as nyckel_id,
    fordelning,
    case when fordelning = 'ofordelad' then 'ofordelad' else coalesce(kostnadsgrupp, 'okand') end as kostnadsgrupp,
    malgrupp,
    regi,
    lagrumsgrupp,
    ensamkommande,
    cast(kr_till_och_med - lag(kr_till_och_med, 1, 0) over (partition by kommun, row_key order by del_nr)
        as decimal(18, 2)) as belopp_kr
from fordelad
