"""The error list: what is new, remaining and corrected, and the workbooks that people read."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as trial
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.ingest import errorlist, sheets
from pipelines.ingest.comparison import per_rule
from pipelines.ingest.delivery import TableCount
from pipelines.ingest.errorlist import Head, compare
from pipelines.ingest.rules import rules

SCHEMA = {
    "tabell": pl.String,
    "fil": pl.String,
    "rad": pl.Int64,
    "id": pl.String,
    "kolumn": pl.String,
    "varde": pl.String,
    "enhet": pl.String,
    "regel_id": pl.String,
    "allvar": pl.String,
    "lage": pl.String,
    "forvantat": pl.String,
    "ansvarig": pl.String,
}
TABLES = {"aktualiseringar", "utredningar"}
HEAD = Head(
    kommun="9901",
    leveransdatum=date(2026, 11, 1),
    sekvens=1,
    status="delvis accepterad",
    tables={"utredningar": TableCount(12_345, 12_343, 2)},
    forra=date(2026, 10, 31),
)
SHADOW = {"lage": "skugga"}
TABLE_RULE = {"regel_id": "FIL_KODNING", "id": None, "kolumn": None, "varde": None}


def finding(**values: Any) -> dict[str, Any]:
    """One finding of a unit; severity and who acts are the rule's own."""
    row = {
        "tabell": "utredningar",
        "fil": "utredningar.csv",
        "rad": 2,
        "id": "U1",
        "kolumn": "inledd",
        "varde": "2026-13-01",
        "enhet": "Barn Öst",
        "regel_id": "DATUM_FORMAT",
        "lage": "skarp",
        "forvantat": "Datum som ÅÅÅÅ-MM-DD",
    } | values
    rule = rules()[row["regel_id"]]
    return {"allvar": rule.allvar, "ansvarig": rule.ansvarig} | row


def frame(*findings: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(findings), schema=SCHEMA)


def since(compared: pl.DataFrame) -> Counter[str]:
    return Counter(compared["sedan_forra"])


def new(*findings: dict[str, Any]) -> pl.DataFrame:
    return compare(frame(*findings), frame(), TABLES)


def books(folder: Path) -> dict[str, Workbook]:
    return {path.stem: openpyxl.load_workbook(path) for path in sorted((folder / "enheter").glob("*.xlsx"))}


def texts(sheet: Worksheet) -> list[list[Any]]:
    """The rows without their empty cells."""
    return [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]


# --- New, remaining, corrected ---


def test_a_finding_is_new_then_remains_then_is_corrected() -> None:
    here, gone = frame(finding()), frame()
    assert since(compare(here, gone, TABLES)) == {"ny": 1}
    assert since(compare(here, here, TABLES)) == {"kvarstår": 1}
    assert since(compare(gone, here, TABLES)) == {"åtgärdad": 1}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"rad": 77}, True),
        ({"varde": "2026-14-01"}, True),
        ({"forvantat": "Datum som ÅÅÅÅMMDD"}, True),
        ({"enhet": "Barn Väst"}, True),
        ({"fil": "utredningar_2.csv"}, True),
        ({"id": "U2"}, False),
        ({"kolumn": "slutford"}, False),
        ({"tabell": "aktualiseringar"}, False),
        ({"regel_id": "DATUM_FRAMTID"}, False),
        ({"lage": "skugga"}, True),
    ],
)
def test_table_id_column_and_rule_are_the_identity(change: dict[str, Any], same: bool) -> None:
    found = since(compare(frame(finding(**change)), frame(finding()), TABLES))
    assert found == ({"kvarstår": 1} if same else {"ny": 1, "åtgärdad": 1})


@pytest.mark.parametrize("nameless", [None, "***"])
@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"rad": 77}, True),
        ({"fil": "utredningar_20261101.csv"}, True),
        ({"fil": "barn_20261031.csv"}, False),
        ({"varde": "2026-14-01"}, False),
        ({"forvantat": "Ett datum senast 2026-11-01"}, True),
        ({"forvantat": "Datum som ÅÅÅÅMMDD"}, False),
    ],
)
def test_without_id_file_value_and_expectation_tell_apart(
    nameless: str | None, change: dict[str, Any], same: bool
) -> None:
    was = finding(id=nameless, fil="utredningar_20261031.csv", forvantat="Ett datum senast 2026-10-31")
    found = since(compare(frame(was | change), frame(was), TABLES))
    assert found == ({"kvarstår": 1} if same else {"ny": 1, "åtgärdad": 1})


def test_the_same_finding_is_counted() -> None:
    assert since(compare(frame(*[finding()] * 2), frame(*[finding()] * 5), TABLES)) == {
        "kvarstår": 2,
        "åtgärdad": 3,
    }
    assert since(compare(frame(*[finding()] * 5), frame(*[finding()] * 2), TABLES)) == {
        "kvarstår": 2,
        "ny": 3,
    }


FINDINGS = st.builds(
    finding,
    tabell=st.sampled_from(["utredningar", "placeringar", None]),
    id=st.sampled_from(["U1", "U2", None]),
    kolumn=st.sampled_from(["inledd", None]),
    varde=st.sampled_from(["a", None]),
    rad=st.integers(1, 9),
    regel_id=st.sampled_from(["DATUM_FORMAT", "FIL_OKAND", "FIL_KODNING"]),
)


@trial(max_examples=50, deadline=None, derandomize=True)
@given(now=st.lists(FINDINGS, max_size=8), before=st.lists(FINDINGS, max_size=8))
def test_every_finding_of_both_nights_is_told_once(now: list[Any], before: list[Any]) -> None:
    compared = compare(frame(*now), frame(*before), {"utredningar"})
    found = since(compared)
    carried = found.total() - found["åtgärdad"] - len(now)
    assert 0 <= carried <= sum(f["tabell"] == "placeringar" or f["tabell"] == "utredningar" for f in before)
    assert found["ny"] + found["kvarstår"] == len(now) + carried
    assert found["kvarstår"] + found["åtgärdad"] == len(before)


def test_findings_about_a_table_that_was_not_delivered_remain() -> None:
    before = frame(finding(), finding(tabell="placeringar", id="P1"))
    compared = compare(frame(), before, TABLES)
    assert dict(compared.select("tabell", "sedan_forra").rows()) == {
        "utredningar": "åtgärdad",
        "placeringar": "kvarstår",
    }


def test_a_table_refused_as_a_whole_has_had_no_row_looked_at() -> None:
    before = frame(finding(), finding(**TABLE_RULE | {"regel_id": "FIL_AVGRANSARE"}))
    compared = compare(frame(finding(**TABLE_RULE)), before, TABLES)
    assert dict(compared.select("regel_id", "sedan_forra").rows()) == {
        "FIL_KODNING": "ny",
        "DATUM_FORMAT": "kvarstår",
        "FIL_AVGRANSARE": "åtgärdad",
    }


def test_findings_about_the_delivery_are_judged_by_every_delivery() -> None:
    before = frame(finding(**TABLE_RULE | {"regel_id": "FIL_SAKNAS", "tabell": "placeringar"}))
    assert since(compare(frame(), before, TABLES)) == {"åtgärdad": 1}


def test_a_row_that_a_delta_does_not_send_again_remains() -> None:
    before = frame(finding(id="U1"), finding(id="U2"))
    partly = {"utredningar": pl.Series(["U2", "U3"])}
    compared = compare(frame(), before, TABLES, partly=partly)
    assert dict(compared.select("id", "sedan_forra").rows()) == {"U1": "kvarstår", "U2": "åtgärdad"}


def test_rules_over_several_rows_are_judged_only_when_they_are_run() -> None:
    rule = next(rule.regel_id for rule in rules().values() if rule.omfattning == "samband")
    before = frame(finding(regel_id=rule, tabell="placeringar", fil=None, rad=None))
    assert since(compare(frame(), before, TABLES)) == {"åtgärdad": 1}
    assert since(compare(frame(), before, TABLES, samband=False)) == {"kvarstår": 1}


def test_a_rule_that_is_no_longer_registered_can_be_corrected(tmp_path: Path) -> None:
    retired = finding() | {"regel_id": "BORTTAGEN_REGEL"}
    compared = compare(frame(), frame(retired), TABLES)
    assert since(compared) == {"åtgärdad": 1}
    assert per_rule(compared)[0].beskrivning == "Regeln finns inte längre."
    errorlist.write(tmp_path, compared, HEAD)


# --- Files ---


def test_units_have_a_workbook_each_and_the_rest_one_together(tmp_path: Path) -> None:
    names = ["Barn Öst", "barn_ost", "Barn & Öst", "aux", "Ängen", "utan enhet", "§§", None, " ", "***"]
    errorlist.write(tmp_path, new(*(finding(enhet=name) for name in names)), HEAD)
    found = {stem: book["Sammanfattning"]["A1"].value for stem, book in books(tmp_path).items()}
    assert found == {
        "barn_ost": "Barn & Öst",
        "barn_ost_2": "Barn Öst",
        "barn_ost_3": "barn_ost",
        "enhet_aux": "aux",
        "angen": "Ängen",
        "utan_enhet_2": "utan enhet",
        "enhet": "§§",
        "utan_enhet": "Utan enhet",
    }


@pytest.mark.parametrize("person", ["19121212-1212", "121212-1212", "12 12 12 1212", "Barn 20121212-T123"])
def test_a_unit_that_looks_like_a_person_is_not_named(tmp_path: Path, person: str) -> None:
    errorlist.write(tmp_path, new(finding(enhet=person)), HEAD)
    (book,) = books(tmp_path).values()
    assert [path.name for path in (tmp_path / "enheter").iterdir()] == ["utan_enhet.xlsx"]
    assert not any(person in str(cell) for sheet in book for row in texts(sheet) for cell in row)


def test_more_units_than_a_municipality_has_stay_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errorlist, "MOST_UNITS", 3)
    errorlist.write(tmp_path, new(*(finding(enhet=f"E{n}") for n in range(4))), HEAD)
    assert list(books(tmp_path)) == ["utan_enhet"]


def test_units_see_only_enforced_rules_that_they_can_put_right(tmp_path: Path) -> None:
    compared = new(
        finding(id="U1"),
        finding(id="U2", enhet="Barn Väst", **SHADOW),
        finding(id="U3", enhet="Barn Väst", regel_id="NYCKEL_DUBBLETT"),
    )
    errorlist.write(tmp_path, compared, HEAD)
    (unit,) = books(tmp_path).values()
    assert unit.sheetnames == ["Sammanfattning", "Att rätta"]
    whole = openpyxl.load_workbook(tmp_path / "fellista.xlsx")
    assert whole.sheetnames == ["Sammanfattning", "Per regel", "Fellista", "Skugga"]
    assert {row[4] for row in whole["Fellista"].iter_rows(min_row=2, values_only=True)} == {"U1", "U3"}
    assert texts(whole["Skugga"])[1][:5] == ["DATUM_FORMAT", 1, 1, 0, 0]
    assert "U2" not in (tmp_path / "fellista.csv").read_text(encoding="utf-8")


def test_workbooks_of_an_earlier_write_are_removed(tmp_path: Path) -> None:
    errorlist.write(tmp_path, new(finding(enhet="Ängen"), finding()), HEAD)
    (tmp_path / "enheter" / ".angen.xlsx.draft").touch()
    (tmp_path / "enheter" / "anteckning.txt").touch()
    errorlist.write(tmp_path, new(finding()), HEAD)
    assert {path.name for path in (tmp_path / "enheter").iterdir()} == {"barn_ost.xlsx", "anteckning.txt"}


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    compared = new(finding(), finding(id="U2"), finding(enhet=None, regel_id="KOD_OKAND"))
    for folder in ("a", "b"):
        errorlist.write(tmp_path / folder, compared, HEAD)
    first, second = (
        {path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("a", "b")
    )
    assert len(first) == 4
    assert first == second


def test_lists_are_written_without_findings(tmp_path: Path) -> None:
    errorlist.write(tmp_path, new(), HEAD)
    assert {path.name for path in tmp_path.iterdir()} == {"fellista.xlsx", "fellista.csv"}
    book = openpyxl.load_workbook(tmp_path / "fellista.xlsx")
    assert texts(book["Sammanfattning"])[1] == ["0 nya, 0 kvarstår, 0 åtgärdade sedan 2026-10-31"]
    assert texts(book["Fellista"]) == [[heading.text for heading in errorlist.HEADINGS.values()]]


# --- What the workbooks say ---


@pytest.fixture
def unit(tmp_path: Path) -> Workbook:
    """A unit with new, remaining and corrected findings of two rules."""
    before = frame(*(finding(id=f"U{n}") for n in (1, 2, 9, 10)))
    warning = finding(
        id="U3", regel_id="KOD_OKAND", kolumn="typ", varde="X", forvantat="En kod ur listan typ"
    )
    now = frame(*(finding(id=f"U{n}") for n in (9, 10, 12, 11)), warning)
    errorlist.write(tmp_path, compare(now, before, TABLES), HEAD)
    return books(tmp_path)["barn_ost"]


def test_the_front_counts_rule_by_rule(unit: Workbook) -> None:
    sheet = unit["Sammanfattning"]
    assert texts(sheet)[:2] == [["Barn Öst"], ["3 nya, 2 kvarstår, 2 åtgärdade sedan 2026-10-31"]]
    rule = rules()["DATUM_FORMAT"]
    assert [rule.beskrivning, rule.atgard, "fel", 4, 2, 2, 2] in texts(sheet)
    assert unit.sheetnames == ["Sammanfattning", "Att rätta", "Åtgärdade sedan förra"]


def test_rows_stand_under_their_rule_with_the_new_ones_first(unit: Workbook) -> None:
    rows = texts(unit["Att rätta"])
    date_rule, code_rule = rules()["DATUM_FORMAT"], rules()["KOD_OKAND"]
    assert rows[1:3] == [
        [f"Fel: {date_rule.beskrivning} (2 nya, 2 kvarstår)"],
        [f"Så rättar du: {date_rule.atgard}"],
    ]
    assert [row[:2] for row in rows[3:7]] == [
        ["NY", "U11"],
        ["NY", "U12"],
        ["kvarstår", "U9"],
        ["kvarstår", "U10"],
    ]
    assert rows[3][2:] == [
        *("utredningar", "inledd", "2026-13-01", "Datum som ÅÅÅÅ-MM-DD", "utredningar.csv", 2)
    ]
    assert rows[7] == []
    assert rows[8] == [f"Varning: {code_rule.beskrivning} (1 ny)"]
    assert rows[10][:2] == ["NY", "U3"]


def test_new_rows_stand_out_and_the_file_stands_back(unit: Workbook) -> None:
    sheet = unit["Att rätta"]
    assert sheet["A4"].font.bold and sheet["B4"].font.bold
    assert not sheet["B6"].font.bold
    assert sheet["G4"].font.color.rgb.lower().endswith(errorlist.GREY[1:])


def test_corrected_rows_have_a_sheet_of_their_own(unit: Workbook) -> None:
    sheet = unit["Åtgärdade sedan förra"]
    assert [row[0] for row in texts(sheet)] == ["Id", "U1", "U2"]
    assert sheet.auto_filter.ref == "A1:E3"
    assert texts(sheet)[1][-1] == rules()["DATUM_FORMAT"].beskrivning


def test_sheets_print_on_a_page_with_unit_and_date(unit: Workbook) -> None:
    for sheet in unit:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "Barn Öst" in sheet.oddHeader.left.text
        assert "2026-11-01" in sheet.oddHeader.right.text
        assert sheet.oddFooter.right.text.endswith("Sida &P av &N")
    for name in ("Att rätta", "Åtgärdade sedan förra"):
        assert unit[name].freeze_panes == "A2"
        assert unit[name].print_title_rows == "$1:$1"


def test_a_unit_that_has_corrected_everything_is_told_so(tmp_path: Path) -> None:
    errorlist.write(tmp_path, compare(frame(), frame(finding()), TABLES), HEAD)
    book = books(tmp_path)["barn_ost"]
    assert texts(book["Att rätta"])[1] == ["Inget att rätta."]
    assert book.sheetnames[-1] == "Åtgärdade sedan förra"
    assert texts(book["Sammanfattning"])[1] == ["0 nya, 0 kvarstår, 1 åtgärdad sedan 2026-10-31"]


def test_what_many_rows_expect_is_said_once(tmp_path: Path) -> None:
    long = "En kod ur listan typ: " + ", ".join(f"kod_{n}" for n in range(20))
    many = (finding(id=f"U{n}", regel_id="KOD_OKAND", kolumn="typ", forvantat=long) for n in range(3))
    errorlist.write(tmp_path, new(*many, finding(id="U9", regel_id="KOD_OKAND", forvantat="Kort")), HEAD)
    rows = texts(books(tmp_path)["barn_ost"]["Att rätta"])
    said = " ".join(str(cell) for row in rows for cell in row)
    assert said.count("kod_19") == 1
    assert f"typ: {long}"[:100] in said
    assert [row[5] for row in rows if row and row[0] == "NY"] == ["Kort", "se ovan", "se ovan", "se ovan"]


def test_formulas_stay_text(tmp_path: Path) -> None:
    values = ["=1+1", "+1", "@a", "-2+3", "-cmd", "\ta", "-5,50", "a=b"]
    errorlist.write(tmp_path, new(*(finding(id=f"U{n}", varde=v) for n, v in enumerate(values))), HEAD)
    cells = openpyxl.load_workbook(tmp_path / "fellista.xlsx")["Fellista"]["G"][1:]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == values
    lines = (tmp_path / "fellista.csv").read_bytes().decode("utf-8-sig").split("\r\n")[1:-1]
    assert [line.split(";")[6] for line in lines] == [
        *("'=1+1", "'+1", "'@a", "'-2+3", "'-cmd", "'\ta", "-5,50", "a=b")
    ]


def test_csv_has_bom_semicolons_and_the_same_columns(tmp_path: Path) -> None:
    errorlist.write(tmp_path, new(finding()), HEAD)
    content = (tmp_path / "fellista.csv").read_bytes()
    headings = ";".join(heading.text for heading in errorlist.HEADINGS.values())
    assert content.startswith(b"\xef\xbb\xbf" + headings.encode() + b"\r\n")
    assert (
        openpyxl.load_workbook(tmp_path / "fellista.xlsx")["Fellista"].max_column == headings.count(";") + 1
    )


def test_a_long_list_is_cut_in_excel_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errorlist, "LONGEST_SHEET", 2)
    errorlist.write(tmp_path, new(*(finding(id=f"U{n}") for n in range(3))), HEAD)
    whole = openpyxl.load_workbook(tmp_path / "fellista.xlsx")
    assert whole["Fellista"].max_row == 3
    assert ["Bladet Fellista visar de första 2 raderna; fellista.csv har alla."] in texts(
        whole["Sammanfattning"]
    )
    rows = texts(books(tmp_path)["barn_ost"]["Att rätta"])
    assert sum(row[:1] == ["NY"] for row in rows) == 2
    assert rows[-1][0].startswith("Här är de första 2 raderna")
    assert (tmp_path / "fellista.csv").read_text(encoding="utf-8").count("utredningar.csv") == 3


def test_order_is_that_of_people(tmp_path: Path) -> None:
    ids = ["Ö1", "A10", "Z2", "a9", "Ä3", "Å4", None]
    errorlist.write(tmp_path, new(*(finding(id=name) for name in ids)), HEAD)
    sheet = openpyxl.load_workbook(tmp_path / "fellista.xlsx")["Fellista"]
    assert [cell.value for cell in sheet["E"][1:]] == ["a9", "A10", "Z2", "Å4", "Ä3", "Ö1", None]


def test_status_and_rows_of_each_table_are_on_the_front(tmp_path: Path) -> None:
    errorlist.write(tmp_path, new(finding()), HEAD)
    book = openpyxl.load_workbook(tmp_path / "fellista.xlsx")
    rows = texts(book["Sammanfattning"])
    assert rows[0] == ["Fellista: delvis accepterad"]
    assert rows[-1] == ["utredningar", 12_345, 12_343, 2, 0]
    rule = rules()["DATUM_FORMAT"]
    assert texts(book["Per regel"])[1] == [
        *("DATUM_FORMAT", "fel", 1, 1, 0, 0, rule.beskrivning, rule.atgard, rule.ansvarig)
    ]


def test_any_text_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "bok.xlsx"
    values = ["<b>&amp;", " kant ", "\x00\x1f\ufffe", "å" * 40_000, None, 7, "två\nrader"]
    with sheets.workbook(path, date(2026, 11, 1), "&D & 9", "höger") as book:
        sheet = book.sheet("Blad", [sheets.Heading("Text", 20)])
        sheet.write_string(0, 0, "före", book.style())
        below = sheet.write_rows(1, [(value,) for value in values[:3]], [book.style()], [])
        sheet.write_string(below, 0, "mitt", book.style())
        below = sheet.write_rows(below + 1, [(value,) for value in values[3:]], [book.style()], [20])
        sheet.write_string(below, 0, "efter", book.style())
    read = openpyxl.load_workbook(path)["Blad"]
    assert [row[0] for row in read.iter_rows(values_only=True)] == [
        *("före", "<b>&amp;", " kant ", "", "mitt", "å" * 32_767, None, 7, "två\nrader", "efter")
    ]
    assert max(size.height or 0 for size in read.row_dimensions.values()) <= 409
    assert read.oddHeader and read.oddHeader.left.text
    assert read.oddHeader.left.text.strip() == "&&D && 9"


def test_a_disk_that_refuses_is_an_oserror(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="finns_inte"),
        sheets.workbook(tmp_path / "finns_inte" / "bok.xlsx", date(2026, 11, 1), "", "") as book,
    ):
        book.table("Blad", [sheets.Heading("Text", 20)], [("a",)])


# --- The summary in a terminal ---


def test_summary_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    before = frame(finding(id="U1", rad=3))
    now = frame(
        finding(id="U1", rad=3), finding(id="U2", rad=40), finding(id="U3", regel_id="KOD_OKAND", rad=7)
    )
    text = errorlist.text_summary(compare(now, before, TABLES), HEAD, tmp_path)
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in text.splitlines()]
    rule = rules()["DATUM_FORMAT"]
    assert lines[:6] == [
        "Kommun 9901, leverans 2026-11-01 nr 1: delvis accepterad",
        "",
        "Tabell       Rader in  Accepterade  Avvisade",
        "utredningar    12 345       12 343         2",
        "",
        "2 nya, 1 kvarstår, 0 åtgärdade sedan 2026-10-31",
    ]
    assert lines[7:11] == [
        "DATUM_FORMAT (fel): 1 ny, 1 kvarstår",
        f"  {rule.beskrivning}",
        f"  Så rättas det: {rule.atgard}",
        "  Till exempel utredningar.csv, rad 40, inledd",
    ]
    assert lines[12].startswith("KOD_OKAND (varning): 1 ny")
    assert lines[-1] == f"Fellistan: {tmp_path / 'fellista.xlsx'}"


def test_summary_shows_the_ten_most_common_rules_within_the_screen() -> None:
    names = [rule.regel_id for rule in rules().values()][:12]
    found = [finding(regel_id=n, id=f"U{k}") for times, n in enumerate(names, 1) for k in range(times)]
    long = finding(regel_id=names[-1], fil="mapp/" + "x" * 150 + ".csv", id="U0")
    text = errorlist.text_summary(new(*found, long, finding(**SHADOW)), HEAD)
    errors = [name for name in names[::-1] if rules()[name].rejects]
    warnings = [name for name in names[::-1] if not rules()[name].rejects]
    said = [*errors, *warnings][: max(10, len(errors))]
    assert f"Alla fel, och de vanligaste varningarna: {len(said)} av 12 regler." in text
    shown = [line.split(" (")[0] for line in text.splitlines() if line.split(" (")[0] in names]
    assert shown == said
    assert "1 regel i skuggläge gav 1 träff; de reglerna avvisar inget." in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        ([], "Inga fel och inga varningar."),
        ([finding()], "1 fel och 0 varningar"),
        ([finding(), finding(regel_id="KOD_OKAND")], "1 fel och 1 varning"),
    ],
)
def test_a_first_delivery_is_not_compared(findings: list[dict[str, Any]], line: str) -> None:
    text = errorlist.text_summary(new(*findings), Head("9901", date(2026, 11, 1), 1, "accepterad"))
    assert text.splitlines()[2] == line
    assert "nya" not in text


def test_a_finding_without_file_is_shown_by_its_id() -> None:
    text = errorlist.text_summary(new(finding(fil=None, rad=None)), HEAD)
    assert "  Till exempel utredningar, id U1, inledd" in text
