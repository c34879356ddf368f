from pathlib import Path
from zipfile import ZipFile

import duckdb
import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.reports import workbook
from pipelines.reports.wording import STATUSES


@pytest.fixture(scope="module")
def file(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook.write(published, "9901", tmp_path_factory.mktemp("xlsx") / "indikatorer_9901.xlsx")


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    return openpyxl.load_workbook(file)


def rows(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def row_of(sheet: Worksheet, name: str, first: str) -> int:
    """Number of the first row, from the block of indicator ``name`` on, whose first cell is ``first``."""
    column = [row[0] for row in rows(sheet)]
    return column.index(first, column.index(name)) + 1


def test_sheets(book: Workbook) -> None:
    visible = [name for name in book.sheetnames if book[name].sheet_state == "visible"]
    assert visible == [
        *("Försättsblad", "Innehåll", "Utredningar", "Placeringar"),
        *("Måluppfyllelse", "Definitioner", "Data"),
    ]


def test_cover_states_municipality_day_vintage_and_threshold(book: Workbook) -> None:
    text = " ".join(str(cell) for row in rows(book["Försättsblad"]) for cell in row if cell)
    for fact in ("Ängsholm", "2025-10-31", "2025-11-01", "0123abc", "Antal 1–4 visas inte", "..", "LAG"):
        assert fact in text


def test_contents_lead_to_the_indicators(book: Workbook) -> None:
    links = {cell.hyperlink.location for row in book["Innehåll"] for cell in row if cell.hyperlink}
    for link in links:
        sheet, cell = link.replace("'", "").split("!")
        assert book[sheet][cell].value
    assert len(links) == 7
    unmeasured = next(row for row in rows(book["Innehåll"]) if row[0] == "Övervägda placeringar")
    assert unmeasured[1:3] == [STATUSES["ej_producerbar"], None]


def test_numbers_are_numbers_with_formats(book: Workbook) -> None:
    sheet = book["Utredningar"]
    row = row_of(sheet, "Barnutredningar slutförda i tid", "2024")
    numerator, denominator, value = (sheet.cell(row, column) for column in (2, 3, 4))
    assert value.value == pytest.approx(numerator.value / denominator.value, abs=1e-6)
    assert (numerator.number_format, value.number_format) == ("#,##0", '0.0"\u00a0"%')
    assert sheet.cell(row, 11).value == 0.85


def test_outcome_and_comment_stand_beside_the_figure(book: Workbook) -> None:
    sheet = book["Utredningar"]
    row = row_of(sheet, "Barnutredningar slutförda i tid", "2024")
    assert [sheet.cell(5, column).value for column in (11, 12, 13)] == ["Mål", "Utfall", "Kommentar"]
    assert sheet.cell(row, 12).value == "Delvis uppfyllt enligt bedömning"
    assert sheet.cell(row, 13).value == "Två tjänster var vakanta. (Bo Al, socialchef, 2025-11-01)"


def test_targets_have_a_sheet_with_rule_person_and_reason(book: Workbook) -> None:
    texts = [row[3] for row in rows(book["Måluppfyllelse"]) if row[3]]
    assert texts[1].startswith("Delvis uppfyllt enligt bedömning av Eva Ek, enhetschef: Tre sena")
    assert texts[2] == "Ej uppfyllt. Mål: minst 85\u00a0%, delvis uppfyllt från 80\u00a0%."
    assert texts[-1].startswith("Ny organisation från oktober.")


def test_only_complete_years_are_shown(book: Workbook) -> None:
    sheet = book["Utredningar"]
    start = row_of(sheet, "Avslutade barnutredningar", "År")
    assert [sheet.cell(start + n, 1).value for n in range(1, 6)] == ["2024", "2023", "2022", "2021", "Delår"]


def test_missing_values_are_symbols_and_never_zero(book: Workbook) -> None:
    sheet = book["Utredningar"]
    row = row_of(sheet, "Barnutredningar slutförda i tid", "juni 2025")
    assert [sheet.cell(row, column).value for column in (5, 6, 7)] == ["..", "..", ".."]
    early = row_of(sheet, "Barnutredningar slutförda i tid", "oktober 2025")
    assert [sheet.cell(early, column).value for column in (2, 3, 4)] == ["–", "–", "för tidigt"]
    status = {row[15] for row in rows(book["Data"])[1:] if row[11] in ("..", "–", "saknas", "för tidigt")}
    assert status == {"Röjandeskyddad"}


def test_charts_read_empty_cells_where_a_value_is_missing(book: Workbook) -> None:
    hidden = rows(book["Diagramdata"])
    months = {row[0]: row[1] for row in hidden[:13]}
    assert next(iter(months)) == "okt 24"
    assert months["sep 25"] is not None
    assert months["okt 25"] is None
    texts = [cell for row in hidden for cell in row[1:] if isinstance(cell, str)]
    assert texts == []


def test_one_chart_per_measured_indicator(file: Path) -> None:
    with ZipFile(file) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 4


def test_indicator_without_data_takes_no_pages(book: Workbook) -> None:
    assert "Övervägda placeringar" not in [row[0] for row in rows(book["Placeringar"])]
    assert "Övervägda placeringar" not in [row[1] for row in rows(book["Data"])]


def test_years_of_an_earlier_definition_say_so(book: Workbook) -> None:
    sheet = book["Utredningar"]
    start = row_of(sheet, "Barnutredningar slutförda i tid", "År")
    years = [sheet.cell(start + n, 1).value for n in range(1, 5)]
    assert years == ["2024", "2023", "2022 (def. 1)", "2021 (def. 1)"]


def test_family_sheets_print_well(book: Workbook) -> None:
    for name in ("Utredningar", "Placeringar"):
        sheet = book[name]
        assert sheet.freeze_panes == "B6"
        assert sheet.print_title_rows == "$1:$5"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert "Läge per 2025-10-31" in sheet.oddFooter.left.text


def test_data_sheet_has_every_longer_period_and_a_filter(book: Workbook, published: Path) -> None:
    with duckdb.connect(str(published / "indikatorer.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select count(*) from indikatorvarde "
            "where kommun = '9901' and periodtyp in ('ar', 'delar') "
            "and indikator_id <> 'PLAC_UTAN_UNDERLAG'"
        ).fetchone()
    assert found
    assert book["Data"].max_row == found[0] + 1
    assert book["Data"].auto_filter.ref == f"A1:Q{found[0] + 1}"


def test_same_release_gives_the_same_bytes(published: Path, file: Path, tmp_path: Path) -> None:
    again = workbook.write(published, "9901", tmp_path / "again.xlsx")
    assert again.read_bytes() == file.read_bytes()


def test_unknown_municipality_is_refused(published: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="0000"):
        workbook.write(published, "0000", tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())
