"""Parquet. Every column becomes text; a column of lists or structures has no text and refuses the file."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import (
    BATCH_ROWS,
    Batch,
    FileRefused,
    Source,
    named,
    only_refusals,
    read_by_library,
    without_nul,
)
from pipelines.ingest.rules import LINE

FORMAT = "parquet"
PAGE = 1024 * 1024
"""Bytes of a column that are read at a time, however large the file's row groups are."""
ZONE = "Europe/Stockholm"
"""An instant is told as the clock showed here: midnight is no evening before."""


class Columnar(Source):
    """LINE is the row's number, from 1."""

    def __init__(self, path: Path, fil: Fil) -> None:
        if path.stat().st_size == 0:
            raise FileRefused("FIL_TOM")
        self._path = path
        with only_refusals(FORMAT), pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            self.header = named(schema.names)
            self._types = list(schema.types)
        if not self.header:
            raise FileRefused("FIL_TOM")
        if not all(map(has_text, self._types)):
            raise FileRefused("FIL_FORMAT", format=FORMAT)

    def batches(self) -> Iterator[Batch]:
        return read_by_library(FORMAT, self._batches())

    def _batches(self) -> Iterator[Batch]:
        number = 1
        with pq.ParquetFile(self._path, buffer_size=PAGE) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                batch.validate(full=True)  # or Polars would take bytes for text that are none
                arrays = zip(self.header, batch.columns, strict=True)
                columns = [as_text(array).alias(name) for name, array in arrays]
                lines = pl.int_range(number, number + batch.num_rows, eager=True).alias(LINE)
                number += batch.num_rows
                yield without_nul(pl.DataFrame([lines, *columns]))


def count_rows(path: Path) -> int:
    with pq.ParquetFile(path) as file:
        return int(file.metadata.num_rows)


def has_text(kind: pa.DataType) -> bool:
    """Whether a value of this type can be written in one cell."""
    if types.is_dictionary(kind):
        return has_text(kind.value_type)
    return any(
        fits(kind)
        for fits in (
            types.is_boolean,
            types.is_integer,
            types.is_floating,
            types.is_decimal,
            types.is_date,
            types.is_timestamp,
            types.is_time,
            types.is_string,
            types.is_large_string,
            types.is_string_view,
            types.is_binary,
            types.is_large_binary,
            types.is_fixed_size_binary,
            types.is_null,
        )
    )


def as_text(array: pa.Array) -> pl.Series:
    """Values as text: days as ÅÅÅÅ-MM-DD, also of a time that is midnight; numbers without exponent."""
    kind = array.type
    if types.is_dictionary(kind):
        return as_text(array.dictionary_decode())
    if types.is_boolean(kind):
        return pl.Series(array).replace_strict({True: "ja", False: "nej"}, return_dtype=pl.String)
    if types.is_timestamp(kind):
        return _moment(pl.Series(array))
    if types.is_time(kind):
        return pl.Series(array).cast(pl.Time).dt.strftime("%H:%M:%S")
    if types.is_floating(kind):
        numbers = pl.Series(array)
        if numbers.dtype == pl.Float64:
            numbers = numbers.round_sig_figs(15)
        return _plain_number(numbers.fill_nan(None).cast(pl.String).str.replace(r"\.0$", ""))
    text = pl.Series(array.cast(pa.large_string()))
    return _plain_number(text) if types.is_decimal(kind) else text


def _moment(times: pl.Series) -> pl.Series:
    if times.dtype == pl.Datetime and times.dtype.time_zone:  # type: ignore[attr-defined]
        times = times.dt.convert_time_zone(ZONE)
    return times.dt.strftime("%Y-%m-%d %H:%M:%S").str.replace(" 00:00:00", "", literal=True)


def _plain_number(text: pl.Series) -> pl.Series:
    """2e+20 and 1E+3 with all their digits."""
    if not text.str.contains("(?i)e").any():
        return text
    return text.map_elements(
        lambda number: f"{Decimal(number):f}" if "e" in number.lower() else number, return_dtype=pl.String
    )
