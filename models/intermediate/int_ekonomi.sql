-- Ledger rows with their cost group. The account mapping is data (seeds/kontomappning.csv): the row of
-- the lowest prioritet whose wildcards fit and which is in force in the period wins. A shared account
-- follows placering_id; what cannot be followed stays explicitly unallocated (kostnadsgrupp ofordelad).
with konto as (
    select distinct
        kommun, konto, verksamhet, coalesce(motpart, '') as motpart, period,
        last_day(make_date(cast(left(period, 4) as integer), least(cast(right(period, 2) as integer), 12), 1)) as dag
    from {{ ref('stg_ekonomi') }}
),

mappad as (
    select
        konto.kommun, konto.konto, konto.verksamhet, konto.motpart, konto.period,
        mapp.mappning_id, mapp.kostnadsgrupp, mapp.malgrupp, mapp.regi, mapp.lagrumsgrupp, mapp.fordelning
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

grupperad as (
    select
        rad.kommun, rad.row_key, rad.period, rad.serie, rad.version, rad.konto, rad.kontotyp, rad.verksamhet,
        rad.motpart, rad.ansvar, rad.projekt, rad.enhet, rad.rad_id, rad.placering_id, rad.avser_fran,
        rad.avser_till, rad.belopp_kr,
        mappad.mappning_id,
        mappad.fordelning = 'placering_id' as foljer_placering,
        mappad.fordelning = 'direkt' as ar_direkt,
        coalesce(mappad.kostnadsgrupp, plac.kostnadsgrupp) as kostnadsgrupp,
        coalesce(mappad.malgrupp, plac.malgrupp) as malgrupp,
        coalesce(mappad.regi, plac.regi) as regi,
        coalesce(mappad.lagrumsgrupp, plac.lagrumsgrupp) as lagrumsgrupp,
        plac.placering_id is not null as ar_placering_funnen,
        coalesce(plac.ensamkommande, false) as ensamkommande
    from {{ ref('stg_ekonomi') }} as rad
    left join mappad
        on mappad.kommun = rad.kommun and mappad.konto = rad.konto and mappad.verksamhet = rad.verksamhet
        and mappad.motpart = coalesce(rad.motpart, '') and mappad.period = rad.period
    left join {{ ref('int_placering') }} as plac
        on plac.kommun = rad.kommun and plac.placering_id = rad.placering_id
)

select
    kommun, row_key, period, serie, version, konto, kontotyp, verksamhet, motpart, ansvar, projekt, enhet,
    rad_id, placering_id, avser_fran, avser_till, belopp_kr, mappning_id,
    case
        when ar_direkt then 'direkt'
        when foljer_placering and ar_placering_funnen then 'placering_id'
        else 'ofordelad'
    end as fordelning,
    case when ar_direkt or (foljer_placering and ar_placering_funnen) then coalesce(kostnadsgrupp, 'okand')
        else 'ofordelad'
    end as kostnadsgrupp,
    malgrupp,
    regi,
    lagrumsgrupp,
    ensamkommande
from grupperad
