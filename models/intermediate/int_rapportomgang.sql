-- Reporting rounds: the calendar quarter, unless the municipality has said another round in
-- seeds/rapportomgangar.csv. A default quarter that a stated round overlaps gives way to it.
with kvartal as (
    select distinct period as kvartal, period_start - 1 as foregaende_brytdatum, period_slut as brytdatum
    from {{ ref('int_period') }}
    where periodtyp = 'kvartal'
),

uttalad as (
    select kommun, kvartal, foregaende_brytdatum, brytdatum from {{ ref('rapportomgangar') }}
),

forval as (
    select lage.kommun, kvartal.kvartal, kvartal.foregaende_brytdatum, kvartal.brytdatum
    from kvartal
    cross join {{ source('indata', 'lage') }} as lage
    where not exists (
        select 1 from uttalad
        where uttalad.kommun = lage.kommun
            and (
                uttalad.kvartal = kvartal.kvartal
                or (kvartal.brytdatum > uttalad.foregaende_brytdatum
                    and kvartal.foregaende_brytdatum < uttalad.brytdatum)
            )
    )
),

omgang as (
    select kommun, kvartal, foregaende_brytdatum, brytdatum from forval
    union all
    select kommun, kvartal, foregaende_brytdatum, brytdatum from uttalad
),

-- A list of one round says nothing of the rounds before it.
omfattad as (
    select omgang.kommun, omgang.kvartal, omgang.foregaende_brytdatum, omgang.brytdatum
    from omgang
    inner join {{ source('indata', 'lage') }} as lage
        on lage.kommun = omgang.kommun and omgang.brytdatum <= lage.lage_per
    where omgang.brytdatum > coalesce(
        (select max(tabell.omfattar_fran) from {{ source('indata', 'tabell') }} as tabell
         where tabell.kommun = omgang.kommun and tabell.tabell = 'ej_verkstallda_beslut'),
        date '2006-07-01'
    )
)

-- A round begins where the one before it ended: a stated round moves its neighbours, and no day belongs to none.
select
    omfattad.kommun,
    omfattad.kvartal,
    coalesce(lag(omfattad.brytdatum) over tid, omfattad.foregaende_brytdatum) as foregaende_brytdatum,
    omfattad.brytdatum,
    lag(omfattad.kvartal) over tid as foregaende_kvartal,
    frysning.period is not null as ar_fryst,
    frysning.lage_per as fryst_lage_per,
    frysning.fryst_tid,
    frysning.fryst_av,
    frysning.vintage as fryst_vintage,
    frysning.sha256
from omfattad
left join {{ ref('stg_frysning') }} as frysning
    on frysning.mart = 'ej_verkstallda_kvartal' and frysning.kommun = omfattad.kommun
    and frysning.period = omfattad.kvartal
window tid as (partition by omfattad.kommun order by omfattad.brytdatum)
