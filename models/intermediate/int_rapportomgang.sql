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
)

select omgang.kommun, omgang.kvartal, omgang.foregaende_brytdatum, omgang.brytdatum
from omgang
inner join {{ source('indata', 'lage') }} as lage
    on lage.kommun = omgang.kommun and omgang.brytdatum <= lage.lage_per
-- A list of one round says nothing of the rounds before it.
where omgang.brytdatum > coalesce(
    (select max(tabell.omfattar_fran) from {{ source('indata', 'tabell') }} as tabell
     where tabell.kommun = omgang.kommun and tabell.tabell = 'ej_verkstallda_beslut'),
    date '2006-07-01'
)
