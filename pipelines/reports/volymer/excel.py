"""The report in Excel: numbers that can be counted with, native charts, and the unrounded rows on a sheet."""

from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Worksheet  # type: ignore[import-untyped]

from pipelines.reports.listbook import INK, RULE, Column, ListBook, listbook
from pipelines.reports.volymer.chart import COLORS
from pipelines.reports.volymer.report import Report, Table

FIRST, REST = 52, 15
CHART_ROWS = 16
SIGNED = "+#,##0;\u2212#,##0;0"
DATA = (
    Column("Serie", 10, "serie"),
    Column("Periodtyp", 10, "periodtyp"),
    Column("Period", 10, "period"),
    Column("Avsnitt", 30, "avsnitt"),
    Column("Rad", 44, "rad_volym"),
    Column("Vårddygn", 12, "vard_dygn"),
    Column("Årsplatser", 12, "arsplatser"),
    Column("Årsplaceringar", 14, "arsplaceringar"),
    Column("Nettokostnad, kr", 16, "nettokostnad_kr"),
    Column("Nettokostnad exkl statsbidrag, kr", 18, "nettokostnad_exkl_statsbidrag_kr"),
    Column("Kostnad per årsplacering, kr", 16, "kostnad_per_arsplacering_kr"),
    Column("Samma exkl statsbidrag, kr", 16, "kostnad_per_arsplacering_exkl_statsbidrag_kr"),
    Column("Kostnad per dygn, kr", 14, "dygnskostnad_kr"),
    Column("Varför kostnaden saknas", 24, "saknas_orsak"),
    Column("Status", 16, "status"),
    Column("Läge per", 12, "lage_per"),
)


def write(report: Report, target: Path) -> Path:
    """Write the workbook, for its owner only; the same rows give the same bytes."""
    with listbook(target, report.title, report.source.lage_per, report.footer.replace("&", "&&")) as book:
        for name, table in (("Volymer", report.volumes), ("Nyckeltal", report.costs)):
            sheet = _sheet(book, name, report, table)
            places, below = _table(book, sheet, 3, table)
            sheet.set_h_pagebreaks([below + 1])
            _charts(book, sheet, below + 1, table, places)
        _deviations(book, report)
        _text(book, report)
        _explanation(book, report)
        _data(book, report)
    return target


def _sheet(book: ListBook, name: str, report: Report, table: Table) -> Worksheet:
    sheet = book.sheet(name, [FIRST, *[REST] * (len(table.headings) - 1)])
    sheet.write_string(0, 0, f"{table.title}, {report.form.period_name}", book.title)
    about = f"{report.source.kommun_namn}. Läge per {report.source.lage_per}. {table.unit.capitalize()}."
    sheet.write_string(1, 0, about, book.plain)
    return sheet


def _table(
    book: ListBook, sheet: Worksheet, row: int, table: Table
) -> tuple[dict[str, tuple[int, int]], int]:
    """Write the table from ``row`` on; returns the first and last row of each section, and the row after."""
    count, signed = book.count, book.style(num_format=SIGNED, align="right", valign="top")
    words = book.style(align="right", valign="top", text_wrap=True)
    sheet.set_row(row, 30)
    sheet.write_string(row, 0, table.headings[0], book.head)
    sheet.write_row(row, 1, table.headings[1:], book.head_right)
    heads, places = row, {}
    for name, lines in table.sections:
        row += 1
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, name, book.heading)
        places[name] = (row + 1, row + len(lines))
        for line in lines:
            row += 1
            sheet.write_string(row, 0, line.heading, book.text)
            for place, figure in enumerate(line.figures, 1):
                if figure.exact is None:
                    sheet.write_string(row, place, figure.words, words)
                    if len(figure.words) > REST:
                        sheet.set_row(row, 28)
                else:
                    style = signed if place >= table.signed else count
                    sheet.write_number(row, place, float(figure.exact), style)
    for note in table.notes:
        row += 1
        sheet.write_string(row, 0, note, book.plain)
    return places | {"": (heads, heads)}, row + 1


def _charts(
    book: ListBook, sheet: Worksheet, row: int, table: Table, places: dict[str, tuple[int, int]]
) -> None:
    """A column chart per target group, two beside each other: a column per row, over the printed periods."""
    heads, last = places[""][0], len(table.headings) - 1
    name = sheet.get_name()
    small = {"size": 8, "color": INK, "bold": False}
    for nr, (section, _) in enumerate(table.sections):
        chart = book.file.add_chart({"type": "column"})
        for colour, line in zip(COLORS * 9, range(places[section][0], places[section][1] + 1), strict=False):
            chart.add_series(
                {
                    "name": [name, line, 0],
                    "categories": [name, heads, 1, heads, last],
                    "values": [name, line, 1, line, last],
                    "fill": {"color": colour},
                    "gap": 80,
                }
            )
        chart.set_title({"name": section, "name_font": {"size": 11, "color": INK}, "overlay": False})
        chart.set_x_axis({"num_font": small, "line": {"color": RULE}})
        chart.set_y_axis(
            {
                "min": 0,
                "name": table.unit,
                "name_font": small,
                "num_format": "#,##0",
                "num_font": small,
                "line": {"none": True},
                "major_gridlines": {"visible": True, "line": {"color": "#e4e1d8", "width": 0.5}},
            }
        )
        chart.set_legend({"position": "bottom", "font": small})
        chart.set_size({"width": 455, "height": 20 * (CHART_ROWS - 1)})
        words = f"Diagram: {table.title}, {section}. Värdena står i tabellen ovanför."
        place = (row + CHART_ROWS * (nr // 2), 0 if nr % 2 == 0 else 1)
        offset = 0 if nr % 2 == 0 else 95
        sheet.insert_chart(*place, chart, {"description": words, "x_offset": offset})


def _deviations(book: ListBook, report: Report) -> None:
    if not report.deviations:
        return
    sheet = _sheet(book, "Avvikelse", report, report.deviations[0])
    sheet.write_string(0, 0, f"Varför kostnaden avviker, {report.form.period_name}", book.title)
    row, breaks = 3, []
    for table in report.deviations:
        breaks.append(row)
        sheet.write_string(row, 0, f"{table.title} ({table.unit})", book.heading)
        _, row = _table(book, sheet, row + 1, table)
        row += 1
    sheet.set_h_pagebreaks(breaks[2::2])


def _text(book: ListBook, report: Report) -> None:
    sheet = book.sheet("Analys", (34, 110))
    sheet.write_string(0, 0, "Analys", book.title)
    row = 2
    for name, texts in report.text:
        sheet.write_string(row, 0, name, book.heading)
        row += 1
        for text in texts:
            sheet.merge_range(row, 0, row, 1, text, book.note_text)
            sheet.set_row(row, 8 + 13 * (1 + len(text) // 165))
            row += 1
        row += 1


def _explanation(book: ListBook, report: Report) -> None:
    sheet = book.sheet("Förklaring", (22, 110))
    sheet.write_string(0, 0, "Förklaring", book.title)
    bold = book.style(bold=True, valign="top")
    outside = [("Utanför raderna", report.outside)] if report.outside else []
    for row, (what, text) in enumerate([*report.explanations, *outside], 2):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text, book.note_text)
        sheet.set_row(row, 14 * (1 + len(text) // 112))


def _data(book: ListBook, report: Report) -> None:
    """The rows behind every cell, unrounded."""
    sheet = book.sheet("Data", [c.width for c in DATA])
    shown = {row["volymgrupp"] for row in report.groups}
    rows: list[dict[str, Any]] = []
    for column in report.form.columns:
        found = report.source.volume(column.serie, column.period).values()
        rows += sorted((r for r in found if r["volymgrupp"] in shown), key=lambda r: r["ordning"])
    exact = book.style(num_format="#,##0.00####", align="right", valign="top")
    book.table(sheet, 0, DATA, rows, number=exact)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(DATA) - 1)
