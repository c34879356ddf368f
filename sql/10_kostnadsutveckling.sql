-- How do the costs of placements develop, row by row as the board's table prints them?
--
-- One row per municipality and row of its three tables (HVB per counterpart, own foster homes, foster homes
-- with a consultant), with the sum first: the three years before, the newest year as far as its ledger
-- reaches ("T.o.m. månad"), and that year projected straight to twelve months. A year that is whole is its
-- own projection. Costs are positive and gross, in thousands of kronor; "Netto" is the newest year after
-- incomes and state grants. An empty cell is not known: the year is not in the ledger, the row did not exist,
-- or the year before came as one sum, so that its first months cannot be told apart. "Ändring" compares the
-- projection with the whole year before. Read "Seriebrott" first: it says what makes a year unlike the one
-- before it. Rounded figures may differ from a rounded sum by one.
with nyast as (
    select kommun, max(ar) as ar
    from mart.kostnadsutveckling
    where t_o_m_manad is not null
    group by kommun
),

-- A table of one row needs no sum.
rad as (
    select
        utveckling.kommun, utveckling.tabell, utveckling.rad, utveckling.namn, utveckling.ordning,
        utveckling.ar_summa, utveckling.t_o_m_manad, utveckling.utfall_kr, utveckling.netto_kr,
        utveckling.utfall_samma_manader_foregaende_ar_kr, utveckling.helar_rak_kr, utveckling.andring_andel,
        utveckling.seriebrott, utveckling.ar, nyast.ar as nyast_ar, nyast.ar - utveckling.ar as ar_sedan
    from mart.kostnadsutveckling as utveckling
    inner join nyast on nyast.kommun = utveckling.kommun
    where utveckling.ar between nyast.ar - 3 and nyast.ar
    qualify not utveckling.ar_summa
        or count(distinct utveckling.rad) over (partition by utveckling.kommun, utveckling.tabell) > 2
)

select
    rad.kommun as "Kommun",
    kod.namn as "Tabell",
    rad.namn as "Rad",
    rad.nyast_ar as "År",
    cast(sum(rad.utfall_kr) filter (where rad.ar_sedan = 3) / 1000 as decimal(18, 0))
        as "Utfall tre år före, tkr",
    cast(sum(rad.utfall_kr) filter (where rad.ar_sedan = 2) / 1000 as decimal(18, 0))
        as "Utfall två år före, tkr",
    cast(sum(rad.utfall_kr) filter (where rad.ar_sedan = 1) / 1000 as decimal(18, 0))
        as "Utfall året före, tkr",
    max(rad.t_o_m_manad) filter (where rad.ar_sedan = 0) as "T.o.m. månad",
    cast(sum(rad.utfall_kr) filter (where rad.ar_sedan = 0) / 1000 as decimal(18, 0)) as "Utfall, tkr",
    cast(
        sum(rad.utfall_samma_manader_foregaende_ar_kr) filter (where rad.ar_sedan = 0) / 1000 as decimal(18, 0)
    ) as "Samma månader året före, tkr",
    cast(sum(rad.helar_rak_kr) filter (where rad.ar_sedan = 0) / 1000 as decimal(18, 0))
        as "Uppräknat helår, tkr",
    cast(100 * sum(rad.andring_andel) filter (where rad.ar_sedan = 0) as decimal(18, 1)) as "Ändring, %",
    cast(sum(rad.netto_kr) filter (where rad.ar_sedan = 0) / 1000 as decimal(18, 0)) as "Netto, tkr",
    string_agg(rad.seriebrott, ' ' order by rad.ar) filter (where rad.ar_sedan < 3) as "Seriebrott"
from rad
inner join seed.koder as kod on kod.kodlista = 'kostnadstabell' and kod.kod = rad.tabell
group by rad.kommun, kod.namn, kod.ordning, rad.rad, rad.namn, rad.ordning, rad.nyast_ar
order by rad.kommun, kod.ordning, rad.ordning;
