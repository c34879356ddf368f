-- The stock of unexecuted decisions and its flows, per round, unit and kind of insats. Corrections and what has moved
-- between units or been given another insats are terms of their own, so that the sum always holds.
with rad as (
    select
        kommun, kvartal, enhet, enhet_fore, insats, insats_fore, rapporttyp, status_vid_bryt, rattelse
    from {{ ref('ej_verkstallda_kvartal') }}
    where ar_rapporteringspliktig and rapporttyp <> 'rattelse'
),

-- A decision that changes unit and insats at once moves first.
post as (
    select kommun, kvartal, enhet_fore as enhet, insats_fore as insats, 'ingaende' as post from rad where rapporttyp = 'aterrapport'
    union all
    select kommun, kvartal, enhet_fore, insats_fore, 'flyttade_ut' from rad where enhet_fore <> enhet
    union all
    select kommun, kvartal, enhet, insats_fore, 'flyttade_in' from rad where enhet_fore <> enhet
    union all
    select kommun, kvartal, enhet, insats_fore, 'andrade_ut' from rad where insats_fore <> insats
    union all
    select kommun, kvartal, enhet, insats, 'andrade_in' from rad where insats_fore <> insats
    union all
    select kommun, kvartal, enhet, insats, case rattelse when 'tillagd' then 'tillagda' else 'nya' end from rad where rapporttyp = 'ny'
    union all
    select
        kommun, kvartal, enhet, insats,
        case status_vid_bryt
            when 'verkstalld' then 'verkstallda' when 'avslutad' then 'avslutade' when 'struken' then 'strukna'
            else 'utgaende'
        end
    from rad
)

select
    kommun,
    kvartal,
    enhet,
    insats,
    {% for p in ['ingaende', 'nya', 'tillagda', 'verkstallda', 'avslutade', 'strukna', 'flyttade_in', 'flyttade_ut',
                 'andrade_in', 'andrade_ut', 'utgaende'] -%}
    cast(count(*) filter (where post = '{{ p }}') as integer) as antal_{{ p }}{{ ',' if not loop.last }}
    {% endfor %}
from post
group by kommun, kvartal, enhet, insats
