"""Workbooks with lists of single cases: the sheets, formats and table that they share.

Every such file is readable by its owner only, says whom it concerns in the footer, and prints on A4.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.workbook import Format, Workbook, Worksheet  # type: ignore[import-untyped]

INK, RULE, SHADE, ALARM = "#1d2a30", "#c9c5bb", "#f1eee6", "#9c2f16"
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, width in characters, and the key of its value in a row.

    One that holds a number has its heading to the right; ``numeric`` says so where none may be known.
    """

    heading: str
    width: int
    key: str
    numeric: bool = False


def widths_of(*tables: Sequence[Column]) -> list[int]:
    """The widths of a sheet whose tables stand below each other."""
    return [max(c.width for c in place if c) for place in zip_longest(*tables)]


class ListBook:
    """An open workbook with the few formats that its sheets share."""

    def __init__(self, file: Workbook, footer: str) -> None:
        self.file = file
        self.footer = footer

        style = self.style
        self.title = style(bold=True, font_size=14)
        self.heading = style(bold=True, font_size=11)
        self.text = style(valign="top", text_wrap=True, align="left", indent=1)
        self.note_text = style(valign="top", text_wrap=True)
        self.plain = style(valign="top")
        head = {
            "bold": True,
            "bg_color": SHADE,
            "bottom": 1,
            "bottom_color": RULE,
            "valign": "vcenter",
        }
        self.head, self.head_right = (
            style(**head, align="left", indent=1, text_wrap=True),
            style(**head, align="right", text_wrap=True),
        )
        self.day = style(num_format="yyyy-mm-dd", align="left", valign="top", indent=1)
        self.count = style(num_format="#,##0", align="right", valign="top")
        self.late = style(num_format="#,##0", align="right", valign="top", bold=True, font_color=ALARM)
        self.link_text = style(font_color="#14506e", underline=1, valign="top")

    def style(self, **properties: Any) -> Format:
        """A format in the letters of the book."""
        return self.file.add_format({"font_name": "Calibri", "font_size": 10, "font_color": INK} | properties)

    def sheet(self, name: str, widths: Sequence[int]) -> Worksheet:
        """A new sheet, one landscape A4 page wide."""
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.footer}&RSida &P av &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def titled(self, name: str, title: str, said: str, widths: Sequence[int]) -> tuple[Worksheet, int]:
        """A sheet with its title and what it says of itself; the row that its first table begins on.

        The text goes over the width of the table, so that it does not widen the printed page.
        """
        sheet = self.sheet(name, widths)
        sheet.write_string(0, 0, title, self.title)
        sheet.merge_range(1, 0, 1, len(widths) - 1, said, self.note_text)
        sheet.set_row(1, 14 * (1 + len(said) // max(1, sum(widths))))
        return sheet, 3

    def link(self, sheet: Worksheet, row: int, text: str, to: str) -> None:
        """The first cell of a row leads to another sheet."""
        sheet.write_url(row, 0, f"internal:'{to}'!A1", self.link_text, string=text)

    def part(
        self,
        sheet: Worksheet,
        row: int,
        heading: str,
        columns: Sequence[Column],
        rows: Sequence[dict[str, Any]],
    ) -> int:
        """A heading and a table; returns the row after the empty one that follows."""
        sheet.write_string(row, 0, heading, self.heading)
        return self.table(sheet, row + 1, columns, rows) + 1

    def table(
        self,
        sheet: Worksheet,
        row: int,
        columns: Sequence[Column],
        rows: Sequence[dict[str, Any]],
        *,
        number: Format | None = None,
    ) -> int:
        """Write headings and rows from ``row`` on; returns the row after the last.

        Days are days, numbers numbers (in the format ``number``, else whole), and what is not observed an
        empty cell.
        """
        numeric = {c.key for c in columns if c.numeric or any(_is_number(r[c.key]) for r in rows)}
        sheet.set_row(row, 30 if any(len(c.heading) > c.width for c in columns) else 18)
        for place, column in enumerate(columns):
            sheet.write_string(
                row, place, column.heading, self.head_right if column.key in numeric else self.head
            )
        for line, values in enumerate(rows, row + 1):
            for place, column in enumerate(columns):
                value = values[column.key]
                if value is None:
                    sheet.write_blank(line, place, None, self.text)
                elif isinstance(value, date):
                    sheet.write_datetime(line, place, value, self.day)
                elif _is_number(value):
                    sheet.write_number(line, place, float(value), number or self.count)
                else:
                    sheet.write_string(line, place, str(value), self.text)
        return row + 1 + len(rows)


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, str | date | bool)


@contextmanager
def listbook(target: Path, title: str, lage_per: date, footer: str) -> Iterator[ListBook]:
    """Write the workbook ``target`` in one step, for the owner only; the same rows give the same bytes."""
    draft = target.with_suffix(".part")
    draft.touch(mode=0o600)
    with xlsxwriter.Workbook(str(draft)) as file:
        file.set_properties({"title": title, "created": datetime.combine(lage_per, datetime.min.time())})
        yield ListBook(file, footer)
    draft.chmod(0o600)
    draft.replace(target)


def sheet_names(units: Sequence[str], taken: Sequence[str] = ("Översikt",)) -> list[str]:
    """Names that Excel takes: at most 31 characters, none twice whatever the case, none of its signs."""
    used = {name.lower() for name in taken}
    names = []
    for unit in units:
        stem, nr = unit.translate(FORBIDDEN).strip("' ")[:28] or "Enhet", 1
        name = stem
        while name.lower() in used:
            nr += 1
            name = f"{stem} {nr}"
        used.add(name.lower())
        names.append(name)
    return names
