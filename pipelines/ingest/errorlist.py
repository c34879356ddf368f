"""The error list of one delivery, for those who must act: Excel, CSV and Parquet, all masked.

It is written also when nothing was found: an empty list is an answer.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from pipelines.ingest.archive import replacing
from pipelines.ingest.delivery import DeliveryResult
from pipelines.ingest.rules import rules

HEADINGS = {
    "fil": ("Fil", 28),
    "rad": ("Rad", 8),
    "id": ("Id", 18),
    "kolumn": ("Kolumn", 20),
    "varde": ("Värde", 24),
    "regel_id": ("Regel", 22),
    "allvar": ("Allvar", 10),
    "forvantat": ("Förväntat", 70),
    "ansvarig": ("Åtgärdas av", 20),
}
COLUMNS = [
    *("kommun", "leveransdatum", "sekvens", "tabell", "fil", "rad", "id", "kolumn", "varde"),
    *("regel_id", "allvar", "forvantat", "ansvarig"),
]
LONGEST_SHEET = 100_000
"""More rows than this are no help in Excel; the CSV has them all."""


def write(result: DeliveryResult, findings: pl.DataFrame) -> None:
    """Write ``fellista.xlsx``, ``.csv`` and ``.parquet`` beside ``result.error_list``.

    ``findings`` as from ``Findings.frame``.
    """
    if result.error_list is None:
        return
    folder = result.error_list.parent
    whole = findings.with_columns(
        kommun=pl.lit(result.kommun),
        leveransdatum=pl.lit(result.leveransdatum),
        sekvens=pl.lit(result.sekvens, pl.Int64),
    ).select(COLUMNS)
    with replacing(folder / "fellista.parquet") as draft:
        whole.write_parquet(draft)
    with replacing(folder / "fellista.csv") as draft:
        _for_excel(whole).write_csv(draft, separator=";", include_bom=True, line_terminator="\r\n")
    with replacing(result.error_list) as draft:
        _workbook(draft, whole, result)


def _for_excel(findings: pl.DataFrame) -> pl.DataFrame:
    """Swedish headings; a text that Excel would take for a formula is written as text."""
    formula = r"^(?:[=+@\t]|-\D)"
    texts = pl.col(pl.String)
    return findings.with_columns(
        pl.when(texts.str.contains(formula)).then("'" + texts).otherwise(texts).name.keep()
    ).select(pl.col(name).alias(heading) for name, (heading, _) in HEADINGS.items())


def _workbook(path: Path, findings: pl.DataFrame, result: DeliveryResult) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    # The delivery's own date: the same delivery gives the same bytes.
    book.set_properties({"created": datetime.combine(result.leveransdatum, time(), UTC)})
    bold = book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})

    listed = findings.select(list(HEADINGS)).head(LONGEST_SHEET)
    sheet = book.add_worksheet("Fellista")
    _table(sheet, list(HEADINGS.values()), listed.iter_rows(), bold)
    sheet.set_column(7, 7, HEADINGS["forvantat"][1], wrap)

    by_rule = findings.group_by("regel_id").len().sort("len", "regel_id", descending=[True, False]).rows()
    registered = rules()
    summary = [
        (rule, registered[rule].allvar, antal, registered[rule].beskrivning, registered[rule].ansvarig)
        for rule, antal in by_rule
    ]
    headings = [("Regel", 22), ("Allvar", 10), ("Antal", 8), ("Vad som är fel", 70), ("Åtgärdas av", 20)]
    _table(book.add_worksheet("Per regel"), headings, summary, bold)

    headings = [("Tabell", 26), ("Rader in", 12), ("Accepterade", 12), ("Avvisade", 12)]
    tables = [(name, c.rows_in, c.accepted, c.rejected) for name, c in result.tables.items()]
    sheet = book.add_worksheet("Per tabell")
    _table(sheet, headings, tables, bold)
    title = f"Kommun {result.kommun}, leverans {result.leveransdatum}: {result.status}"
    sheet.write_string(len(tables) + 2, 0, title)
    if findings.height > LONGEST_SHEET:
        note = f"Bladet Fellista visar de första {LONGEST_SHEET} raderna; fellista.csv har alla."
        sheet.write_string(len(tables) + 3, 0, note)
    book.close()


def _table(sheet: Any, headings: Sequence[tuple[str, int]], rows: Any, bold: Any) -> None:
    """A sheet with headings that stay, filters and column widths."""
    last = 0
    for place, (heading, width) in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, width)
    for last, row in enumerate(rows, 1):
        sheet.write_row(last, 0, row)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(headings) - 1)
