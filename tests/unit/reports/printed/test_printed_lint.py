"""The command ``lint`` and the page made from the same claims."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import cli_lint
from pipelines.cli import app
from pipelines.reports.printed import read_claims
from pipelines.reports.printed.page import DATA, DOCUMENTS, page
from pipelines.settings import ROOT

CLAIMS = DATA / "tryckta_pastaenden.csv"
BOTKYRKA, HARNOSAND = (DATA / f"{name}.csv" for name in DOCUMENTS)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal where no cell of the answer has to be folded."""
    monkeypatch.setattr(cli_lint.console, "width", 240)


def run(*arguments: object) -> tuple[int, str]:
    shown = CliRunner().invoke(app, ["lint", *map(str, arguments)])
    return shown.exit_code, shown.output.replace("\u00a0", " ")


def test_something_impossible_is_exit_code_one() -> None:
    code, shown = run(BOTKYRKA, "--pastaenden", CLAIMS)
    assert code == 1
    (line,) = [
        line for line in shown.splitlines() if line.startswith("Årskostnaden per placering i annan regi")
    ]
    assert re.search(r"lägre +4,0 tkr +3,0 till 5,0 tkr +omöjlig", line)
    assert shown.splitlines()[-1] == (
        "volymer_nyckeltal_botkyrka_2021_delar2: följer: 22; ryms inom avrundningen: 8; gränsfall: 1; "
        "omöjlig: 11; nämns inte: 13."
    )


def test_nothing_impossible_is_exit_code_zero() -> None:
    code, shown = run(HARNOSAND, "--pastaenden", CLAIMS)
    assert (code, "omöjlig" in shown) == (0, False)


def test_a_machine_gets_exact_text_with_decimal_point() -> None:
    code, shown = run(BOTKYRKA, "--pastaenden", CLAIMS, "--json")
    assert code == 1
    answer = {row["pastaende_id"]: row for row in json.loads(shown)}
    assert answer["avvikelse_lvu"] == {
        "pastaende_id": "avvikelse_lvu",
        "avsnitt": "Avvikelse mot budget",
        "plats": "L2459",
        "pastaende": "Institution LVU, barn och unga: prognosen avviker −21,7 mkr från budgeten",
        "tryckt": "−21,7 mkr",
        "enhet": "mkr",
        "berakning": "(6 × 2 445 − 18 × 1 923) / 1 000",
        "varde": "-19.944",
        "spann_fran": "-22.140",
        "spann_till": "-17.748",
        "utrymme_procent": 78,
        "utfall": "ryms",
        "utfall_text": "ryms inom avrundningen (78 %)",
    }
    assert answer["avvikelse_egen_regi"]["utfall_text"] == "ryms inom ”ca”"
    assert answer["rest_rimlig_lvu"]["tryckt"] == "−25 till 25 %"


def test_bounds_are_rounded_outwards() -> None:
    """59,8958… is not shown as 59,90: what is inside must not look as if it were outside."""
    _, shown = run(BOTKYRKA, "--pastaenden", CLAIMS, "--json")
    (row,) = [r for r in json.loads(shown) if r["pastaende_id"] == "egen_regi_utfall_2020"]
    assert (row["spann_fran"], row["spann_till"]) == ("59.89", "60.94")


@pytest.mark.parametrize(
    ("table", "claims", "said"),
    [
        (BOTKYRKA, HARNOSAND, "placeringskostnader_harnosand_2025.csv saknar kolumn: pastaende_id"),
        (CLAIMS, CLAIMS, "tryckta_pastaenden.csv saknar kolumn: rad"),
    ],
)
def test_a_file_that_cannot_be_read_is_wrong_usage(table: Path, claims: Path, said: str) -> None:
    code, shown = run(table, "--pastaenden", claims)
    assert (code, shown.startswith(said)) == (2, True), shown


def test_a_table_that_no_claim_is_about_is_wrong_usage(tmp_path: Path) -> None:
    other = shutil.copy(BOTKYRKA, tmp_path / "annan.csv")
    expected = "tryckta_pastaenden.csv har inget påstående om tabellen annan.\n"
    assert run(other, "--pastaenden", CLAIMS) == (2, expected)


def test_the_committed_page_is_the_generated() -> None:
    committed = (ROOT / "docs" / "tryckta_avvikelser.md").read_text(encoding="utf-8")
    assert committed == page(), "python -m pipelines.reports.printed.page > docs/tryckta_avvikelser.md"


def test_every_claim_stands_on_the_page_once() -> None:
    rows = [line.split(" | ")[1] for line in page().splitlines() if line.startswith("| ")]
    claims = read_claims(CLAIMS)
    assert {claim.tabell for claim in claims} == DOCUMENTS.keys()
    assert all(rows.count(claim.pastaende) == 1 for claim in claims)
