-- Costs without a placement and placements without a cost, where invoices come placement by placement. Who is
-- protected is in no line: what concerns them is one row for each kind and month.
with fakturerad as (
    select kommun, volymgrupp, manad, ar_stangd
    from {{ ref('int_fakturerad_grupp') }}
    where ar_fakturerad and ar_bokford
),

-- An account whose cost follows the placement, and any account of a group that is invoiced.
faktura as (
    select
        rad.kommun, rad.row_key, rad.del_nr, rad.period, rad.manad, rad.volymgrupp, rad.placering_id,
        rad.ar_kand_placering, rad.har_dygn, rad.fran, rad.till, rad.belopp_kr
    from {{ ref('int_bokford_bit') }} as rad
    inner join {{ ref('kontomappning') }} as mapp on mapp.mappning_id = rad.mappning_id
    left join fakturerad
        on fakturerad.kommun = rad.kommun and fakturerad.volymgrupp = rad.volymgrupp
        and fakturerad.manad = rad.manad
    where mapp.fordelning = 'placering_id' or (mapp.fordelning = 'direkt' and fakturerad.kommun is not null)
),

vistelse as (
    select
        bit.kommun, bit.placering_id, min(bit.fran) as fran,
        case when any_value(plac.slut) is not null then max(bit.till) end as till
    from {{ ref('int_betald_bit') }} as bit
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = bit.kommun and plac.placering_id = bit.placering_id
    group by bit.kommun, bit.placering_id
),

provad as (
    select
        faktura.kommun, faktura.row_key, faktura.del_nr, faktura.period, faktura.manad, faktura.volymgrupp,
        faktura.placering_id, faktura.ar_kand_placering, faktura.har_dygn, faktura.belopp_kr,
        faktura.till - faktura.fran as dygn,
        -- Days before the first and after the last one that the contract pays.
        case when faktura.har_dygn and faktura.ar_kand_placering then
            greatest(least(faktura.till, vistelse.fran) - faktura.fran, 0)
            + greatest(faktura.till - greatest(faktura.fran, coalesce(vistelse.till, date '9999-12-30')), 0)
        end as dygn_utanfor
    from faktura
    left join vistelse on vistelse.kommun = faktura.kommun and vistelse.placering_id = faktura.placering_id
),

utan_placering as (
    select
        kommun, 'faktura_utan_placering' as slag,
        case
            when placering_id is null then 'saknar_placering'
            when not ar_kand_placering then 'okand_placering'
            else 'utanfor_placeringen'
        end as orsak,
        manad, period, volymgrupp, row_key as ekonomi_nyckel, del_nr, placering_id,
        cast(case when har_dygn then coalesce(dygn_utanfor, dygn) end as decimal(18, 4)) as dygn,
        cast(round(belopp_kr * coalesce(dygn_utanfor, dygn) / dygn, 2) as decimal(18, 2)) as belopp_kr
    from provad
    where not ar_kand_placering or placering_id is null or dygn_utanfor > 0
),

-- Nothing at all is booked on the placement for the month, with service days or by the month of booking.
bokford as (
    select distinct kommun, placering_id, manad
    from {{ ref('int_bokford_bit') }}
    where ar_kand_placering
),

utan_kostnad as (
    select
        rad.kommun, 'placering_utan_kostnad' as slag, 'inget_bokfort' as orsak, rad.manad,
        cast(null as varchar) as period, rad.volymgrupp, cast(null as varchar) as ekonomi_nyckel,
        cast(null as bigint) as del_nr, rad.placering_id, rad.betalda_dygn as dygn,
        rad.beraknad_kr as belopp_kr
    from {{ ref('int_faktura_manad') }} as rad
    inner join fakturerad
        on fakturerad.kommun = rad.kommun and fakturerad.volymgrupp = rad.volymgrupp
        and fakturerad.manad = rad.manad
    anti join bokford
        on bokford.kommun = rad.kommun and bokford.placering_id = rad.placering_id
        and bokford.manad = rad.manad
    where rad.beraknad_kr > 0 and fakturerad.ar_stangd
),

lucka as (
    select
        kommun, slag, orsak, manad, period, volymgrupp, ekonomi_nyckel, del_nr, placering_id, dygn, belopp_kr
    from utan_placering
    union all
    select
        kommun, slag, orsak, manad, period, volymgrupp, ekonomi_nyckel, del_nr, placering_id, dygn, belopp_kr
    from utan_kostnad
),

markt as (
    select
        lucka.kommun, lucka.slag, lucka.orsak, lucka.manad, lucka.volymgrupp,
        coalesce(person.skyddad, false) as ar_skyddad,
        case when not coalesce(person.skyddad, false) then lucka.period end as period,
        case when not coalesce(person.skyddad, false) then lucka.ekonomi_nyckel end as ekonomi_nyckel,
        case when not coalesce(person.skyddad, false) then lucka.del_nr end as del_nr,
        case when not coalesce(person.skyddad, false) then lucka.placering_id end as placering_id,
        lucka.dygn, lucka.belopp_kr
    from lucka
    left join {{ ref('int_placering') }} as plac
        on plac.kommun = lucka.kommun and plac.placering_id = lucka.placering_id
    left join {{ ref('int_person') }} as person
        on person.kommun = plac.kommun and person.person_nyckel = plac.person_nyckel
)

select
    markt.kommun,
    markt.slag,
    markt.orsak,
    markt.manad,
    markt.volymgrupp,
    markt.ar_skyddad,
    markt.ekonomi_nyckel,
    markt.del_nr,
    markt.period,
    markt.placering_id,
    count(*) as antal,
    sum(markt.dygn)::decimal(18, 4) as dygn,
    sum(markt.belopp_kr)::decimal(18, 2) as belopp_kr
from markt
group by all
