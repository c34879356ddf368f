-- Which row of the printed table a placement or a ledger row belongs to, told apart no finer than the ledger
-- does (int_kostnadsindelning). * fits everything, the lowest ordning wins.
with grupp as (
    select dygn.kommun, dygn.kostnadsgrupp, plac.malgrupp, plac.regi, dygn.lagrumsgrupp, plac.ensamkommande
    from {{ ref('int_placering_bit') }} as dygn
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = dygn.kommun and plac.placering_id = dygn.placering_id
    union
    select kommun, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, ensamkommande from {{ ref('int_ekonomi') }}
    union
    select kommun, kostnadsgrupp, malgrupp, regi, lagrumsgrupp, false from {{ ref('stg_volymplan') }}
),

indelad as (
    select
        grupp.kommun, grupp.kostnadsgrupp, grupp.malgrupp, grupp.regi, grupp.lagrumsgrupp,
        grupp.ensamkommande,
        coalesce(grupp.kostnadsgrupp, 'okand') as till_kostnadsgrupp,
        coalesce(grupp.malgrupp, 'alla') as till_malgrupp,
        case when coalesce(indelning.skiljer_regi, true) then coalesce(grupp.regi, 'alla')
            else 'alla'
        end as till_regi,
        case when coalesce(indelning.skiljer_lagrumsgrupp, true) then coalesce(grupp.lagrumsgrupp, 'alla')
            else 'alla'
        end as till_lagrumsgrupp
    from grupp
    left join {{ ref('int_kostnadsindelning') }} as indelning
        on indelning.kommun = grupp.kommun and indelning.kostnadsgrupp = grupp.kostnadsgrupp
        and indelning.malgrupp = grupp.malgrupp
)

select
    indelad.kommun, indelad.kostnadsgrupp, indelad.malgrupp, indelad.regi, indelad.lagrumsgrupp,
    indelad.ensamkommande,
    indelad.till_kostnadsgrupp, indelad.till_malgrupp, indelad.till_regi, indelad.till_lagrumsgrupp,
    arg_min(volym.volymgrupp, volym.ordning) as volymgrupp
from indelad
inner join {{ ref('volymgrupper') }} as volym
    on indelad.till_malgrupp glob volym.malgrupp
    and indelad.till_kostnadsgrupp glob volym.kostnadsgrupp
    and indelad.till_regi glob volym.regi
    and indelad.till_lagrumsgrupp glob volym.lagrumsgrupp
    and case when indelad.ensamkommande then 'ja' else 'nej' end = volym.ensamkommande
group by all
