-- Catches a case that nobody has, or that two have: what the caseworkers of a unit have sums to the unit,
-- what was open and came is open or gone, and the units together are the stock of the flow.
with handlaggare as (
    select
        kommun, manad, slag, enhet, sum(antal_oppna) as antal_oppna, sum(antal_in) as antal_in,
        sum(antal_ut) as antal_ut,
        sum(antal_orord_30_dagar) as antal_orord
    from {{ ref('arbetsbelastning') }}
    where niva = 'handlaggare'
    group by kommun, manad, slag, enhet
),

enhet as (
    select kommun, manad, slag, enhet, antal_oppna, antal_in, antal_ut, antal_orord_30_dagar
    from {{ ref('arbetsbelastning') }}
    where niva = 'enhet'
),

summa as (
    select kommun, manad, slag, sum(antal_oppna) as antal_oppna, sum(antal_in) as antal_in,
        sum(antal_ut) as antal_ut
    from enhet
    group by kommun, manad, slag
)

select enhet.kommun, enhet.manad, enhet.slag, enhet.enhet, 'handläggarna är inte enheten' as fel
from enhet
left join handlaggare
    on handlaggare.kommun = enhet.kommun and handlaggare.manad = enhet.manad and handlaggare.slag = enhet.slag
    and handlaggare.enhet = enhet.enhet
where handlaggare.antal_oppna is distinct from enhet.antal_oppna or handlaggare.antal_in <> enhet.antal_in
    or handlaggare.antal_ut <> enhet.antal_ut
    or handlaggare.antal_orord is distinct from enhet.antal_orord_30_dagar
    or enhet.antal_orord_30_dagar > enhet.antal_oppna
union all
select flode.kommun, flode.period, flode.slag, 'alla', 'enheterna är inte flödet'
from {{ ref('arende_flode') }} as flode
left join summa on summa.kommun = flode.kommun and summa.manad = flode.period and summa.slag = flode.slag
where flode.periodtyp = 'manad' and flode.uppdelning = 'total' and flode.status = 'ok'
    and flode.slag in ('forhandsbedomning', 'utredning')
    and (
        coalesce(summa.antal_oppna, 0) <> flode.antal_utgaende
        or coalesce(summa.antal_in, 0) <> flode.antal_oppnade
        or coalesce(summa.antal_ut, 0) <> flode.antal_avslutade
    )
