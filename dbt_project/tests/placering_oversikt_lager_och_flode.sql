-- Catches a person who comes or leaves unseen: in every cell the flows lead from the opening stock to the
-- closing one, and that is what the next period opens with.
with foljd as (
    select
        kommun, periodtyp, period, malgrupp, uppdelning, grupp, antal_placerade_ingaende, antal_placerade_sista_dagen,
        antal_nya + antal_bytt_in - antal_avslutade - antal_bytt_ut as netto,
        lag(antal_placerade_sista_dagen) over (
            partition by kommun, periodtyp, malgrupp, uppdelning, grupp order by period
        ) as forra_utgaende
    from {{ ref('placering_oversikt') }}
)

select kommun, period, malgrupp, uppdelning, grupp, 'flödet går inte ihop' as fel
from foljd
where antal_placerade_ingaende + netto <> antal_placerade_sista_dagen
union all
select kommun, period, malgrupp, uppdelning, grupp, 'ingående är inte förra utgående'
from foljd
where periodtyp <> 'delar' and antal_placerade_ingaende <> forra_utgaende
