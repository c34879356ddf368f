-- Unbroken months of financial assistance: one row per spell. A household that is closed and opened again
-- under another id the month after, with the same applicant, is the same spell: a child moved in, and nobody
-- managed without aid. The applicant is whoever has the amount on their row.
with hushall as (
    select
        kommun,
        hushall_id,
        manad,
        cast(left(manad, 4) as integer) * 12 + cast(right(manad, 2) as integer) - 1 as nr,
        arg_max(person_nyckel, (belopp_kr, person_nyckel)) as person_nyckel,
        arg_max(hushallstyp, (belopp_kr, person_nyckel)) as hushallstyp
    from {{ ref('stg_ekonomiskt_bistand') }}
    group by kommun, hushall_id, manad
),

-- A month that is not over says nothing of who will have no aid in it.
levererad as (
    select hushall.kommun, max(hushall.nr) as t_o_m_nr
    from hushall
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = hushall.kommun
    where last_day(cast(hushall.manad || '-01' as date)) <= lage.lage_per
    group by hushall.kommun
),

foljd as (
    select
        kommun, hushall_id, nr, person_nyckel, hushallstyp,
        nr - row_number() over (partition by kommun, hushall_id order by nr) as foljd
    from hushall
),

-- Unbroken months under one household id.
bit as (
    select
        kommun, hushall_id,
        min(nr) as fran_nr,
        max(nr) as till_nr,
        arg_min(person_nyckel, nr) as forsta_sokande,
        arg_max(person_nyckel, nr) as sista_sokande,
        arg_min(hushallstyp, nr) as hushallstyp
    from foljd
    group by kommun, hushall_id, foljd
),

-- One that ended leads to at most one that began: of several, in the order of their ids.
slutar as (
    select
        kommun, hushall_id, fran_nr, till_nr, sista_sokande,
        row_number() over (partition by kommun, till_nr, sista_sokande order by hushall_id) as plats
    from bit
),

borjar as (
    select
        kommun, hushall_id, fran_nr, forsta_sokande,
        row_number() over (partition by kommun, fran_nr, forsta_sokande order by hushall_id) as plats
    from bit
),

byte as (
    select slutar.kommun, slutar.hushall_id as fore_id, slutar.fran_nr as fore_nr, borjar.hushall_id,
        borjar.fran_nr
    from slutar
    inner join borjar
        on borjar.kommun = slutar.kommun and borjar.forsta_sokande = slutar.sista_sokande
        and borjar.fran_nr = slutar.till_nr + 1 and borjar.plats = slutar.plats
),

kedja as (
    with recursive lank as (
        select bit.kommun, bit.hushall_id, bit.fran_nr, bit.hushall_id as forsta_id, bit.fran_nr as forsta_nr
        from bit
        anti join byte
            on byte.kommun = bit.kommun and byte.hushall_id = bit.hushall_id and byte.fran_nr = bit.fran_nr
        union all
        select lank.kommun, byte.hushall_id, byte.fran_nr, lank.forsta_id, lank.forsta_nr
        from lank
        inner join byte
            on byte.kommun = lank.kommun and byte.fore_id = lank.hushall_id and byte.fore_nr = lank.fran_nr
    )

    select kommun, hushall_id, fran_nr, forsta_id, forsta_nr from lank
),

period as (
    select
        kedja.kommun, kedja.forsta_id, kedja.forsta_nr,
        max(bit.till_nr) as sista_nr,
        list(bit.hushall_id order by bit.fran_nr) as hushall_id_lista,
        arg_min(bit.forsta_sokande, bit.fran_nr) as person_nyckel,
        arg_min(bit.hushallstyp, bit.fran_nr) as hushallstyp
    from kedja
    inner join bit
        on bit.kommun = kedja.kommun and bit.hushall_id = kedja.hushall_id and bit.fran_nr = kedja.fran_nr
    group by kedja.kommun, kedja.forsta_id, kedja.forsta_nr
)

select
    period.kommun,
    period.forsta_id || '|' || format('{:04d}-{:02d}', period.forsta_nr // 12, period.forsta_nr % 12 + 1)
        as bistand_period_id,
    period.person_nyckel,
    period.hushall_id_lista,
    coalesce(period.hushallstyp, 'okand') as hushallstyp,
    format('{:04d}-{:02d}', period.forsta_nr // 12, period.forsta_nr % 12 + 1) as forsta_manad,
    case when period.sista_nr < levererad.t_o_m_nr then
        format('{:04d}-{:02d}', period.sista_nr // 12, period.sista_nr % 12 + 1)
    end as sista_manad,
    period.sista_nr - period.forsta_nr + 1 as antal_manader,
    format('{:04d}-{:02d}', levererad.t_o_m_nr // 12, levererad.t_o_m_nr % 12 + 1) as t_o_m_manad
from period
left join levererad on levererad.kommun = period.kommun
