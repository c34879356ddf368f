-- Indicator family: one row per adult and unbroken run of months with financial assistance that ended, and whether they had
-- any again within a year. Whose household it was does not matter: a new household id is no end. A month that is not over yet
-- tells of nobody that they went without.
with manad as (
    select
        bistand.kommun, bistand.person_nyckel, bistand.manad,
        min(bistand.hushallstyp) as hushallstyp,
        cast(left(bistand.manad, 4) as integer) * 12 + cast(right(bistand.manad, 2) as integer) as nr,
        last_day(cast(bistand.manad || '-01' as date)) as sista_datum
    from {{ ref('stg_ekonomiskt_bistand') }} as bistand
    where bistand.person_nyckel is not null
    group by bistand.kommun, bistand.person_nyckel, bistand.manad
),

foljd as (
    select
        kommun, person_nyckel, manad, hushallstyp, nr, sista_datum,
        lead(nr) over (partition by kommun, person_nyckel order by nr) as nasta_nr
    from manad
),

levererad as (
    select manad.kommun, max(manad.nr) as t_o_m_nr
    from manad
    inner join {{ source('indata', 'lage') }} as lage on lage.kommun = manad.kommun
    where manad.sista_datum <= lage.lage_per
    group by manad.kommun
)

select
    foljd.kommun,
    foljd.person_nyckel as bas_id,
    coalesce(person.kon, 'okand') as kon,
    {{ aldersgrupp("date_sub('year', person.fodelsedatum, foljd.sista_datum)") }} as aldersgrupp,
    foljd.hushallstyp,
    foljd.manad as sista_manad,
    1 as antal,
    case when foljd.nasta_nr <= foljd.nr + 12 then 1 else 0 end as ar_tillbaka,
    case when foljd.nasta_nr is null or foljd.nasta_nr > foljd.nr + 12 then 1 else 0 end as ar_ej_tillbaka
from foljd
inner join levererad on levererad.kommun = foljd.kommun and foljd.nr < levererad.t_o_m_nr
left join {{ ref('int_person') }} as person
    on person.kommun = foljd.kommun and person.person_nyckel = foljd.person_nyckel
where (foljd.nasta_nr is null or foljd.nasta_nr > foljd.nr + 1)
    and date_sub('year', person.fodelsedatum, foljd.sista_datum) >= 18
