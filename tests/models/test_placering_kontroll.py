"""mart.placering_kontroll: each check finds what is planted for it, to the day, and nothing else."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import d, read
from frist_rigg import Rigg

from pipelines.settings import SEEDS, Settings

pytestmark = pytest.mark.xdist_group("natt")
LAST = d("2026-03-10")
Row = dict[str, Any]
Finding = tuple[str, str, str | None, date, date | None, int | None]
"""kontroll_id, placering_id, annan_placering_id, från, till, antal dagar"""
PLACERING: dict[str, Any] = {
    **dict.fromkeys(("kommun", "placering_id", "person_nyckel", "vard_id", "enhet"), pl.String),
    **dict.fromkeys(("ar_vard", "medplacerad"), pl.Boolean),
    **dict.fromkeys(("start", "slut", "planerat_slut", "raknas_till", "lage_per"), pl.Date),
    "dygnspris": pl.Decimal(18, 2),
}
PERIOD: dict[str, Any] = {
    **dict.fromkeys(("kommun", "row_key", "placering_id", "slag"), pl.String),
    **dict.fromkeys(("fran", "till"), pl.Date),
}


def plac(case: str, start: str, slut: str | None, **values: Any) -> Row:
    """A placement with a price and, while it is open, a planned end to come."""
    end = d(slut) if slut else None
    row = {
        "kommun": "0001",
        "placering_id": case,
        "person_nyckel": "p",
        "enhet": "e",
        "ar_vard": True,
        "medplacerad": False,
        "start": d(start),
        "slut": end,
        "planerat_slut": None if end else d("2027-01-01"),
        "raknas_till": end or d("2026-03-11"),
        "lage_per": LAST,
        "dygnspris": 1000,
    }
    return row | values


def span(case: str, slag: str, fran: str, till: str | None, number: int = 1) -> Row:
    end = d(till) if till else None
    key = f"{case}-{number}"
    return {
        "kommun": "0001",
        "row_key": key,
        "placering_id": case,
        "slag": slag,
        "fran": d(fran),
        "till": end,
    }


def build(
    natt: Settings, placements: Sequence[Row], spans: Sequence[Row] = (), protected: str | None = None
) -> duckdb.DuckDBPyConnection:
    rigg = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    persons = {row["person_nyckel"] for row in placements if row["person_nyckel"]}
    rows = [{"kommun": "0001", "person_nyckel": p, "skyddad": p == protected} for p in persons]
    rigg.table("intermediate.int_placering", pl.DataFrame(placements, schema=PLACERING))
    rigg.table("staging.stg_placering_period", pl.DataFrame(spans, schema=PERIOD))
    schema = {"kommun": pl.String, "person_nyckel": pl.String, "skyddad": pl.Boolean}
    rigg.table("intermediate.int_person", pl.DataFrame(rows, schema=schema))
    rigg.model("placering_kontroll", "marts", "mart")
    return rigg.db


def found(db: duckdb.DuckDBPyConnection) -> set[Finding]:
    rows = db.sql("""
        select kontroll_id, placering_id, annan_placering_id, fran_datum, till_datum, antal_dagar
        from mart.placering_kontroll
    """).fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


YEAR = ("2025-01-01", "2026-01-01")
NO_PRICE = {"dygnspris": None}
CASES: dict[str, tuple[list[Row], list[Row], set[Finding]]] = {
    "nothing": (
        [
            plac("A", "2025-01-01", "2025-03-01"),
            plac("B", "2025-03-01", None, **NO_PRICE),
            plac("C", *YEAR, person_nyckel="q", medplacerad=True, **NO_PRICE),
            plac("D", *YEAR, person_nyckel=None),
            plac("E", *YEAR, person_nyckel=None),
        ],
        [
            span("B", "dygnspris", "2025-03-01", "2025-06-01"),
            span("B", "manadsersattning", "2025-06-01", None),
        ],
        set(),
    ),
    "overlap": (
        [
            plac("A", "2025-01-01", "2025-03-01"),
            plac("B", "2025-02-01", "2025-02-11"),
            plac("C", "2025-02-10", "2025-03-05"),
            plac("D", "2025-02-01", "2025-04-01", ar_vard=False),
        ],
        [],
        {
            ("OVERLAPPANDE_PLACERINGAR", "B", "A", d("2025-02-01"), d("2025-02-11"), 10),
            ("OVERLAPPANDE_PLACERINGAR", "C", "A", d("2025-02-10"), d("2025-03-01"), 19),
            ("OVERLAPPANDE_PLACERINGAR", "C", "B", d("2025-02-10"), d("2025-02-11"), 1),
        },
    ),
    "the same days twice": (
        [plac("A", *YEAR), plac("B", *YEAR)],
        [],
        {("OVERLAPPANDE_PLACERINGAR", "B", "A", *map(d, YEAR), 365)},
    ),
    # The gap is after the longest of those before, and not more than the fourteen days of the seed.
    "gaps of 1, 14 and 15 days": (
        [
            plac("A", "2025-01-01", "2025-03-01"),
            plac("B", "2025-01-10", "2025-01-20"),
            plac("C", "2025-03-02", "2025-04-01"),
            plac("D", "2025-04-15", "2025-05-01"),
            plac("E", "2025-05-16", "2025-06-01"),
        ],
        [],
        {
            ("OVERLAPPANDE_PLACERINGAR", "B", "A", d("2025-01-10"), d("2025-01-20"), 10),
            ("LUCKA_I_VARDEN", "C", "A", d("2025-03-01"), d("2025-03-02"), 1),
            ("LUCKA_I_VARDEN", "D", "C", d("2025-04-01"), d("2025-04-15"), 14),
        },
    ),
    "a placement without a day": (
        [plac("A", "2025-01-01", "2025-01-01")],
        [],
        {("INGA_DYGN", "A", None, d("2025-01-01"), d("2025-01-01"), 0)},
    ),
    "open without a plan, and past its plan": (
        [
            plac("A", "2026-03-01", None, planerat_slut=None),
            plac("B", "2026-01-01", None, person_nyckel="q", planerat_slut=d("2026-03-09")),
            plac("C", "2026-01-01", None, person_nyckel="r", planerat_slut=LAST),
            plac("D", "2026-01-01", None, person_nyckel="s", planerat_slut=None, ar_vard=False),
        ],
        [],
        {
            ("OPPEN_UTAN_PLANERAT_SLUT", "A", None, d("2026-03-01"), None, 10),
            ("OPPEN_EFTER_PLANERAT_SLUT", "B", None, d("2026-03-09"), None, 1),
        },
    ),
    "one care of two persons": (
        [
            plac("A", *YEAR, vard_id="V"),
            plac("B", *YEAR, vard_id="V", person_nyckel="q"),
            plac("C", *YEAR, vard_id="V", person_nyckel="r", medplacerad=True),
            plac("D", "2026-01-01", "2026-02-01", vard_id="V"),
        ],
        [],
        {("VARD_ID_FLERA_PERSONER", "B", "A", *map(d, YEAR), None)},
    ),
    "periods outside": (
        [plac("A", "2025-01-10", "2025-02-01"), plac("B", "2025-03-10", None, person_nyckel="q")],
        [
            span("A", "lagrum", "2025-01-08", "2025-02-04"),
            span("A", "tillstand", "2025-02-01", None, 2),
            span("A", "franvaro", "2025-03-01", "2025-03-05", 3),
            span("A", "lagrum", "2025-01-10", "2025-02-01", 4),
            span("B", "lagrum", "2025-03-09", None),
            span("B", "lagrum", "2025-03-10", "2027-01-01", 2),
        ],
        {
            ("PERIOD_UTANFOR_PLACERING", "A", None, d("2025-01-08"), d("2025-02-04"), 5),
            ("PERIOD_UTANFOR_PLACERING", "A", None, d("2025-02-01"), None, None),
            ("PERIOD_UTANFOR_PLACERING", "A", None, d("2025-03-01"), d("2025-03-05"), 4),
            ("PERIOD_UTANFOR_PLACERING", "B", None, d("2025-03-09"), None, None),
        },
    ),
    "two prices at once": (
        [plac("A", *YEAR, **NO_PRICE), plac("B", "2026-01-01", None, person_nyckel="q", **NO_PRICE)],
        [
            span("A", "dygnspris", "2025-01-01", "2025-07-02"),
            span("A", "dygnspris", "2025-07-01", "2026-01-01", 2),
            span("A", "manadsersattning", "2025-01-01", "2026-01-01", 3),
            span("B", "dygnspris", "2026-01-01", None),
            span("B", "dygnspris", "2026-03-01", None, 2),
        ],
        {
            ("OVERLAPPANDE_PRISPERIODER", "A", None, d("2025-07-01"), d("2025-07-02"), 1),
            ("OVERLAPPANDE_PRISPERIODER", "B", None, d("2026-03-01"), None, 10),
        },
    ),
    "days without a price": (
        [plac("A", *YEAR, **NO_PRICE), plac("B", "2026-03-01", None, person_nyckel="q", **NO_PRICE)],
        [
            span("A", "dygnspris", "2025-01-03", "2025-03-01"),
            span("A", "dygnspris", "2025-01-20", "2025-02-01", 2),
            span("A", "manadsersattning", "2025-03-02", "2025-12-31", 3),
        ],
        {
            ("PRIS_SAKNAS", "A", None, d("2025-01-01"), d("2025-01-03"), 2),
            ("PRIS_SAKNAS", "A", None, d("2025-03-01"), d("2025-03-02"), 1),
            ("PRIS_SAKNAS", "A", None, d("2025-12-31"), d("2026-01-01"), 1),
            ("PRIS_SAKNAS", "B", None, d("2026-03-01"), d("2026-03-11"), 10),
            ("OVERLAPPANDE_PRISPERIODER", "A", None, d("2025-01-20"), d("2025-02-01"), 12),
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_planted_is_found_in_any_order(natt: Settings, name: str) -> None:
    placements, spans, wanted = CASES[name]
    for ordered in (placements, placements[::-1]):
        with build(natt, ordered, spans[:: 1 if ordered is placements else -1]) as db:
            assert found(db) == wanted


def test_every_check_of_the_seed_has_a_planted_case() -> None:
    planted = {finding[0] for *_, wanted in CASES.values() for finding in wanted}
    assert planted == {row["kontroll_id"] for row in read(SEEDS / "placering_kontroller.csv")}


def test_a_finding_with_a_protected_person_says_so(natt: Settings) -> None:
    """Also when only the other placement is theirs."""
    rows = [
        plac("A", *YEAR, vard_id="V"),
        plac("B", *YEAR, vard_id="V", person_nyckel="q"),
        plac("C", "2025-01-01", "2025-01-01", person_nyckel="q"),
    ]
    with build(natt, rows, protected="p") as db:
        told = db.sql("select placering_id, ar_skyddad from mart.placering_kontroll").fetchall()
    assert dict(told) == {"B": True, "C": False}
