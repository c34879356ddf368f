-- The list of decisions as the board gets it each month: how many of each kind, under which section, by whom,
-- with which outcome. Older and newer law stand side by side: the section as it was printed, and the one that
-- it is today.
with lagrum as (
    select
        lagrum_id,
        coalesce(kapitel || ' kap. ', '') || paragraf || ' §' || coalesce(' ' || punkt || ' p', '') || ' '
            || case when lagrumsgrupp = 'sol' then 'SoL (' || sfs || ')' else lag_kod end as namn
    from {{ ref('dim_lagrum') }}
),

beslut as (
    select
        beslut.kommun, beslut.slag, beslut.typ, beslut.beslutsfattare, beslut.enhet, beslut.utfall,
        beslut.lagrum_id, beslut.nuvarande_lagrum_id, beslut.ar_lagrum_i_kraft,
        strftime(beslut.datum, '%Y-%m') as manad, lage.lage_per
    from {{ ref('int_delegationsbeslut') }} as beslut
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = beslut.kommun
    where last_day(beslut.datum) <= lage.lage_per
)

select
    beslut.kommun,
    beslut.manad,
    beslut.beslutsfattare,
    beslut.enhet,
    beslut.slag,
    beslut.typ,
    beslut.lagrum_id, beslut.nuvarande_lagrum_id,
    beslut.ar_lagrum_i_kraft,
    beslut.utfall,
    count(*) as antal,
    any_value(slag.namn) as slag_namn,
    any_value(coalesce(typ.namn, 'Okänd')) as typ_namn,
    any_value(coalesce(utfall.namn, 'Okänt')) as utfall_namn,
    any_value(coalesce(lagrum.namn, 'Okänt')) as lagrum_namn,
    any_value(coalesce(nu.namn, 'Okänt')) as nuvarande_lagrum_namn,
    any_value(beslut.lage_per) as lage_per
from beslut
inner join {{ ref('delegation_slag') }} as slag on slag.slag = beslut.slag
left join {{ ref('koder') }} as typ on typ.kodlista = slag.typ_kodlista and typ.kod = beslut.typ
left join {{ ref('koder') }} as utfall on utfall.kodlista = slag.utfall_kodlista
    and utfall.kod = beslut.utfall
left join lagrum on lagrum.lagrum_id = beslut.lagrum_id
left join lagrum as nu on nu.lagrum_id = beslut.nuvarande_lagrum_id
group by
    beslut.kommun, beslut.manad, beslut.beslutsfattare, beslut.enhet, beslut.slag, beslut.typ,
    beslut.lagrum_id, beslut.nuvarande_lagrum_id, beslut.ar_lagrum_i_kraft, beslut.utfall
