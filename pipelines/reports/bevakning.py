"""The early list: what falls due in 7, 14 and 30 days and what already has, a sheet per unit.

For those who can still do something about it. A case is named by the case system's own id; nothing else tells
who.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.reports.format import number, sort_key
from pipelines.reports.listbook import ListBook, listbook, sheet_names

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


def write(rows_file: Path) -> Path:
    """Write ``bevakning.xlsx`` beside ``rows_file``, a municipality's ``bevakning.parquet``; returns it."""
    rows = pl.read_parquet(rows_file)
    kommun, lage_per = rows["kommun_namn"][0], rows["lage_per_kommun"][0]
    clocks = rows.filter(pl.col("frist_id").is_not_null())
    units = sorted(clocks["enhet_namn"].unique(), key=sort_key)
    target = rows_file.with_suffix(".xlsx")
    footer = f"{kommun}. Läge per {lage_per}. Sekretess: innehåller ärendens id."
    with listbook(target, f"Bevakning av frister, {kommun}", lage_per, footer) as file:
        book = _Book(file, str(lage_per))
        names = sheet_names(units)
        book.overview(kommun, clocks, dict(zip(units, names, strict=True)))
        for unit, name in zip(units, names, strict=True):
            book.unit(name, unit, clocks.filter(pl.col("enhet_namn") == unit).to_dicts())
    return target


class _Book:
    """The sheets of the early list."""

    def __init__(self, book: ListBook, lage_per: str) -> None:
        self.book = book
        self.said = (
            f"Läge per {lage_per}. Kalendertid (LAG), giltiga förlängningar inräknade. Ärenden med skyddade "
            "personuppgifter är inte med, inte heller regler som leveranserna inte kan svara på."
        )

    def overview(self, kommun: str, clocks: pl.DataFrame, sheets: dict[str, str]) -> None:
        """How many per unit and rule in each window; the unit leads to its sheet."""
        widths = (34, 52, 12, 14, 12, 12, 12)
        sheet, _ = self.book.titled("Översikt", f"Bevakning av frister, {kommun}", self.said, widths)
        sheet.set_row(3, 18)
        sheet.write_row(3, 0, ("Enhet", "Regel"), self.book.head)
        sheet.write_row(3, 2, list(WINDOWS.values()), self.book.head_right)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        counted = clocks.group_by("enhet_namn", "regel_namn").agg(
            *(pl.col("inom_dagar").eq(code).sum().cast(pl.Int64).alias(code) for code in WINDOWS)
        )
        rows = sorted(
            counted.to_dicts(), key=lambda r: (sort_key(r["enhet_namn"]), sort_key(r["regel_namn"]))
        )
        for place, row in enumerate(rows, 4):
            self.book.link(sheet, place, row["enhet_namn"], sheets[row["enhet_namn"]])
            sheet.write_string(place, 1, row["regel_namn"], self.book.text)
            for column, code in enumerate(WINDOWS, 2):
                late = code == "over" and row[code]
                sheet.write_number(place, column, row[code], self.book.late if late else self.book.count)
        if not rows:
            sheet.write_string(
                4, 0, "Inget är över fristen, och inget förfaller inom 30 dagar.", self.book.text
            )

    def unit(self, name: str, unit: str, rows: Sequence[dict[str, Any]]) -> None:
        """The unit's clocks, window by window, the most urgent first."""
        sheet, below = self.book.titled(name, unit, self.said, [width for _, width in COLUMNS])
        for code, heading in WINDOWS.items():
            mine = [row for row in rows if row["inom_dagar"] == code]
            if not mine:
                continue
            sheet.write_string(below, 0, f"{heading} ({number(len(mine))})", self.book.heading)
            below += 1
            sheet.set_row(below, 18)
            sheet.write_row(below, 0, [text for text, _ in COLUMNS[:-1]], self.book.head)
            passed = code in ("over", "rapportera")
            sheet.write_string(
                below, len(COLUMNS) - 1, PASSED if passed else COLUMNS[-1][0], self.book.head_right
            )
            for place, row in enumerate(mine, below + 1):
                sheet.write_string(place, 0, row["subjekt_id"], self.book.text)
                sheet.write_string(place, 1, row["regel_namn"], self.book.text)
                sheet.write_datetime(place, 2, row["start_datum"], self.book.day)
                sheet.write_datetime(place, 3, row["sista_datum"], self.book.day)
                sheet.write_string(place, 4, "ja" if row["ar_forlangd"] else "", self.book.text)
                sheet.write_number(
                    place, 5, abs(row["dagar_kvar"]), self.book.late if code == "over" else self.book.count
                )
            below += len(mine) + 2
