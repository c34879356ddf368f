"""The report in Excel: numbers that can be counted with, native charts, and the unrounded rows on a sheet."""

from pathlib import Path

from xlsxwriter.workbook import Format, Worksheet  # type: ignore[import-untyped]

from pipelines.reports.listbook import INK, RULE, ListBook, listbook
from pipelines.reports.volymer.chart import COLORS
from pipelines.reports.volymer.document import Document, Table
from pipelines.reports.volymer.figures import Figure

FIRST, REST = 52, 15
CHART_ROWS = 16


def write(document: Document, target: Path) -> Path:
    """Write the workbook, for its owner only; the same rows give the same bytes."""
    footer = document.footer.replace("&", "&&")
    with listbook(target, document.title, document.lage_per, footer) as book:
        for name, table in document.tables:
            sheet = _sheet(book, name, document, table)
            places, below = _table(book, sheet, 3, table)
            if table.shown:
                sheet.set_h_pagebreaks([below + 1])
                _charts(book, sheet, below + 1, table, places)
        _explaining(book, document)
        _text(book, document)
        _explanation(book, document)
        _data(book, document)
    return target


def _sheet(book: ListBook, name: str, document: Document, table: Table) -> Worksheet:
    sheet = book.sheet(name, [FIRST, *[REST] * (len(table.headings) - 1)])
    sheet.write_string(0, 0, f"{document.title}: {table.title.lower()} ({table.unit})", book.title)
    sheet.write_string(1, 0, f"{document.kommun_namn}. Läge per {document.lage_per}.", book.plain)
    return sheet


def _table(
    book: ListBook, sheet: Worksheet, row: int, table: Table
) -> tuple[dict[str, tuple[int, int]], int]:
    """Write the table from ``row`` on; returns the first and last row of each section, and the row after."""
    words = book.style(align="right", valign="top", text_wrap=True)
    total = book.style(valign="top", bold=True, indent=1)
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
            sheet.write_string(row, 0, line.heading, total if line.total else book.text)
            for place, figure in enumerate(line.figures, 1):
                if figure.exact is None:
                    sheet.write_string(row, place, figure.words, words)
                    if len(figure.words) > REST:
                        sheet.set_row(row, 28)
                else:
                    style = _number(book, figure, signed=place >= table.signed, bold=line.total)
                    sheet.write_number(row, place, float(figure.exact), style)
    for note in table.notes:
        row += 1
        sheet.write_string(row, 0, note, book.plain)
    return places | {"": (heads, heads)}, row + 1


def _number(book: ListBook, figure: Figure, *, signed: bool, bold: bool) -> Format:
    decimals = "0" + ("." + "0" * figure.decimals if figure.decimals else "")
    whole = f"#,##{decimals}" + (f'"{figure.suffix}"' if figure.suffix else "")
    form = f"+{whole};\u2212{whole};{whole}" if signed else whole
    return book.style(num_format=form, align="right", valign="top", bold=bold)


def _charts(
    book: ListBook, sheet: Worksheet, row: int, table: Table, places: dict[str, tuple[int, int]]
) -> None:
    """A column chart per section, two beside each other: a column per row, over the printed periods. A
    section of rows in other units than the table's has none.
    """
    heads, last = places[""][0], len(table.shown)
    form = {"type": "column", "subtype": "stacked"} if table.stacked else {"type": "column"}
    name = sheet.get_name()
    small = {"size": 8, "color": INK, "bold": False}
    charted = [(name, lines) for name, lines in table.sections if any(line.charted for line in lines)]
    for nr, (section, lines) in enumerate(charted):
        chart = book.file.add_chart(form)
        rows = [n for n, line in enumerate(lines, places[section][0]) if line.charted]
        for colour, line in zip(COLORS * 9, rows, strict=False):
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


def _explaining(book: ListBook, document: Document) -> None:
    if not document.explaining:
        return
    sheet = _sheet(book, "Avvikelse", document, document.explaining[0])
    sheet.write_string(0, 0, f"{document.title}: varför kostnaden avviker", book.title)
    row, breaks = 3, []
    for table in document.explaining:
        breaks.append(row)
        sheet.write_string(row, 0, f"{table.title} ({table.unit})", book.heading)
        _, row = _table(book, sheet, row + 1, table)
        row += 1
    sheet.set_h_pagebreaks(breaks[2::2])


def _text(book: ListBook, document: Document) -> None:
    sheet = book.sheet("Analys", (34, 110))
    sheet.write_string(0, 0, "Analys", book.title)
    row = 2
    for name, texts in document.text:
        sheet.write_string(row, 0, name, book.heading)
        row += 1
        for text in texts:
            sheet.merge_range(row, 0, row, 1, text, book.note_text)
            sheet.set_row(row, 8 + 13 * (1 + len(text) // 165))
            row += 1
        row += 1


def _explanation(book: ListBook, document: Document) -> None:
    sheet = book.sheet("Förklaring", (22, 110))
    sheet.write_string(0, 0, "Förklaring", book.title)
    bold = book.style(bold=True, valign="top")
    notes = [("Utanför tabellerna", note) for note in document.notes]
    for row, (what, text) in enumerate([*document.explanations, *notes], 2):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text, book.note_text)
        sheet.set_row(row, 14 * (1 + len(text) // 112))


def _data(book: ListBook, document: Document) -> None:
    """The rows behind every cell, unrounded."""
    sheet = book.sheet("Data", [c.width for c in document.columns])
    exact = book.style(num_format="#,##0.00####", align="right", valign="top")
    book.table(sheet, 0, document.columns, document.data, number=exact)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(len(document.data), 1), len(document.columns) - 1)
