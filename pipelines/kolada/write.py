"""A frame of figures → files of Kolada's shape."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.kolada.shape import KEY, Row, Value, page

GENDER_ORDER = "TKM"


def write(
    figures: pl.DataFrame,
    target: Path,
    *,
    kpis: Sequence[dict[str, Any]] = (),
    municipalities: Sequence[dict[str, Any]] = (),
) -> list[Path]:
    """Write ``data_<kpi>.json`` for each key figure, and ``kpi.json`` and ``municipality.json`` where their
    rows are given. Returns the files.

    ``figures`` has the columns of ``shape.SCHEMA`` and each key once. The same figures give the same bytes.
    Raises ValidationError for what Kolada's shape cannot hold, such as a municipality of three figures.
    """
    target.mkdir(parents=True, exist_ok=True)
    rows = sorted(
        figures.iter_rows(named=True),
        key=lambda row: (row["kpi"], row["kommun"], row["period"], GENDER_ORDER.find(row["kon"])),
    )
    written = []
    for kpi, of_kpi in groupby(rows, key=lambda row: row["kpi"]):
        found = [_row(key, list(values)) for key, values in groupby(of_kpi, key=_key)]
        written.append(_file(target / f"data_{kpi}.json", found))
    for name, values in (("kpi", kpis), ("municipality", municipalities)):
        if values:
            written.append(_file(target / f"{name}.json", list(values)))
    return written


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[column] for column in KEY[:-1])


def _row(key: tuple[str, ...], figures: list[dict[str, Any]]) -> dict[str, Any]:
    kpi, kommun, period = key
    values = [Value(gender=f["kon"], count=f["antal"], status=f["status"], value=f["varde"]) for f in figures]
    return Row(kpi=kpi, municipality=kommun, period=period, values=values).model_dump()


def _file(file: Path, values: list[Any]) -> Path:
    content = json.dumps(page(values).model_dump(), ensure_ascii=False, allow_nan=False)
    file.write_text(content + "\n", encoding="utf-8")
    return file
