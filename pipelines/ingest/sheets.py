"""Workbooks for people: one look, sheets that print well, and many rows at once.

Every text is written as text: nothing that a sender wrote becomes a formula or a link. The same content and
date give the same bytes.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache, partial
from html import escape
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.workbook import Format, Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

INK, ACCENT, RULE, SHADE, GREY = "#1d2a30", "#14506e", "#c9c5bb", "#f1eee6", "#6b6b6b"

LONGEST_CELL = 32_767
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
A4 = 9

LINE_HEIGHT, HIGHEST = 13.5, 409
FITS = 1.2
"""Characters of running text per unit of a column's width, with a wide fallback font too."""


class Heading(NamedTuple):
    """A column: its heading, its width in characters, and the format of its numbers if it has numbers."""

    text: str
    width: int
    number: str = ""


Row = Sequence[str | int | None]


class ListSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that also takes many rows at once.

    xlsxwriter spends nine microseconds on a cell and keeps them all until the end. A long list is five
    times faster when the XML of its rows is made here; headings, widths, filters and print are xlsxwriter's.
    """

    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[_Block] = []

    def write_rows(
        self, top: int, rows: Sequence[Row], formats: Sequence[Format], widths: Sequence[int]
    ) -> int:
        """Write texts and whole numbers from row ``top`` (0-based), one format per column.

        A row is as high as its texts need at ``widths``; without them one line. Blocks must come from top
        to bottom and meet no other cells. Returns the row below.
        """
        if not rows:
            return top
        below = top + len(rows)
        self._blocks.append(_Block(top, rows, [style._get_xf_index() for style in formats], widths))
        self._check_dimensions(top, 0)
        self._check_dimensions(below - 1, len(formats) - 1)
        return below

    def _write_rows(self) -> None:
        """Write what xlsxwriter holds and the blocks, in the order of the rows."""
        first, last = self.dim_rowmin, self.dim_rowmax
        for block in self._blocks:
            self.dim_rowmin, self.dim_rowmax = first, block.top - 1
            super()._write_rows()
            self.fh.writelines(block.lines())
            first = block.top + len(block.rows)
        self.dim_rowmin, self.dim_rowmax = first, last
        super()._write_rows()


@dataclass(frozen=True)
class _Block:
    top: int
    rows: Sequence[Row]
    styles: Sequence[int]
    widths: Sequence[int]

    def lines(self) -> Iterator[str]:
        """The XML of each row. Most texts come again and again: each is made once per column."""
        columns = [
            (f'<c r="{xl_col_to_name(place)}', cache(partial(_rest, style)))
            for place, style in enumerate(self.styles)
        ]
        for number, row in enumerate(self.rows, self.top + 1):
            cells = [
                f"{start}{number}{rest(value)}" for (start, rest), value in zip(columns, row, strict=True)
            ]
            yield f'<row r="{number}"{self._height(row)}>{"".join(cells)}</row>'

    def _height(self, row: Row) -> str:
        """Said only where it is more than one line: not every reader finds it out by itself."""
        texts = zip(row, self.widths, strict=False)
        lines = max((len(text) / (FITS * width) for text, width in texts if isinstance(text, str)), default=1)
        return f' ht="{min(LINE_HEIGHT * ceil(lines), HIGHEST)}" customHeight="1"' if lines > 1 else ""


def _rest(style: int, value: str | int | None) -> str:
    """The XML of a cell after its place."""
    if value is None:
        return f'" s="{style}"/>'
    if isinstance(value, int):
        return f'" s="{style}"><v>{value}</v></c>'
    text = escape(NOT_XML.sub("", value[:LONGEST_CELL]), quote=False)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f'" s="{style}" t="inlineStr"><is><t{kept}>{text}</t></is></c>'


@dataclass
class Book:
    """An open workbook: its formats, and what stands at the top and bottom of every printed page."""

    file: Workbook
    left: str
    right: str
    formats: dict[str, Format] = field(default_factory=dict)

    def style(self, **properties: Any) -> Format:
        """The format with these properties; equal ones are shared, as Excel allows a limited number."""
        wanted = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"} | properties
        name = repr(sorted(wanted.items()))
        if name not in self.formats:
            self.formats[name] = self.file.add_format(wanted)
        return self.formats[name]

    def sheet(self, name: str, headings: Sequence[Heading]) -> ListSheet:
        """A sheet with these column widths that prints on A4, landscape, as wide as the page."""
        sheet: ListSheet = self.file.add_worksheet(name, ListSheet)
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, heading.width)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        left, right = (text.replace("&", "&&")[:100] for text in (self.left, self.right))
        sheet.set_header(f"&L&9{_no_digit(left)}&R&9{_no_digit(right)}")
        sheet.set_footer(f"&L&9{_no_digit(name)}&R&9Sida &P av &N")
        return sheet

    def write_list(
        self, sheet: ListSheet, row: int, headings: Sequence[Heading], rows: Sequence[Row], wrap: bool = True
    ) -> int:
        """Write headings and rows from ``row``. Returns the row below."""
        for place, heading in enumerate(headings):
            sheet.write_string(row, place, heading.text, self.style(**HEADING | self._side(heading)))
        formats = [self.style(**LINE | {"text_wrap": wrap} | self._side(heading)) for heading in headings]
        return sheet.write_rows(row + 1, rows, formats, [h.width for h in headings] if wrap else [])

    def _side(self, heading: Heading) -> dict[str, Any]:
        look = {"align": "right", "indent": 1, "text_wrap": False, "num_format": heading.number}
        return look if heading.number else {}

    def table(self, name: str, headings: Sequence[Heading], rows: Sequence[Row], wrap: bool = True) -> None:
        """A flat sheet: headings that stay and are printed on every page, filters, one row per row."""
        sheet = self.sheet(name, headings)
        below = self.write_list(sheet, 0, headings, rows, wrap)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(below - 1, 1), len(headings) - 1)


LINE: dict[str, Any] = {"bottom": 4, "bottom_color": RULE}
HEADING: dict[str, Any] = {"bold": True, "font_color": "#ffffff", "bg_color": ACCENT}


def _no_digit(text: str) -> str:
    """A digit right after a font size in a page header would be read as part of the size."""
    return f" {text}"


@contextmanager
def workbook(path: Path, made: date, left: str, right: str) -> Iterator[Book]:
    """Yield an empty workbook that is written to ``path`` on leaving.

    ``made``: the date that the file carries. ``left`` and ``right``: the header of every printed page.
    Raises OSError when the disk refuses.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    file = xlsxwriter.Workbook(str(path), options)
    file.set_properties({"created": datetime.combine(made, time(), UTC)})
    yield Book(file, left, right)
    try:
        file.close()
    except FileCreateError as error:
        raise error.args[0] from error
