-- How do the costs of placements develop, row by row as the board's table prints them?
--
-- One row per municipality and row of its three tables (HVB per counterpart, own foster homes, foster homes with a consultant),
-- with the sum first: the three years before, the newest year as far as its ledger reaches ("T.o.m. månad"), and that year
-- projected straight to twelve months. A year that is whole is its own projection. Costs are positive and gross, in thousands
-- of kronor; "Netto" is the newest year after incomes and state grants. An empty cell is not known: the year is not in the ledger,
-- the row did not exist, or the year before came as one sum, so that its first months cannot be told apart.
-- "Ändring" compares the projection with the whole year before. Read "Seriebrott" first: it says what makes a year unlike
-- the one before it. Rounded figures may differ from a rounded sum by one.
with nyast as (
    select kommun, max(ar) as ar
    from mart.kostnadsutveckling
    where t_o_m_manad is not null
    group by kommun
),

rad as (
    select utveckling.*, nyast.ar - utveckling.ar as ar_sedan
    from mart.kostnadsutveckling as utveckling
    inner join nyast on nyast.kommun = utveckling.kommun
    where utveckling.ar between nyast.ar - 3 and nyast.ar
),

-- A table of one row needs no sum.
tryckt as (
    select rad.*
    from rad
    qualify not ar_summa or count(distinct rad.rad) over (partition by rad.kommun, rad.tabell) > 2
)

select
    tryckt.kommun as "Kommun",
    kod.namn as "Tabell",
    tryckt.namn as "Rad",
    max(tryckt.ar + tryckt.ar_sedan) as "År",
    cast(sum(tryckt.utfall_kr) filter (where tryckt.ar_sedan = 3) / 1000 as decimal(18, 0)) as "Utfall tre år före, tkr",
    cast(sum(tryckt.utfall_kr) filter (where tryckt.ar_sedan = 2) / 1000 as decimal(18, 0)) as "Utfall två år före, tkr",
    cast(sum(tryckt.utfall_kr) filter (where tryckt.ar_sedan = 1) / 1000 as decimal(18, 0)) as "Utfall året före, tkr",
    max(tryckt.t_o_m_manad) filter (where tryckt.ar_sedan = 0) as "T.o.m. månad",
    cast(sum(tryckt.utfall_kr) filter (where tryckt.ar_sedan = 0) / 1000 as decimal(18, 0)) as "Utfall, tkr",
    cast(
        sum(tryckt.utfall_samma_manader_foregaende_ar_kr) filter (where tryckt.ar_sedan = 0) / 1000
        as decimal(18, 0)
    ) as "Samma månader året före, tkr",
    cast(sum(tryckt.helar_rak_kr) filter (where tryckt.ar_sedan = 0) / 1000 as decimal(18, 0))
        as "Uppräknat helår, tkr",
    cast(100 * sum(tryckt.andring_andel) filter (where tryckt.ar_sedan = 0) as decimal(18, 1)) as "Ändring, %",
    cast(sum(tryckt.netto_kr) filter (where tryckt.ar_sedan = 0) / 1000 as decimal(18, 0)) as "Netto, tkr",
    string_agg(tryckt.seriebrott, ' ' order by tryckt.ar) filter (where tryckt.ar_sedan < 3) as "Seriebrott"
from tryckt
inner join seed.koder as kod on kod.kodlista = 'kostnadstabell' and kod.kod = tryckt.tabell
group by tryckt.kommun, kod.namn, kod.ordning, tryckt.rad, tryckt.namn, tryckt.ordning
order by tryckt.kommun, kod.ordning, tryckt.ordning;
