"""Volymer och nyckeltal and Kostnadsutveckling from the command line, as a board's secretary does it."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
Run = Callable[..., Result]
FORMS = ("docx", "xlsx", "html")


def written(done: Result) -> set[Path]:
    assert done.exit_code == 0, done.output
    return {Path(file) for file in json.loads(done.output)["filer"]}


def test_the_night_writes_the_newest_year_and_delar_for_the_board_and_for_everybody(natt: Settings) -> None:
    names = {f"volymer_{period}.{form}" for period in ("2025", "2026-D2") for form in FORMS}
    board = natt.restricted / "9901/volymer"
    assert {f.name for f in board.glob("volymer_20*")} == names
    assert {f.name for f in (natt.published / "current/reports/9901").glob("volymer_*")} == names
    assert {f.name for f in board.glob("kostnadsutveckling_*")} == {
        f"kostnadsutveckling_2026.{form}" for form in FORMS
    }
    assert {stat.S_IMODE(f.stat().st_mode) for f in board.iterdir()} == {0o600}
    everybody = (natt.published / "current/reports/9901").glob("volymer_*")
    assert {stat.S_IMODE(f.stat().st_mode) for f in everybody} == {0o644}


def test_one_period_for_the_board_and_for_everybody(run: Run, home: Settings) -> None:
    files = written(run("report", "volymer", "--kommun", "9901", "--period", "2024", "--json"))
    folders = {home.restricted / "9901/volymer", (home.published / "current").resolve() / "reports/9901"}
    assert files == {folder / f"volymer_2024.{form}" for folder in folders for form in FORMS}
    board, everybody = (
        [[c.text for c in r.cells] for r in Document(str(folder / "volymer_2024.docx")).tables[0].rows]
        for folder in sorted(folders, key=lambda f: "published" in str(f))
    )
    assert board[0] == everybody[0] == ["", *(f"{s} 20{n}" for s, n in (
        ("Utfall", 21), ("Utfall", 22), ("Utfall", 23), ("Budget", 24), ("Utfall", 24)))]  # fmt: skip
    told = {row[0]: row for row in everybody}
    assert not any(".." in row for row in board)
    assert any(".." in row for row in everybody)
    for row in board:  # what everybody may see is what the board sees
        assert row[0] not in told or all(b in (a, "..") for a, b in zip(row, told[row[0]], strict=True))


def test_a_document_is_set_against_the_tables(run: Run, home: Settings, tmp_path: Path) -> None:
    written(run("report", "volymer", "--kommun", "9901", "--period", "2026-D2", "--json"))
    document = home.restricted / "9901/volymer/volymer_2026-D2.docx"
    check = ("report", "volymer", "--kommun", "9901", "--period", "2026-D2", "--kontrollera")
    agrees = run(*check, str(document))
    assert (agrees.exit_code, "talen i texten stämmer" in agrees.output) == (0, True), agrees.output

    texts = [p.text for p in Document(str(document)).paragraphs]
    place = next(n for n, text in enumerate(texts) if text.startswith("Boende i egen regi redovisar 2 "))
    texts[place] = texts[place].replace("redovisar 2 årsplatser", "redovisar 3 årsplatser")
    edited = tmp_path / "text.txt"
    edited.write_text("\n".join(texts), encoding="utf-8")
    found = run(*check, str(edited), "--json")
    assert found.exit_code == 1
    assert json.loads(found.output) == [
        "Personer med psykisk funktionsnedsättning, Boende i egen regi: texten säger 3 (volym), "
        "tabellen säger 2."
    ]


def test_the_development_of_costs_is_for_the_board(run: Run, home: Settings) -> None:
    files = written(run("report", "kostnadsutveckling", "--kommun", "9901", "--period", "2025", "--json"))
    assert files == {home.restricted / f"9901/volymer/kostnadsutveckling_2025.{form}" for form in FORMS}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["volymer", "--kommun", "9901", "--period", "2026-D3"], 2, "varken ett helår"),
        (["volymer", "--kommun", "9901", "--period", "2026"], 1, "ingen avslutad period 2026"),
        (["volymer", "--kommun", "0180"], 1, "inga volymer"),
        (["volymer", "--kommun", "9901", "--mall", "finns_inte.docx"], 2, "Word-dokument"),
        (["volymer", "--kommun", "9901", "--kontrollera", "a.txt"], 2, "Ange vilken period"),
        (["kostnadsutveckling", "--kommun", "9901", "--period", "1999"], 1, "ingen kostnadsutveckling"),
        (["kostnadsutveckling", "--kommun", "9901", "--period", "2026-D2"], 2, "inget år"),
        (["kostnadsutveckling", "--kommun", "9901", "--kontrollera", "a.txt"], 2, "kan inte kontrolleras"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, args: list[str], code: int, said: str) -> None:
    done = run("report", *args)
    assert (done.exit_code, said in done.output) == (code, True), done.output
