-- Catches a forecast that is not its parts, that is missing without saying why, or whose error is not the forecast
-- less what the year became.
select kommun, t_o_m_manad, volymgrupp, metod
from {{ ref('kostnad_prognos') }}
where (prognos_kr is null) <> (saknas_orsak is not null)
    or (
        metod = 'placeringar'
        and prognos_kr is distinct from utfall_kr + efterslapning_kr + kvar_oppna_kr + kvar_nya_kr
        and saknas_orsak is null
    )
    or fel_kr is distinct from prognos_kr - utfall_helar_kr
    or rest_kr <> prognos_kr - utfall_kr
