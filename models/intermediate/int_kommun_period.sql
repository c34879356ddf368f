-- The periods of each municipality: from its first known month to the period of its läge per. A source
-- that only covers a window (omfattar_fran) knows nothing of the periods before it. Twelve rolling months are
-- listed when they are over.
with tabell as (
    select kommun, min(coalesce(omfattar_fran, forsta_handelse)) as fran
    from {{ ref('int_tabell') }}
    group by kommun
)

select
    lage.kommun,
    period.periodtyp,
    period.period,
    period.period_start,
    period.period_slut,
    period.period_slut <= lage.lage_per as ar_fullstandig
from {{ source('indata', 'lage') }} as lage
inner join tabell on tabell.kommun = lage.kommun
inner join {{ ref('int_period') }} as period
    on period.period_slut >= tabell.fran
    and case when period.periodtyp = 'rullande_12' then period.period_slut else period.period_start end <= lage.lage_per
