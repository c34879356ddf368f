"""mart.placering_oversikt against sets of days, and the rules that a set of days does not name by itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import d, read
from frist_rigg import Rigg
from placerad_orakel import DAY, Cell, Count, Orakel, Plac, invent

from pipelines.settings import SEEDS, Settings

Db = duckdb.DuckDBPyConnection
MODELS = (
    *("int_dygnsvard", "int_placerad", "int_placerad_vistelse", "int_placering_handelse"),
    "int_placerad_manad",
)
FORMS = {row["placeringsform"]: row for row in read(SEEDS / "placeringsformer.csv") if not row["giltig_till"]}
LAST = d("2026-03-10")
TABLES: dict[str, dict[str, Any]] = {
    "intermediate.int_placering": {
        **dict.fromkeys(("kommun", "placering_id", "person_nyckel", "placeringsform"), pl.String),
        **dict.fromkeys(("lagrumsgrupp", "regi", "hem_nyckel", "malgrupp", "slutorsak"), pl.String),
        **dict.fromkeys(("ar_vard", "medplacerad"), pl.Boolean),
        **dict.fromkeys(("start", "slut", "raknas_till", "lage_per"), pl.Date),
        "ordning_dubbelt_dygn": pl.Int32,
    },
    "intermediate.int_placering_bit": {
        **dict.fromkeys(("kommun", "placering_id", "placeringsform", "lagrumsgrupp"), pl.String),
        **dict.fromkeys(("fran", "till"), pl.Date),
        "ar_vard": pl.Boolean,
        "ordning_dubbelt_dygn": pl.Int32,
    },
    "intermediate.int_person": {
        **dict.fromkeys(("kommun", "person_nyckel", "kon"), pl.String),
        "fodelsedatum": pl.Date,
    },
    "intermediate.int_tabell": {
        **dict.fromkeys(("kommun", "tabell"), pl.String),
        **dict.fromkeys(("omfattar_fran", "forsta_handelse"), pl.Date),
    },
    "indata.lage": {"kommun": pl.String, "lage_per": pl.Date},
}


def build(natt: Settings, placements: Sequence[Plac], window: date | None = None) -> Db:
    """The overview of made placements, by the night's compiled SQL."""
    rigg = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    kommuner = sorted({p.kommun for p in placements})
    rows: dict[str, list[dict[str, Any]]] = {
        "intermediate.int_placering": [
            {
                "kommun": p.kommun,
                "placering_id": p.placering_id,
                "person_nyckel": p.person,
                "placeringsform": p.placeringsform,
                "lagrumsgrupp": None if p.lagrumsgrupp == "okand" else p.lagrumsgrupp,
                "regi": p.regi,
                "hem_nyckel": p.hem,
                "malgrupp": p.malgrupp,
                "slutorsak": p.slutorsak,
                "ar_vard": p.placeringsform != "vardnadsoverflyttad",
                "medplacerad": not p.dygnsvard,
                "start": p.start,
                "slut": p.slut,
                "raknas_till": p.till,
                "lage_per": LAST,
                "ordning_dubbelt_dygn": p.order,
            }
            for p in placements
        ],
        "intermediate.int_placering_bit": [
            {
                "kommun": p.kommun,
                "placering_id": p.placering_id,
                "placeringsform": p.placeringsform,
                "lagrumsgrupp": p.lagrumsgrupp,
                "fran": fran,
                "till": till,
                "ar_vard": p.placeringsform != "vardnadsoverflyttad",
                "ordning_dubbelt_dygn": p.order,
            }
            for p in placements
            for fran, till in pieces(p)
        ],
        "intermediate.int_person": [
            {"kommun": kommun, "person_nyckel": person, "kon": kon, "fodelsedatum": born}
            for kommun, person, kon, born in {(p.kommun, p.person, p.kon, p.born) for p in placements}
        ],
        "intermediate.int_tabell": [
            {
                "kommun": kommun,
                "tabell": "placeringar",
                "omfattar_fran": window,
                "forsta_handelse": min(p.start for p in placements if p.kommun == kommun),
            }
            for kommun in kommuner
        ],
        "indata.lage": [{"kommun": kommun, "lage_per": LAST} for kommun in kommuner],
    }
    for name, schema in TABLES.items():
        rigg.table(name, pl.DataFrame(rows[name], schema=schema))
    for name in ("int_manad", "int_period_manad", "int_period", "int_kommun_period", *MODELS):
        rigg.model(name)
    rigg.model("placering_oversikt", "marts", "mart")
    return rigg.db


def pieces(placement: Plac) -> list[tuple[date, date]]:
    """A placement in two where it can be: a new price or an absence is no move and no new placement."""
    middle = placement.start + (placement.till - placement.start) // 2
    spans = [(placement.start, middle), (middle, placement.till)]
    return [(fran, till) for fran, till in spans if till > fran]


def measured(db: Db, kommun: str) -> dict[str, dict[Cell, Count]]:
    """Period → cell → its figures, nought left out."""
    found: dict[str, dict[Cell, Count]] = defaultdict(dict)
    for row in db.execute("from mart.placering_oversikt where kommun = ?", [kommun]).pl().to_dicts():
        figures = {k: v for k, v in row.items() if k.startswith(("antal_", "summa_", "median_", "vard_"))}
        if kept := {k: v for k, v in figures.items() if v}:
            found[row["period"]][row["malgrupp"], row["uppdelning"], row["grupp"]] = kept
    return found


def periods(db: Db, kommun: str) -> list[tuple[str, date, date]]:
    """(period, first day, last day known) of every period in the mart."""
    return db.execute(
        """
        select distinct mart.period, period.period_start, mart.sista_datum
        from mart.placering_oversikt as mart
        inner join intermediate.int_period as period using (periodtyp, period)
        where mart.kommun = ? order by all
        """,
        [kommun],
    ).fetchall()


def assert_agrees(
    db: Db, placements: list[Plac], kommun: str, asked: Sequence[tuple[str, date, date]]
) -> int:
    """The mart and the oracle say the same of these periods; returns how many figures were compared."""
    compared, orakel, told = 0, Orakel(placements), measured(db, kommun)
    for period, first, last in asked:
        wanted = {
            cell: {k: v for k, v in count.items() if v}
            for cell, count in orakel.overview(kommun, first, last).items()
        }
        wanted = {cell: count for cell, count in wanted.items() if count}
        found = told.get(period, {})
        wrong = {c for c in wanted.keys() | found.keys() if wanted.get(c) != found.get(c)}
        assert not wrong, [(period, c, wanted.get(c), found.get(c)) for c in sorted(wrong)[:3]]
        compared += sum(len(count) for count in wanted.values())
    return compared


def delivered(db: Db) -> list[Plac]:
    """The placements of a warehouse, from staging and the code lists."""
    forms = read(SEEDS / "placeringsformer.csv")
    lage = dict(db.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null").fetchall())
    persons = {
        row[:2]: row[2:]
        for row in db.sql(
            "select kommun, person_nyckel, kon, fodelsedatum from intermediate.int_person"
        ).fetchall()
    }
    found = []
    for r in db.sql("from staging.stg_placering").pl().to_dicts():
        form = next(
            f
            for f in forms
            if f["placeringsform"] == r["placeringsform"]
            and d(f["giltig_fran"]) <= r["start"]
            and (not f["giltig_till"] or r["start"] < d(f["giltig_till"]))
        )
        kon, born = persons[r["kommun"], r["person_nyckel"]]
        open_till = lage[r["kommun"]] + DAY
        found.append(
            Plac(
                r["kommun"],
                r["placering_id"],
                r["person_nyckel"],
                r["start"],
                r["slut"],
                r["slut"] or open_till,
                r["malgrupp"],
                r["placeringsform"],
                r["lagrum"].rsplit(" ", 1)[-1].lower(),
                r["regi"],
                kon,
                born,
                r["hem_nyckel"],
                r["slutorsak"],
                int(form["ordning_dubbelt_dygn"]),
                form["ar_vard"] == "ja" and not r["medplacerad"],
            )
        )
    return found


@pytest.mark.xdist_group("natt")
def test_the_night_agrees_with_sets_of_days(lager: Db) -> None:
    """Every year, and random other periods, in every cell."""
    every = periods(lager, "9901")
    rng = Random("placering natt")
    years = [p for p in every if len(p[0]) == 4]
    others = rng.sample([p for p in every if len(p[0]) > 4], 40)
    assert {p[2] for p in years[:-1]} == {date(p[1].year, 12, 31) for p in years[:-1]}
    assert assert_agrees(lager, delivered(lager), "9901", [*years, *others]) > 5_000


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize("seed", range(3))
def test_gaps_overlaps_and_changes_agree_with_sets_of_days(natt: Settings, seed: int) -> None:
    """In every period, also of rows in another order under another municipality."""
    rng = Random(f"placering {seed}")
    placements = invent(rng, "0001", 30, d("2022-11-20"), LAST)
    shuffled = [replace(p, kommun="0002") for p in rng.sample(placements, len(placements))]
    with build(natt, [*placements, *shuffled]) as db:
        every = periods(db, "0001")
        assert {p[0] for p in every} >= {"2023", "2024-02", "2025-K4", "2025-T2", "2025-D2", "2025-H1"}
        assert assert_agrees(db, placements, "0001", every) > 15_000
        kept = "select * exclude (kommun) from mart.placering_oversikt where kommun = '000{}'"
        differ = db.sql(f"({kept.format(1)} except all {kept.format(2)})").fetchall()
        assert differ == []
        assert db.sql(kept.format(1)).fetchall() != []
        for singular in ("lager_och_flode", "delar_summerar"):
            sql = next(natt.home.glob(f"dbt/compiled/**/placering_oversikt_{singular}.sql"))
            assert db.sql(sql.read_text(encoding="utf-8")).fetchall() == []


def placed(number: int, start: str, slut: str | None, **values: Any) -> Plac:
    """One placement of the person ``p``."""
    end = d(slut) if slut else None
    given = {"person": "p", "born": d("2012-05-01")} | values
    return Plac("0001", f"P{number}", start=d(start), slut=end, till=end or LAST + DAY, **given)


def figures(db: Db, period: str, cell: str = "alla total total") -> Count:
    malgrupp, uppdelning, grupp = cell.split()
    return measured(db, "0001").get(period, {}).get((malgrupp, uppdelning, grupp), {})


@pytest.mark.xdist_group("natt")
def test_one_missing_day_is_unbroken_care_and_two_are_not(natt: Settings) -> None:
    """The missing day is the last of January: in care, but no care day."""
    rows = [placed(1, "2025-01-10", "2025-01-31"), placed(2, "2025-02-01", "2025-02-10")]
    later = [placed(3, "2025-02-12", "2025-02-20")]
    with build(natt, rows + later) as db:
        january, february = figures(db, "2025-01"), figures(db, "2025-02")
    assert (january["vard_dygn"], january["antal_placerade_sista_dagen"]) == (21, 1)
    assert (february["antal_placerade_ingaende"], february["antal_nya"], february["antal_avslutade"]) == (
        1,
        1,
        2,
    )
    assert (february["antal_flyttar"], february["antal_placeringar_paborjade"]) == (1, 2)
    assert february["median_dagar_avslutade"] == Decimal("19.5")  # 31 days and 8


@pytest.mark.xdist_group("natt")
def test_what_is_a_breakdown(natt: Settings) -> None:
    """A custody transfer is care that goes on, an unknown one not observed; an age limit is expected."""
    reasons = ["sammanbrott", "vardnadsoverflyttning", "aldersgrans", "enligt_plan", "avliden", None]
    rows = [
        placed(n, "2025-01-10", "2025-03-01", person=f"p{n}", slutorsak=reason, placeringsform="familjehem")
        for n, reason in enumerate(reasons)
    ]
    other = {"slutorsak": "sammanbrott", "person": "q"}
    rows += [
        placed(
            10, "2025-01-10", "2025-03-01", **other, placeringsform="vardnadsoverflyttad", dygnsvard=False
        ),
        placed(11, "2025-01-10", "2025-03-01", **other, dygnsvard=False),
        placed(12, "2025-03-05", "2025-03-05", slutorsak="sammanbrott", person="r"),  # left the day they came
    ]
    with build(natt, rows) as db:
        total = figures(db, "2025-03")
    assert (total["antal_sammanbrott"], total["antal_avslutade_placeringar_matt"]) == (2, 5)
    assert (total["antal_placeringar_avslutade"], total["antal_avslutade"]) == (7, 6)


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize(("slut", "band"), [("2025-05-01", "0-10"), ("2025-05-02", "11+")])
def test_the_age_at_a_breakdown_is_that_of_the_last_day_in_care(natt: Settings, slut: str, band: str) -> None:
    """The child turns 11 on the first of May; it left that day, or the day after."""
    row = placed(1, "2025-01-10", slut, slutorsak="sammanbrott", born=d("2014-05-01"))
    with build(natt, [row]) as db:
        found = {
            b: figures(db, "2025", f"barn sammanbrott_alder {b}").get("antal_sammanbrott")
            for b in ("0-10", "11+")
        }
    assert found == {"0-10": None, "11+": None} | {band: 1}


@pytest.mark.xdist_group("natt")
def test_a_birthday_is_a_change_of_group(natt: Settings) -> None:
    """13 on the first of May: counted in both groups, and their stocks and flows agree."""
    with build(natt, [placed(1, "2025-01-10", None)]) as db:
        young, older = (figures(db, "2025", f"barn aldersgrupp {g}") for g in ("7-12", "13-17"))
        total = figures(db, "2025")
    assert (young["antal_placerade"], older["antal_placerade"], total["antal_placerade"]) == (1, 1, 1)
    assert (young["antal_nya"], young["antal_bytt_ut"], older["antal_bytt_in"]) == (1, 1, 1)
    assert (young["vard_dygn"], older["vard_dygn"], total["vard_dygn"]) == (111, 245, 356)


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize(
    ("homes", "moves"), [(("a", "a"), None), (("a", "b"), 1), ((None, None), 1), (("a", None), 1)]
)
def test_another_number_for_the_same_home_is_no_move(
    natt: Settings, homes: tuple[str | None, str | None], moves: int | None
) -> None:
    rows = [
        placed(n, *span, hem=home, placeringsform=form)
        for n, (span, home, form) in enumerate(
            zip(
                [("2025-01-10", "2025-03-01"), ("2025-03-01", None)],
                homes,
                ("jourhem", "familjehem"),
                strict=True,
            )
        )
    ]
    with build(natt, rows) as db:
        found = figures(db, "2025")
    assert found.get("antal_flyttar") == found.get("antal_flyttade") == moves
    assert found["antal_placeringar_paborjade"] == 2


@pytest.mark.xdist_group("natt")
def test_back_from_a_short_stay_is_one_move(natt: Settings) -> None:
    """The family home is kept while the child is in an emergency home: one care day a day."""
    rows = [
        placed(1, "2025-01-01", "2025-02-01"),
        placed(2, "2025-01-10", "2025-01-15", placeringsform="jourhem"),
    ]
    with build(natt, rows) as db:
        total, away = figures(db, "2025-01"), figures(db, "2025-01", "barn placeringsform jourhem")
    assert (total["antal_flyttar"], total["vard_dygn"], total["antal_nya"]) == (1, 31, 1)
    assert (away["vard_dygn"], away["antal_bytt_in"], away["antal_bytt_ut"]) == (5, 1, 1)


@pytest.mark.xdist_group("natt")
def test_a_window_knows_nothing_of_the_periods_that_began_before_it(natt: Settings) -> None:
    rows = [placed(1, "2024-12-10", "2025-06-01"), placed(2, "2025-06-01", "2025-08-01")]
    with build(natt, rows, window=d("2025-02-01")) as db:
        known = {period for period, *_ in periods(db, "0001")}
    assert {"2025-02", "2025-K2", "2025-H2", "2026"} <= known
    assert not {"2025-01", "2025-K1", "2025-H1", "2025-D1", "2025"} & known


@pytest.mark.xdist_group("natt")
def test_nobody_is_nought_and_the_day_is_told(natt: Settings) -> None:
    """After the only care has ended every group stands at 0, and a period that is not over says its day."""
    with build(natt, [placed(1, "2025-01-10", "2025-03-01")]) as db:
        rows = db.sql("""
            select malgrupp, sum(antal_placerade), count(*), max(sista_datum), bool_or(ar_fullstandig)
            from mart.placering_oversikt where period = '2026' group by all order by all
        """).fetchall()
        lengths = db.sql("""
            select summa_dagar_avslutade, median_dagar_avslutade
            from mart.placering_oversikt where period = '2026'
        """).fetchall()
    assert rows == [("alla", 0, 7, LAST, False), ("barn", 0, 7, LAST, False)]
    assert set(lengths) == {(0, None)}


@pytest.mark.xdist_group("natt")
def test_care_days_are_those_of_the_placements(lager: Db) -> None:
    """Where nothing that is no care overlaps, they are fct_placering_manad's."""
    wanted = lager.sql("""
        select left(dygn.manad, 4), sum(dygn.vard_dygn), sum(dygn.vard_dygn) filter (where dygn.regi = 'egen')
        from mart.fct_placering_manad as dygn
        where exists (  -- what counts as care changes at the turn of a month, so a month is care or not
            from intermediate.int_dygnsvard as vard
            where vard.kommun = dygn.kommun and vard.placering_id = dygn.placering_id
                and vard.fran <= last_day(cast(dygn.manad || '-01' as date))
                and vard.till > cast(dygn.manad || '-01' as date)
        )
        group by all order by all
    """)
    found = lager.sql("""
        select period, sum(vard_dygn), sum(vard_dygn_egen_regi) from mart.placering_oversikt
        where kommun = '9901' and periodtyp = 'ar' and malgrupp = 'alla' and uppdelning = 'total'
        group by all order by all
    """)
    years = {year: days for year, *days in found.fetchall()}
    assert years == {year: days for year, *days in wanted.fetchall()} != {}
