-- Catches a part that holds what its whole does not, and a waiting list that is another than the stock of the
-- flow.
with lista as (
    select kommun, manad, insats, sum(antal_vantar) as antal_vantar
    from {{ ref('vantelista_manad') }}
    group by kommun, manad, insats
)

select kommun, manad, insats, 'delen är större än helheten' as fel
from {{ ref('vantelista_manad') }}
where greatest(antal_over_tre_manader, antal_erbjudna, antal_med_annan_insats) > antal_vantar
    or antal_over_tre_manader_tackat_nej > antal_over_tre_manader
    or antal_erbjudna_tackat_nej > antal_erbjudna
union all
select lista.kommun, lista.manad, lista.insats, 'listan är inte flödets utgående'
from lista
full join (
    select kommun, period, grupp, antal_utgaende
    from {{ ref('arende_flode') }}
    where slag = 'beslut_ej_verkstallt' and periodtyp = 'manad' and uppdelning = 'typ'
) as flode
    on flode.kommun = lista.kommun and flode.period = lista.manad and flode.grupp = lista.insats
where lista.antal_vantar is distinct from flode.antal_utgaende
