"""SKR's NUSO, substudy 3: the rows as a table that can be uploaded, in CSV and Excel.

The five columns are what SKR asks for: sex, age, type, reason, decision. An empty cell is what is not known.
"""

import json
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.reports.listbook import Column, listbook

COLUMNS = (
    Column("Kön", 10, "kon"),
    Column("Ålder", 8, "alder"),
    Column("Typ", 12, "typ"),
    Column("Orsak", 40, "orsak"),
    Column("Beslut", 30, "beslut"),
)


def write(folder: Path) -> list[Path]:
    """Write ``nuso_<kommun>.csv`` and ``.xlsx`` in ``folder``, beside its ``rader.parquet`` and
    ``underlag.json``; returns them. Both hold the same rows, in the same order, and can be read by the owner
    only.
    """
    rows = pl.read_parquet(folder / "rader.parquet")
    about = json.loads((folder / "underlag.json").read_text(encoding="utf-8"))
    stem = folder / f"nuso_{about['kommun']}"
    text = stem.with_suffix(".csv")
    draft = text.with_suffix(".part")
    draft.touch(mode=0o600)
    named = rows.select(pl.col(column.key).alias(column.heading) for column in COLUMNS)
    named.write_csv(draft, separator=";", include_bom=True)
    draft.replace(text)
    book = stem.with_suffix(".xlsx")
    footer = f"{about['kommun_namn']}. {about['fran']}–{about['till']}. Sekretess: en rad per barn."
    lage_per = date.fromisoformat(about["lage_per"])
    with listbook(book, f"NUSO delstudie 3, {about['kommun_namn']}", lage_per, footer) as file:
        # A bare table: a heading above it would be read as a row.
        sheet = file.sheet("Aktualiseringar", [column.width for column in COLUMNS])
        file.table(sheet, 0, COLUMNS, rows.to_dicts())
        sheet.freeze_panes(1, 0)
    return [text, book]
