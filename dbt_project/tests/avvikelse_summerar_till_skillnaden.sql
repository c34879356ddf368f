-- Catches a cost group that is on one side of a comparison only and gets lost: deviations sum to the difference.
with avvikelse as (
    select
        kommun, serie, jamforelse, period, sum(avvikelse_kr) as avvikelse_kr,
        sum(coalesce(nettokostnad_kr, 0)) as kr, sum(coalesce(jamfor_nettokostnad_kr, 0)) as jamfor_kr
    from {{ ref('kostnad_avvikelse') }}
    where periodtyp = 'ar'
    group by all
),

serie as (
    select kommun, serie, period, sum(nettokostnad_kr) as kr
    from {{ ref('kostnad_per_arsplacering') }}
    where periodtyp = 'ar'
    group by all
)

select avvikelse.kommun, avvikelse.serie, avvikelse.jamforelse, avvikelse.period
from avvikelse
inner join serie
    on serie.kommun = avvikelse.kommun and serie.serie = avvikelse.serie and serie.period = avvikelse.period
where avvikelse.avvikelse_kr <> avvikelse.kr - avvikelse.jamfor_kr or avvikelse.kr <> serie.kr
