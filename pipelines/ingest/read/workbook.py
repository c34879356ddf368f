"""Excel workbooks (xlsx), read by calamine. LINE is the sheet's row.

A sheet is read whole, so its size is judged before: what the zip really unpacks to, whatever it declares,
and how far away from the first its last cell is, because every cell between them takes memory.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import fastexcel
import polars as pl

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import (
    BATCH_ROWS,
    NUMBER,
    TEXT,
    Batch,
    FileRefused,
    Source,
    named,
    only_refusals,
    without_nul,
)
from pipelines.ingest.read.text import any_of
from pipelines.ingest.rules import LINE

FORMAT = "xlsx"
LARGEST = 1024**3
"""Bytes that a workbook may unpack to."""
UNSUSPECTED, RATIO = 50 * 1024**2, 200
"""Nor may more than UNSUSPECTED be packed RATIO times smaller: sheets are packed ten to twenty times."""
MOST_CELLS = 50_000_000

LOCAL_HEADER = struct.Struct("<4s22xHH")
FAR = re.compile(rb"""r=["'](?:[A-Z]{2,}\d+|[A-Z]?\d{7,})["']""")
"""A cell beyond column Z or on the millionth row: without any, a sheet is not too large."""
PLACE = re.compile(rb"""r=["']([A-Z]*)(\d+)["']""")
OVERLAP = 32
PIECE = 1024 * 1024

MOMENT = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?$"
NO_DAY, MIDNIGHT = "1899-12-31 ", " 00:00:00"


class Workbook(Source):
    """One sheet. A column without a heading and without values is no column. ``rows``: those below the
    header that are not empty, as LINE and one column per place in the sheet ("0" is A)."""

    def __init__(self, path: Path, fil: Fil) -> None:
        if path.stat().st_size == 0:
            raise FileRefused("FIL_TOM")
        with only_refusals(FORMAT):
            refuse_too_large(path)
            cells = load(path, fil.blad)
            cells = cells.filter(any_filled(cells.columns[1:]))
        if fil.header_line is not None:
            cells = cells.filter(pl.col(LINE) >= fil.header_line)
        if cells.is_empty():
            raise FileRefused("FIL_TOM")
        if fil.rubriker is not None:
            self._places = [str(place) for place in range(len(fil.rubriker))]
            self.header, self.rows = named(fil.rubriker), cells
        else:
            headings = dict(zip(cells.columns[1:], cells.row(0)[1:], strict=True))
            below = cells.slice(1)
            used = below.select(filled(place).any() for place in headings).row(0)
            named_or_used = zip(headings.items(), used, strict=True)
            self._places = [place for (place, name), any_cell in named_or_used if any_cell or not blank(name)]
            self.header = named([headings[place] or "" for place in self._places])
            self.rows = below.select(LINE, *self._places)
        self.rows = self._not_skipped(any_of(fil.hoppa_over))

    def _not_skipped(self, skip: Callable[[str], bool] | None) -> pl.DataFrame:
        if skip is None or self.rows.is_empty():
            return self.rows
        first = pl.coalesce(pl.when(filled(place)).then(pl.col(place)) for place in self.rows.columns[1:])
        kept = [not skip(cell) for cell in self.rows.select(first).to_series()]
        return self.rows.filter(pl.Series(kept, dtype=pl.Boolean))

    def batches(self) -> Iterator[Batch]:
        there = set(self.rows.columns)
        cells = [
            (as_text(pl.col(place)) if place in there else pl.lit(None, pl.String)).alias(name)
            for place, name in zip(self._places, self.header, strict=True)
        ]
        beyond = [place for place in self.rows.columns[1:] if place not in self._places]
        for rows in self.rows.iter_slices(BATCH_ROWS):
            batch = without_nul(rows.filter(~any_filled(beyond)).select(LINE, *cells))
            broken = batch.broken
            if beyond:
                wide = _too_wide(rows.filter(any_filled(beyond)), beyond)
                broken = pl.concat([broken, wide]).sort(LINE)
            yield Batch(batch.rows, broken)


def _too_wide(rows: pl.DataFrame, beyond: list[str]) -> pl.DataFrame:
    """Rows with cells to the right of the last declared heading: how many fields they have."""
    last = [pl.when(filled(place)).then(int(place) + 1).otherwise(None) for place in beyond]
    return rows.select(
        LINE,
        pl.concat_str(pl.exclude(LINE).fill_null(""), separator=",").alias(TEXT),
        pl.max_horizontal(last).cast(pl.String).alias(NUMBER),
    )


def load(path: Path, sheet: str | None) -> pl.DataFrame:
    """The cells of a sheet as LINE and text, one column per place in the sheet that has any cell."""
    # From bytes, calamine finds the format by what is in the file and not by its name.
    reader = fastexcel.read_excel(path.read_bytes())
    if sheet is not None and sheet not in reader.sheet_names:
        raise FileRefused("FIL_FORMAT", format=f"{FORMAT} med bladet {sheet}")
    loaded = reader.load_sheet(sheet or 0, header_row=None, skip_rows=0, dtypes="string")
    cells = loaded.to_polars()
    cells.columns = [str(column.absolute_index) for column in loaded.selected_columns]
    return cells.insert_column(0, pl.int_range(1, cells.height + 1, eager=True).alias(LINE))


def as_text(cell: pl.Expr) -> pl.Expr:
    """What calamine writes of a cell, as a person would: no midnight, no day for a time, ja and nej."""
    is_moment = cell.str.len_bytes().is_between(19, 23) & cell.str.contains(MOMENT)
    return (
        pl.when(is_moment & cell.str.starts_with(NO_DAY))
        .then(cell.str.slice(11, 8))
        .when(is_moment & cell.str.ends_with(MIDNIGHT))
        .then(cell.str.slice(0, 10))
        .when(is_moment)
        .then(cell.str.slice(0, 19))
        .when(cell == "true")
        .then(pl.lit("ja"))
        .when(cell == "false")
        .then(pl.lit("nej"))
        .otherwise(cell)
    )


def blank(name: str | None) -> bool:
    return not name or not name.strip()


def filled(place: str) -> pl.Expr:
    return pl.col(place).str.strip_chars().fill_null("") != ""


def any_filled(places: list[str]) -> pl.Expr:
    return pl.any_horizontal([filled(place) for place in places] or [pl.lit(False)])


def refuse_too_large(path: Path) -> None:
    """Raises FileRefused for a zip bomb, and for a sheet whose cells lie too far apart."""
    packed = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _weigh(sum(member.file_size for member in members), packed)
        with path.open("rb") as file:
            size, far = 0, []
            for member in members:
                is_far, rest = False, b""
                for data in unpacked(file, member):
                    size += len(data)
                    _weigh(size, packed)
                    is_far = is_far or FAR.search(rest + data) is not None
                    rest = data[-OVERLAP:]
                if is_far:
                    far.append(member)
            if any(area(file, member) > MOST_CELLS for member in far):
                raise _too_large()


def _too_large() -> FileRefused:
    return FileRefused("FIL_FOR_STOR", grans=LARGEST // 1024**2)


def _weigh(size: int, packed: int) -> None:
    if size > LARGEST or (size > UNSUSPECTED and size > RATIO * packed):
        raise _too_large()


def area(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Cells from the first of a sheet to its farthest, empty ones too."""
    columns: set[bytes] = set()
    last_row, rest = 0, b""
    for data in unpacked(file, member):
        places = PLACE.findall(rest + data)
        columns |= {column for column, _ in places}
        last_row = max(last_row, *(int(row) for _, row in places), 0)
        rest = data[-OVERLAP:]
    return last_row * max(map(_place, columns), default=0)


def _place(column: bytes) -> int:
    """1 for A, 27 for AA."""
    place = 0
    for letter in column:
        place = place * 26 + letter - 64
    return place


def unpacked(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member of a zip really unpacks to, a piece at a time. Unlike zipfile's own, it does not stop at
    the size that the member declares: neither does the library that reads the workbook."""
    file.seek(member.header_offset)
    signature, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    if signature != b"PK\3\4" or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    start = member.header_offset + LOCAL_HEADER.size + name + extra
    left, inflate = member.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        file.seek(start + member.compress_size - left)
        data = file.read(min(left, PIECE))
        if not data:
            raise zipfile.BadZipFile
        left -= len(data)
        if member.compress_type == zipfile.ZIP_STORED:
            yield data
            continue
        while data:
            yield inflate.decompress(data, PIECE)
            data = inflate.unconsumed_tail
        if inflate.eof:
            return
