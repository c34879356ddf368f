-- Catches an outcome beside a forecast that is not the ledger's: of the months so far, and of the year that is over.
with prognos as (
    select
        kommun, ar, t_o_m_manad, sum(utfall_kr) as utfall_kr, sum(utfall_helar_kr) as utfall_helar_kr,
        count(utfall_helar_kr) > 0 as ar_over
    from {{ ref('kostnad_prognos') }}
    where metod = 'rak'
    group by kommun, ar, t_o_m_manad
    having count(utfall_kr) > 0
),

huvudbok as (
    select
        prognos.kommun, prognos.t_o_m_manad,
        sum(rad.belopp_kr) filter (where rad.period <= prognos.t_o_m_manad) as utfall_kr,
        sum(rad.belopp_kr) as utfall_helar_kr
    from prognos
    inner join {{ ref('fct_ekonomi') }} as rad
        on rad.kommun = prognos.kommun and rad.serie = 'utfall'
        and left(rad.period, 4) = left(prognos.t_o_m_manad, 4)
    group by prognos.kommun, prognos.t_o_m_manad
)

select prognos.kommun, prognos.t_o_m_manad
from prognos
inner join huvudbok on huvudbok.kommun = prognos.kommun and huvudbok.t_o_m_manad = prognos.t_o_m_manad
where prognos.utfall_kr is distinct from huvudbok.utfall_kr
    or (prognos.ar_over and prognos.utfall_helar_kr is distinct from huvudbok.utfall_helar_kr)
