-- Catches ledger rows that a cost table loses or counts twice: a table's sum is the ledger of all accounts
-- that any of its rows covers, to the öre.
with tabell as (
    select kommun, tabell, ar, coalesce(netto_kr, 0) + netto_ej_medraknat_kr as belopp_kr
    from {{ ref('kostnadsutveckling') }}
    where ar_summa
),

ekonomi as (
    select
        rad.kommun, rad.konto, rad.verksamhet, coalesce(rad.motpart, '') as motpart, rad.kontotyp,
        rad.belopp_kr, manad.ar, manad.slut_datum as dag
    from {{ ref('stg_ekonomi') }} as rad
    inner join {{ ref('int_manad') }} as manad on manad.manad = rad.period
    where rad.serie = 'utfall'
),

huvudbok as (
    select ekonomi.kommun, tabeller.tabell, ekonomi.ar, sum(ekonomi.belopp_kr) as belopp_kr
    from ekonomi
    cross join (select distinct tabell from {{ ref('kostnadsutveckling_rader') }}) as tabeller
    where exists (
        select 1
        from {{ ref('kostnadsutveckling_rader') }} as rad
        where rad.tabell = tabeller.tabell
            and ekonomi.kommun glob rad.kommun
            and ekonomi.konto glob rad.konto_monster
            and ekonomi.verksamhet glob rad.verksamhet_monster
            and ekonomi.motpart glob rad.motpart_monster
            and ekonomi.kontotyp glob rad.kontotyp_monster
            and ekonomi.dag >= rad.giltig_fran
            and (rad.giltig_till is null or ekonomi.dag < rad.giltig_till)
    )
    group by ekonomi.kommun, tabeller.tabell, ekonomi.ar
)

select kommun, tabell, ar, tabell.belopp_kr, huvudbok.belopp_kr as huvudbok_kr
from tabell
full join huvudbok using (kommun, tabell, ar)
where tabell.belopp_kr is distinct from coalesce(huvudbok.belopp_kr, 0)
