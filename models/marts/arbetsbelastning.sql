-- The workload at the end of each month, for every unit and for whoever has the cases there: what is open,
-- what came and went, how old it is, and what nobody has touched for thirty days. For the unit's manager;
-- never published.
with manad as (
    select
        period.kommun, period.period as manad, period.period_start as start_datum,
        period.period_slut as slut_datum,
        lage.lage_per
    from {{ ref('int_kommun_period') }} as period
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = period.kommun
    where period.periodtyp = 'manad' and period.ar_fullstandig
),

-- What was touched is known from the first delivery on: before it, only the last contact of each case is.
forsta as (
    select kommun, min(leveransdatum) as leveransdatum
    from {{ source('indata', 'leverans') }}
    group by kommun
),

arende as (
    select kommun, slag, arende_nyckel, handlaggare_nyckel, enhet, oppnad_datum, avslutad_datum
    from {{ ref('int_arende') }}
    where slag in ('forhandsbedomning', 'utredning', 'placering')
),

i_manad as (
    select
        arende.kommun, manad.manad, manad.slut_datum, manad.lage_per, arende.slag, arende.arende_nyckel,
        arende.handlaggare_nyckel, arende.enhet,
        manad.slut_datum >= forsta.leveransdatum as ar_rord_kand,
        arende.oppnad_datum >= manad.start_datum as ar_in,
        coalesce(arende.avslutad_datum <= manad.slut_datum, false) as ar_ut,
        cast(manad.slut_datum - arende.oppnad_datum as integer) as alder_dagar
    from arende
    inner join forsta on forsta.kommun = arende.kommun
    inner join manad
        on manad.kommun = arende.kommun and arende.oppnad_datum <= manad.slut_datum
        and (arende.avslutad_datum is null or arende.avslutad_datum >= manad.start_datum)
),

rord as (
    select distinct i_manad.kommun, i_manad.manad, i_manad.slag, i_manad.arende_nyckel
    from i_manad
    inner join {{ ref('int_arende_hallpunkt') }} as punkt
        on punkt.kommun = i_manad.kommun and punkt.slag = i_manad.slag
            and punkt.arende_nyckel = i_manad.arende_nyckel
        and punkt.datum between i_manad.slut_datum - 29 and i_manad.slut_datum
)

select
    i_manad.kommun,
    i_manad.manad,
    i_manad.slag,
    i_manad.enhet,
    case when grouping(i_manad.handlaggare_nyckel) = 0 then 'handlaggare' else 'enhet' end as niva,
    i_manad.handlaggare_nyckel,
    count(*) filter (where not i_manad.ar_ut) as antal_oppna,
    count(*) filter (where i_manad.ar_in) as antal_in,
    count(*) filter (where i_manad.ar_ut) as antal_ut,
    cast(median(i_manad.alder_dagar) filter (where not i_manad.ar_ut) as decimal(18, 1))
        as alder_median_dagar,
    case when bool_and(i_manad.ar_rord_kand) then
        count(*) filter (where not i_manad.ar_ut and rord.arende_nyckel is null)
    end as antal_orord_30_dagar,
    any_value(i_manad.lage_per) as lage_per
from i_manad
left join rord
    on rord.kommun = i_manad.kommun and rord.manad = i_manad.manad and rord.slag = i_manad.slag
    and rord.arende_nyckel = i_manad.arende_nyckel
group by grouping sets (
    (i_manad.kommun, i_manad.manad, i_manad.slag, i_manad.enhet),
    (i_manad.kommun, i_manad.manad, i_manad.slag, i_manad.enhet, i_manad.handlaggare_nyckel)
)
