"""Reading delivered files so that every row keeps its line number and none disappears.

One module per format; each gives a :class:`Source`, a header and batches of rows as text, exactly as
delivered. What a row means is not known here: that begins in ``mapping``. No cell value is ever part of an
error.
"""

from collections.abc import Callable
from pathlib import Path

from pipelines.ingest.adapter import Fil, Format
from pipelines.ingest.read import columnar, delimited, fixed_width, json_lines, workbook
from pipelines.ingest.read.base import BATCH_ROWS, TEXT, Batch, FileRefused, Source, only_refusals
from pipelines.ingest.read.delimited import CANDIDATES, STRAY_QUOTE
from pipelines.ingest.read.text import count_lines

__all__ = [
    "BATCH_ROWS",
    "CANDIDATES",
    "STRAY_QUOTE",
    "TEXT",
    "Batch",
    "FileRefused",
    "Source",
    "count_rows",
    "open_file",
]

READERS: dict[Format, Callable[[Path, Fil], Source]] = {
    "csv": delimited.Delimited,
    "fast_bredd": fixed_width.FixedWidth,
    "xlsx": workbook.Workbook,
    "parquet": columnar.Columnar,
    "jsonl": json_lines.JsonLines,
}


MOST_COLUMNS = 2_000
"""A hundred times what a table has. Time grows with the square of the columns, and a line of a million
delimiters would take the night."""


def open_file(path: Path, fil: Fil) -> Source:
    """Open a file as its adapter says, and read its header. Raises FileRefused."""
    source = READERS[fil.format](path, fil)
    if len(source.header) > MOST_COLUMNS:
        raise FileRefused("FIL_FORMAT", format=f"{fil.format} med högst {MOST_COLUMNS} kolumner")
    return source


def count_rows(path: Path, fil: Fil) -> int:
    """How many rows a refused file has, as well as it can be told; 0 when it cannot. Never raises."""
    try:
        with only_refusals(fil.format):
            if fil.format == "xlsx":
                return workbook.Workbook(path, fil).rows.height
            if fil.format == "parquet":
                return columnar.count_rows(path)
            return count_lines(path, fil)
    except (FileRefused, OSError, MemoryError):
        return 0
