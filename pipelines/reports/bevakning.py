"""The early list: what falls due in 7, 14 and 30 days and what already has, a sheet per unit.

For those who can still do something about it. A case is named by the case system's own id; nothing else tells
who.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.workbook import Format, Workbook, Worksheet  # type: ignore[import-untyped]

from pipelines.reports.format import number, sort_key

INK, RULE, SHADE, ALARM = "#1d2a30", "#c9c5bb", "#f1eee6", "#9c2f16"
WINDOWS = {
    "over": "Över fristen",
    "rapportera": "Ska rapporteras",
    "7": "Inom 7 dagar",
    "14": "8–14 dagar",
    "30": "15–30 dagar",
}
COLUMNS = (
    ("Ärende", 18),
    ("Regel", 52),
    ("Började", 11),
    ("Sista dag", 11),
    ("Förlängd", 9),
    ("Dagar kvar", 10),
)
PASSED = "Dagar sedan"
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write(rows_file: Path) -> Path:
    """Write ``bevakning.xlsx`` beside ``rows_file``, a municipality's ``bevakning.parquet``; returns it."""
    rows = pl.read_parquet(rows_file)
    kommun, lage_per = rows["kommun_namn"][0], rows["lage_per_kommun"][0]
    clocks = rows.filter(pl.col("frist_id").is_not_null())
    units = sorted(clocks["enhet_namn"].unique(), key=sort_key)
    draft = rows_file.with_name("bevakning.part")
    with xlsxwriter.Workbook(str(draft)) as file:
        file.set_properties(
            {
                "title": f"Bevakning av frister, {kommun}",
                "created": datetime.combine(lage_per, datetime.min.time()),
            }
        )
        book = _Book(file, kommun, str(lage_per))
        names = _sheet_names(units)
        book.overview(kommun, clocks, dict(zip(units, names, strict=True)))
        for unit, name in zip(units, names, strict=True):
            book.unit(name, unit, clocks.filter(pl.col("enhet_namn") == unit).to_dicts())
    draft.chmod(0o600)
    return draft.replace(rows_file.with_suffix(".xlsx"))


class _Book:
    """The open workbook with the few formats that its sheets share."""

    def __init__(self, file: Workbook, kommun: str, lage_per: str) -> None:
        self.file = file
        self.footer = f"{kommun}. Läge per {lage_per}. Sekretess: innehåller ärendens id."
        self.said = (
            f"Läge per {lage_per}. Kalendertid (LAG), giltiga förlängningar inräknade. Ärenden med skyddade "
            "personuppgifter är inte med, inte heller regler som leveranserna inte kan svara på."
        )

        def style(**properties: Any) -> Format:
            return file.add_format({"font_name": "Calibri", "font_size": 10, "font_color": INK} | properties)

        self.title = style(bold=True, font_size=14)
        self.window = style(bold=True, font_size=11)
        self.text = style(valign="top", text_wrap=True)
        head = {"bold": True, "bg_color": SHADE, "bottom": 1, "bottom_color": RULE, "valign": "vcenter"}
        self.head, self.head_right = style(**head), style(**head, align="right")
        self.day = style(num_format="yyyy-mm-dd", align="left", valign="top")
        self.count = style(num_format="0", align="right", valign="top")
        self.late = style(num_format="0", align="right", valign="top", bold=True, font_color=ALARM)
        self.link = style(font_color="#14506e", underline=1, valign="top")

    def sheet(self, name: str, widths: Sequence[int]) -> Worksheet:
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.footer}&RSida &P av &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def overview(self, kommun: str, clocks: pl.DataFrame, sheets: dict[str, str]) -> None:
        """How many per unit and rule in each window; the unit leads to its sheet."""
        sheet = self.sheet("Översikt", (34, 52, 12, 14, 12, 12, 12))
        sheet.write_string(0, 0, f"Bevakning av frister, {kommun}", self.title)
        sheet.write_string(1, 0, self.said)
        sheet.set_row(3, 18)
        sheet.write_row(3, 0, ("Enhet", "Regel"), self.head)
        sheet.write_row(3, 2, list(WINDOWS.values()), self.head_right)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        counted = clocks.group_by("enhet_namn", "regel_namn").agg(
            *(pl.col("inom_dagar").eq(code).sum().cast(pl.Int64).alias(code) for code in WINDOWS)
        )
        rows = sorted(
            counted.to_dicts(), key=lambda r: (sort_key(r["enhet_namn"]), sort_key(r["regel_namn"]))
        )
        for place, row in enumerate(rows, 4):
            sheet.write_url(
                place, 0, f"internal:'{sheets[row['enhet_namn']]}'!A1", self.link, string=row["enhet_namn"]
            )
            sheet.write_string(place, 1, row["regel_namn"], self.text)
            for column, code in enumerate(WINDOWS, 2):
                late = code == "over" and row[code]
                sheet.write_number(place, column, row[code], self.late if late else self.count)
        if not rows:
            sheet.write_string(4, 0, "Inget är över fristen, och inget förfaller inom 30 dagar.", self.text)

    def unit(self, name: str, unit: str, rows: Sequence[dict[str, Any]]) -> None:
        """The unit's clocks, window by window, the most urgent first."""
        sheet = self.sheet(name, [width for _, width in COLUMNS])
        sheet.write_string(0, 0, unit, self.title)
        sheet.write_string(1, 0, self.said)
        below = 3
        for code, heading in WINDOWS.items():
            mine = [row for row in rows if row["inom_dagar"] == code]
            if not mine:
                continue
            sheet.write_string(below, 0, f"{heading} ({number(len(mine))})", self.window)
            below += 1
            sheet.set_row(below, 18)
            sheet.write_row(below, 0, [text for text, _ in COLUMNS[:-1]], self.head)
            passed = code in ("over", "rapportera")
            sheet.write_string(below, len(COLUMNS) - 1, PASSED if passed else COLUMNS[-1][0], self.head_right)
            for place, row in enumerate(mine, below + 1):
                sheet.write_string(place, 0, row["subjekt_id"], self.text)
                sheet.write_string(place, 1, row["regel_namn"], self.text)
                sheet.write_datetime(place, 2, row["start_datum"], self.day)
                sheet.write_datetime(place, 3, row["sista_datum"], self.day)
                sheet.write_string(place, 4, "ja" if row["ar_forlangd"] else "", self.text)
                sheet.write_number(
                    place, 5, abs(row["dagar_kvar"]), self.late if code == "over" else self.count
                )
            below += len(mine) + 2


def _sheet_names(units: Sequence[str]) -> list[str]:
    """Names that Excel takes: at most 31 characters, none twice whatever the case, none of its signs."""
    taken = {"översikt"}
    names = []
    for unit in units:
        stem, nr = unit.translate(FORBIDDEN).strip("' ")[:28] or "Enhet", 1
        name = stem
        while name.lower() in taken:
            nr += 1
            name = f"{stem} {nr}"
        taken.add(name.lower())
        names.append(name)
    return names
