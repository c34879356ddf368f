-- The early list: favourable decisions that nobody has executed yet, how long until three months have passed, and what a
-- special fee could come to by the municipality's own yardstick. Protected persons are not in it.
with oppet as (
    select
        klocka.kommun, klocka.beslut_id, klocka.klocka, klocka.klocka_nr, klocka.insats, klocka.enhet, klocka.lagrumsgrupp,
        klocka.ansvar, klocka.start_datum, klocka.rapporteras_fran_datum, klocka.orsak, klocka.uppdrag_skickat, lage.lage_per,
        coalesce(klocka.omfattning_kvar / nullif(klocka.omfattning, 0), 1) as andel_kvar,
        cast(klocka.rapporteras_fran_datum - lage.lage_per as integer) as dagar_kvar,
        cast(lage.lage_per - klocka.start_datum as integer) as dagar
    from {{ ref('int_ej_verkstalld_klocka') }} as klocka
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = klocka.kommun
    where klocka.stopp_datum is null and klocka.utfall in ('vantar', 'rapporteringspliktig') and not klocka.ar_skyddad
),

-- Where no decision says when its assignment was sent, an empty day says nothing.
med_uppdrag as (
    select kommun from {{ ref('int_beslut') }} group by kommun having count(uppdrag_skickat) > 0
),

avgift as (
    select
        case when lagrum_id like 'LSS%' then 'lss' else 'sol' end as lag, giltig_fran,
        coalesce(giltig_till, date '9999-12-31') as giltig_till, lagst_kr, hogst_kr
    from {{ ref('sarskild_avgift') }}
),

-- The yardstick that names the kind of insats goes before the one for all.
mattstock as (
    select
        oppet.kommun, oppet.beslut_id, oppet.klocka, oppet.klocka_nr,
        matt.sparad_kostnad_kr_per_manad, matt.paslag_andel
    from oppet
    inner join {{ ref('avgift_mattstock') }} as matt
        on matt.kommun = oppet.kommun and matt.insats in (oppet.insats, '*') and matt.giltig_fran <= oppet.lage_per
    qualify row_number() over (
        partition by oppet.kommun, oppet.beslut_id, oppet.klocka, oppet.klocka_nr
        order by matt.insats = '*', matt.giltig_fran desc
    ) = 1
)

select
    oppet.kommun,
    oppet.enhet,
    coalesce(enhet.namn, oppet.enhet) as enhet_namn,
    oppet.beslut_id,
    oppet.klocka,
    cast(oppet.klocka_nr as integer) as klocka_nr,
    oppet.insats,
    oppet.ansvar,
    oppet.start_datum,
    oppet.rapporteras_fran_datum,
    oppet.dagar,
    oppet.dagar_kvar,
    case
        when oppet.dagar_kvar <= 0 then 'rapportera'
        when oppet.dagar_kvar <= 30 then '30'
        when oppet.dagar_kvar <= 60 then '60'
        else 'senare'
    end as inom_dagar,
    oppet.orsak,
    oppet.uppdrag_skickat as uppdrag_skickat_datum,
    oppet.klocka = 'beslut' and oppet.uppdrag_skickat is null and med_uppdrag.kommun is not null as ar_uppdrag_ej_skickat,
    -- Saved cost of the part that is left, with the surcharge, within what the law says a fee may be. Null without a yardstick of one's own.
    case when oppet.dagar_kvar <= 0 then
        cast(greatest(avgift.lagst_kr, least(avgift.hogst_kr, round(
            mattstock.sparad_kostnad_kr_per_manad * oppet.andel_kvar * (1 + mattstock.paslag_andel)
            * date_sub('month', oppet.start_datum, oppet.lage_per), 2
        ))) as decimal(18, 2))
    end as mojlig_avgift_kr,
    oppet.lage_per
from oppet
left join med_uppdrag on med_uppdrag.kommun = oppet.kommun
left join mattstock
    on mattstock.kommun = oppet.kommun and mattstock.beslut_id = oppet.beslut_id and mattstock.klocka = oppet.klocka
    and mattstock.klocka_nr = oppet.klocka_nr
left join avgift
    on avgift.lag = case when oppet.lagrumsgrupp = 'lss' then 'lss' else 'sol' end
    and mattstock.beslut_id is not null
    and oppet.lage_per >= avgift.giltig_fran and oppet.lage_per < avgift.giltig_till
left join (
    select kommun, enhet, arg_max(namn, giltig_fran) as namn from {{ ref('dim_enhet') }} group by kommun, enhet
) as enhet on enhet.kommun = oppet.kommun and enhet.enhet = oppet.enhet
where oppet.dagar_kvar <= 60
    or (oppet.klocka = 'beslut' and oppet.uppdrag_skickat is null and med_uppdrag.kommun is not null)
