"""Own figures beside peers': against numbers worked out by hand, and from the night's publication."""

import csv
import json
import math
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from kolada_server import DATA
from typer.testing import CliRunner, Result

from pipelines import cli, kolada
from pipelines.kolada.shape import SCHEMA
from pipelines.settings import Settings, get_settings

NEAR = kolada.Definition("UTR_TID_MEDEL", "kolada", "U33401", "nara", "ÅÅÅÅ", "Halvår mot helår.")
OTHER = kolada.Definition("ARSPLACERINGAR", "kolada", "U33401", "annan", "", "Personer mot dygn.")


@pytest.fixture
def others(tmp_path: Path) -> kolada.Kolada:
    for name in ("sida_1", "sida_2", "sida_3", "grupper"):
        (tmp_path / f"{name}.json").write_bytes((DATA / f"{name}.json").read_bytes())
    return kolada.read(tmp_path)


def own(**values: float | None) -> pl.DataFrame:
    """UTR_TID_MEDEL of 9901 by gender, in 2024 and in its first half."""
    parts = {"taljare": pl.Decimal(18, 4), "namnare": pl.Decimal(18, 4)}
    rows = [
        ("UTR_TID_MEDEL", "9901", period, kon, value, 1, "" if value is not None else "rojandeskyddad")
        + ((None, None) if value is None else (Decimal(7) * int(value), Decimal(7)))
        for period in ("2024", "2024-H1")
        for kon, value in values.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA | parts, orient="row")


def test_peers_are_the_other_municipalities(others: kolada.Kolada) -> None:
    """In 2024 103, 120, 88 and 71.5; Botkyrka's is missing. Country, region and group are no peers."""
    [found] = kolada.compare(own(T=100.0), others, [NEAR], "9901")
    figure = found.figures[0]
    assert (figure.ar, figure.kon, figure.eget_varde, figure.koladas_varde) == ("2024", "T", 100.0, 95.0)
    assert (figure.egen_taljare, figure.egen_namnare) == (700, 7)
    assert (figure.lagst, figure.median, figure.hogst) == (71.5, 95.5, 120.0)
    assert (figure.rang, figure.antal, figure.antal_utan_varde) == (3, 4, 1)


def test_each_gender_by_itself(others: kolada.Kolada) -> None:
    """Härnösand hides its women: 99.5, 118 and 90 are left, and two have no value."""
    [found] = kolada.compare(own(T=100.0, K=90.0, M=None), others, [NEAR], "9901")
    total, women, men = found.figures
    assert (women.median, women.antal, women.antal_utan_varde) == (99.5, 3, 2)
    assert women.rang == 1, "as low as the lowest shares its place"
    assert (men.eget_varde, men.egen_status, men.rang, men.median) == (None, "rojandeskyddad", None, 106.25)
    assert total.kon == "T"


def test_chosen_peers_and_year(others: kolada.Kolada) -> None:
    """A peer without a row in the files is one without a value; the municipality is not its own peer."""
    peers = ["9901", "0180", "0184", "0191"]
    [found] = kolada.compare(own(T=None), others, [NEAR], "9901", peers=peers, year="2023")
    figure = found.figures[0]
    assert (figure.ar, figure.egen_period, figure.egen_status) == ("2023", "2023", "saknas")
    assert (figure.lagst, figure.median, figure.hogst) == (0.0, 55.0, 110.0)
    assert (figure.antal, figure.antal_utan_varde) == (2, 1)


def test_the_own_period_that_answers_to_a_year(others: kolada.Kolada) -> None:
    half = kolada.Definition("UTR_TID_MEDEL", "kolada", "U33401", "nara", "ÅÅÅÅ-H1", "-")
    figures = own(T=100.0).with_columns(
        varde=pl.when(pl.col("period") == "2024-H1").then(80.0).otherwise(1.0)
    )
    [found] = kolada.compare(figures, others, [half], "9901")
    assert (found.figures[0].egen_period, found.figures[0].eget_varde) == ("2024-H1", 80.0)


def test_what_is_defined_otherwise_is_never_compared(others: kolada.Kolada) -> None:
    [found] = kolada.compare(own(T=100.0), others, [OTHER], "9901")
    assert (found.figures, found.skal) == ((), "definitionerna är olika")
    assert found.definition.skillnad == "Personer mot dygn."


def test_nothing_to_compare_with_is_told(others: kolada.Kolada) -> None:
    [found] = kolada.compare(own(T=100.0), others, [NEAR], "9901", peers=["0127"])
    assert found.figures == ()
    assert "inget värde" in found.skal
    [found] = kolada.compare(own(T=100.0), others, [NEAR], "9901", year="1999")
    assert found.skal.endswith("för 1999")


# The night ------------------------------------------------------------------------------------------------


@pytest.fixture
def run(natt: Settings, monkeypatch: pytest.MonkeyPatch):
    """``socialstat`` on the night."""
    monkeypatch.setenv("SOCIALSTAT_HOME", str(natt.home))
    get_settings.cache_clear()

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(cli.app, list(args))

    yield invoke
    get_settings.cache_clear()


def published(natt: Settings) -> list[dict[str, str]]:
    """The published CSV, read without any of our code."""
    with (natt.published / "current/csv/indikatorvarde.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_export_is_what_is_published(run, natt: Settings, tmp_path: Path) -> None:
    done = run("kolada", "export", "--till", str(tmp_path / "ut"), "--json")
    assert done.exit_code == 0, done.output
    found = kolada.read(tmp_path / "ut")
    assert found.rejected.is_empty()
    letters = {("total", "total"): "T", ("kon", "kvinna"): "K", ("kon", "man"): "M"}
    expected = {}
    for row in published(natt):
        gender = letters.get((row["uppdelning"], row["grupp"]))
        if gender:
            value = None
            if row["status"] == "ok":
                value = float(row["varde"].replace(",", ".")) * (100 if row["mattenhet"] == "andel" else 1)
            key = row["indikator_id"], row["kommun"], row["period"], gender
            expected[key] = value, "" if row["status"] == "ok" else row["status"]
    assert any(status == "rojandeskyddad" for _, status in expected.values())
    assert found.values.height == len(expected)
    for row in found.values.iter_rows(named=True):
        value, status = expected[row["kpi"], row["kommun"], row["period"], row["kon"]]
        assert row["status"] == status, row
        assert (row["varde"] is None) == (value is None), row
        assert value is None or math.isclose(row["varde"], value, rel_tol=1e-12), row
    names = {row["indikator_id"] for row in published(natt)}
    assert names <= set(found.titles)
    assert found.titles["FORHAND_I_TID"].endswith("andel (%)")


def test_a_suppressed_figure_has_no_number_in_the_files(run, natt: Settings, tmp_path: Path) -> None:
    run("kolada", "export", "--till", str(tmp_path), "--kommun", "9901")
    values = [
        value
        for file in tmp_path.glob("data_*.json")
        for row in json.loads(file.read_bytes())["values"]
        for value in row["values"]
    ]
    assert any(value["status"] == "rojandeskyddad" for value in values)
    assert all((value["value"] is None) == (value["status"] != "") for value in values)
    assert {file.name for file in tmp_path.iterdir()} >= {"kpi.json", "municipality.json"}


def test_the_command_prints_the_difference(run, natt: Settings, tmp_path: Path) -> None:
    for name in ("sida_1", "sida_2", "sida_3", "grupper", "kpi", "fel_rader"):
        (tmp_path / f"{name}.json").write_bytes((DATA / f"{name}.json").read_bytes())
    command = ["kolada", "compare", str(tmp_path), "--kommun", "9901", "--grupp", "Liknande kommuner IFO"]
    done = run(*command)
    assert done.exit_code == 0, done.output
    assert "U33401 Utredningstid i antal dagar" in done.output
    assert "Skillnad: Kolada mäter ur en egen undersökning i varje kommun" in done.output
    assert "Jämförs inte: definitionerna är olika." in done.output
    assert "13 rader kunde inte läsas" in done.output

    [ours] = [
        row["varde"]
        for row in published(natt)
        if (row["indikator_id"], row["kommun"], row["period"], row["uppdelning"])
        == ("UTR_TID_MEDEL", "9901", "2024-H1", "total")
    ]
    answer = json.loads(run(*command, "--json").output)
    by_kpi = {j["definition"]["extern_id"]: j for j in answer["jamforelser"]}
    figure = by_kpi["U33401"]["figures"][0]
    assert figure["eget_varde"] == pytest.approx(float(ours.replace(",", ".")))
    assert (figure["antal"], figure["antal_utan_varde"], figure["median"]) == (2, 1, 87.25)
    assert by_kpi["N33818"]["figures"] == []
    assert len(answer["avvisade"]) == 13


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--grupp", "Liknande"], 1, "2 kommungrupper svarar mot Liknande"),
        (["--grupp", "G0"], 1, "0 kommungrupper"),
        (["--grupp", "G175045", "--med", "0180"], 2, "inte båda"),
        (["--kommun", "0180"], 1, "Inget är publicerat för 0180"),
    ],
)
def test_what_cannot_be_answered_is_refused(run, options: list[str], code: int, said: str) -> None:
    done = run("kolada", "compare", str(DATA / "grupper.json"), "--kommun", "9901", *options)
    assert done.exit_code == code, done.output
    assert said in done.output
