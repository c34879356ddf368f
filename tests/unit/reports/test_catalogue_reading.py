"""The catalogue as a statistician meets it: found by a word, read, and fetched in the form that they want."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pipelines import cli, cli_indikator
from pipelines.releases import publish_release
from pipelines.reports import calendar, card, wording
from pipelines.reports.catalogue import ways
from pipelines.reports.published import Indicator, Published
from pipelines.settings import Settings

Run = Callable[..., Result]
SHARE = "UTR_BARN_I_TID"


@pytest.fixture
def home(published: Path, settings: Settings) -> Settings:
    """An installation whose current publication is the invented one."""
    building = settings.home / "building"
    shutil.copytree(published, building)
    publish_release(building, settings.published, "2025-11-01_t5", 3)
    return settings


@pytest.fixture
def run(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(cli_indikator, "get_settings", lambda: home)
    return lambda *args: CliRunner().invoke(cli.app, ["indikator", *args])


@pytest.fixture
def indicators(published: Path) -> list[Indicator]:
    with Published(published) as source:
        return source.indikatorer


def test_found_by_a_word_in_name_or_definition(run: Run) -> None:
    def names(word: str) -> list[str]:
        return [i["indikator_id"] for i in json.loads(run("list", word, "--json").output)]

    assert names("MEDIAN") == ["UTR_BARN_MEDIAN"]
    assert names("förlängda") == [SHARE], "a word of the reservations"
    assert names("utredning")[0] == "UTR_BARN_ANTAL", "the names before the definitions, in Swedish order"
    nothing = run("list", "zebra")
    assert (nothing.exit_code, "Ingen indikator" in nothing.output) == (1, True)


def test_the_card_and_the_ways_to_the_series(run: Run) -> None:
    shown = run("show", SHARE).output
    for text in ("Barnutredningar slutförda i tid", "Täljare", "Datakälla", "SQL", "CSV", "Excel", "Python"):
        assert text in shown


def test_an_unknown_id_is_helped(run: Run) -> None:
    for command in ("show", "get"):
        done = run(command, "UTR_BARN_I_TIDEN")
        assert done.exit_code == 1
        assert f"Menade du {SHARE}" in done.output


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_the_series_in_every_form_is_the_publication(
    run: Run, published: Path, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"serie.{ending}"
    done = run("get", SHARE, "--kommun", "9901", "--periodtyp", "ar", "--ut", str(file))
    assert done.exit_code == 0, done.output
    match ending:
        case "csv":
            found = pl.read_csv(file, separator=";", decimal_comma=True)
        case "xlsx":
            found = pl.read_excel(file)
        case "parquet":
            found = pl.read_parquet(file)
        case _:
            found = pl.read_json(file)
    with duckdb.connect(str(published / "indikatorer.duckdb"), read_only=True) as db:
        wanted = db.execute(
            "select period, konvention, status, varde::double from indikatorvarde where indikator_id = ? "
            "and kommun = '9901' and periodtyp = 'ar' and uppdelning = 'total'",
            [SHARE],
        ).fetchall()
    columns = [pl.col("period", "konvention", "status").cast(pl.String), pl.col("varde").cast(pl.Float64)]
    assert sorted(found.select(columns).rows(), key=str) == sorted(wanted, key=str)


def test_excel_prints_the_numbers_as_the_reports_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "serie.xlsx"
    assert run("get", SHARE, "--kommun", "9901", "--ut", str(file)).exit_code == 0
    sheet = openpyxl.load_workbook(file)["Serie"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    shown = {name: sheet.cell(2, heads[name]).number_format for name in ("taljare", "namnare", "varde")}
    assert shown == {"taljare": "#,##0", "namnare": "#,##0", "varde": "#,##0.0\u00a0%"}
    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)


def test_the_csv_has_no_needless_zeros(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "serie.csv"
    assert run("get", SHARE, "--kommun", "9901", "--ut", str(file)).exit_code == 0
    found = pl.read_csv(file, separator=";", infer_schema=False)
    numbers = found["taljare"].drop_nulls()
    assert numbers.len() > 3
    assert numbers.str.contains(r"^\d+$").all()


def test_breakdowns_are_asked_for(run: Run) -> None:
    def groups(*options: str) -> set[str]:
        return {row["uppdelning"] for row in json.loads(run("get", SHARE, "--json", *options).output)}

    assert groups() == {"total"}
    assert groups("--uppdelning", "kon") == {"kon"}
    assert groups("--uppdelning", "alla") > {"total", "kon"}


def test_what_cannot_be_done_is_said(run: Run, tmp_path: Path) -> None:
    word = run("get", SHARE, "--ut", str(tmp_path / "serie.doc"))
    assert (word.exit_code, ".csv, .xlsx" in word.output) == (2, True)
    empty = run("get", SHARE, "--kommun", "0000")
    assert (empty.exit_code, "tom" in empty.output) == (1, True)


def test_before_the_first_night(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_indikator, "get_settings", lambda: settings)
    done = CliRunner().invoke(cli.app, ["indikator", "list"])
    assert (done.exit_code, "socialstat nightly" in done.output) == (1, True)


def test_the_python_way_works(home: Settings) -> None:
    """The text that is to be copied, run."""
    folder = (home.published / "current").resolve()
    (folder / "parquet").mkdir()
    with duckdb.connect(str(folder / "indikatorer.duckdb"), read_only=True) as db:
        db.sql("from indikatorvarde").pl().write_parquet(folder / "parquet" / "indikatorvarde.parquet")
    text = dict(ways(SHARE, folder))["Python"]
    found = eval(text.split("\n", 1)[1], {"pl": pl})
    assert found.height > 1
    assert found.equals(found.sort("kommun", "period"))


def test_the_catalogue_is_checked(run: Run) -> None:
    assert run("check").output.strip() == "Katalogen håller sina regler."


def test_the_calendar_has_each_period_once_in_the_month_that_it_is_known(indicators: list[Indicator]) -> None:
    late = replace(indicators[0], indikator_id="SENT", periodtyper="delar|ar", mognad_manader=2)
    months = {month.namn: month.occasions for month in calendar.year([indicators[0], late])}
    due = {
        (name, occasion.namn, i.indikator_id)
        for name, occasions in months.items()
        for occasion in occasions
        for i in occasion.indicators
    }
    own = indicators[0].indikator_id
    assert due == {
        (calendar.EVERY_MONTH, "Månad", own),
        *((month, "Kvartal", own) for month in ("mars", "juni", "september", "december")),
        ("december", "År", own),
        ("februari", "År, som slutade 2 månader tidigare", "SENT"),
        ("juni", "Delår, som slutade 2 månader tidigare", "SENT"),
        ("oktober", "Delår, som slutade 2 månader tidigare", "SENT"),
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "År, kvartal och månad"),
        ({"periodtyper": "ar", "tidsbas": "bestand"}, "Sista dagen i perioden: år"),
        ({"periodtyper": "ar|halvar", "tidsbas": "aktuell"}, "Någon dag i perioden: år och halvår"),
        ({"periodtyper": "ar", "mattillfalle": "Vecka 41–43."}, "Vecka 41–43 (år)"),
        ({"periodtyper": "ar", "mognad_manader": 12}, "År; känt 12 månader efter periodens slut"),
    ],
)
def test_the_card_says_when_it_is_measured(
    indicators: list[Indicator], changes: dict[str, str | int], said: str
) -> None:
    assert card.occasion(replace(indicators[0], **changes)) == said


def test_every_period_and_collection_has_its_word() -> None:
    seeds = Path(cli.__file__).parents[1] / "seeds" / "indikatorer.csv"
    collected = set(re.findall(r",(system|manuell|enkat|extern),", seeds.read_text("utf-8")))
    assert collected == wording.COLLECTED.keys()
    assert calendar.ENDS.keys() == wording.PERIOD_TYPES.keys()
