-- Catches a case that is opened or closed unseen: in every cell the flow leads from the opening stock to the
-- closing one, that is what the next period opens with, and nobody is open without having been there or come.
with foljd as (
    select
        kommun, slag, periodtyp, period, uppdelning, grupp, antal_ingaende, antal_oppnade, antal_avslutade,
        antal_utgaende,
        antal_aktuella, antal_unika_personer,
        lag(antal_utgaende) over (
            partition by kommun, slag, periodtyp, uppdelning, grupp order by period
        ) as forra_utgaende
    from {{ ref('arende_flode') }}
)

select kommun, slag, period, uppdelning, grupp, 'flödet går inte ihop' as fel
from foljd
where antal_ingaende + antal_oppnade - antal_avslutade <> antal_utgaende
    or antal_ingaende + antal_oppnade <> antal_aktuella
    or antal_unika_personer > antal_aktuella
    or least(antal_ingaende, antal_utgaende, antal_unika_personer) < 0
union all
select kommun, slag, period, uppdelning, grupp, 'ingående är inte förra utgående'
from foljd
where periodtyp not in ('delar', 'rullande_12') and antal_ingaende <> forra_utgaende
