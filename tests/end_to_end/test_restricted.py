"""The early list of a night: every urgent clock of the mart on its unit's sheet, and nobody recognised."""

import stat

import duckdb
import openpyxl
import polars as pl
import pytest

from pipelines import publish, reports
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
HEADINGS = {
    "Över fristen": "over",
    "Ska rapporteras": "rapportera",
    "Inom 7 dagar": "7",
    "8–14 dagar": "14",
    "15–30 dagar": "30",
}


def listed(settings: Settings, kommun: str) -> dict[str, set[tuple[str, str, str]]]:
    """Per sheet: window, case and rule of every row under a heading."""
    book = openpyxl.load_workbook(settings.restricted / kommun / "bevakning.xlsx", read_only=True)
    found: dict[str, set[tuple[str, str, str]]] = {}
    for name in book.sheetnames[1:]:
        window, mine = "", found.setdefault(name, set())
        for first, second, *_ in book[name].iter_rows(values_only=True):
            heading = str(first or "").rsplit(" (", 1)[0]
            if heading in HEADINGS:
                window = HEADINGS[heading]
            elif first and second and first != "Ärende":
                mine.add((window, str(first), str(second)))
    return found


def test_the_list_is_the_mart(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    rows = lager.sql("select enhet_namn, inom_dagar, subjekt_id, regel_namn from mart.frist_bevakning "
                     "where kommun = '9901'").fetchall()  # fmt: skip
    found = listed(natt, "9901")
    assert set().union(*found.values()) == {row[1:] for row in rows}
    assert len(found) == len({row[0] for row in rows})
    for unit in {row[0] for row in rows}:
        assert {row[1:] for row in rows if row[0] == unit} in found.values()


def test_a_municipality_without_urgent_clocks_gets_a_list_that_says_so(natt: Settings) -> None:
    book = openpyxl.load_workbook(natt.restricted / "2280" / "bevakning.xlsx", read_only=True)
    texts = [str(c) for row in book["Översikt"].iter_rows(values_only=True) for c in row if c]
    assert texts[0].startswith("Bevakning av frister, ")
    assert len(book.sheetnames) > 1 or any("Inget är över fristen" in text for text in texts)


def test_nobody_can_be_recognised(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    keys = {key for (key,) in lager.sql("select person_nyckel from mart.dim_person").fetchall()}
    protected = {
        case
        for (case,) in lager.sql("""
            select frist.subjekt_id from mart.fct_frist as frist
            join mart.dim_person as person using (kommun, person_nyckel) where person.ar_skyddad
        """).fetchall()
    }
    assert protected
    for file in natt.restricted.glob("*/bevakning.*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        if file.suffix == ".xlsx":
            cells = {
                str(cell)
                for sheet in openpyxl.load_workbook(file, read_only=True)
                for row in sheet.iter_rows(values_only=True)
                for cell in row
                if cell is not None
            }
        else:
            cells = {str(cell) for row in pl.read_parquet(file).rows() for cell in row}
        assert not cells & keys
        if file.parent.name == "9901":
            assert not cells & protected


def test_the_same_night_gives_the_same_bytes(natt: Settings) -> None:
    file = natt.restricted / "9901" / "bevakning.xlsx"
    before = file.read_bytes()
    publish.write_restricted(natt)
    reports.write_restricted(natt.restricted, progress=lambda _: None)
    assert file.read_bytes() == before
