"""Faults of the disk, told in one line whichever library met them.

Python and pyarrow say OSError with a number; Polars, DuckDB and xlsxwriter have classes of their own and put
the number, or the system's words for it, in a text. That text is read here and never shown.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
from xlsxwriter.exceptions import XlsxFileError  # type: ignore[import-untyped]

from pipelines.settings import Settings

REASONS = {
    errno.ENOSPC: "disken är full",
    errno.EDQUOT: "diskkvoten är slut",
    errno.EFBIG: "filen får inte bli så stor",
    errno.EACCES: "behörighet saknas",
    errno.EPERM: "behörighet saknas",
    errno.EROFS: "disken är skrivskyddad",
    errno.EIO: "disken svarar med ett läs- eller skrivfel",
    errno.EMFILE: "för många filer är öppna",
}
NUMBER = re.compile(r"\((?:os error|Errno) (\d+)\)|\[[Ee]rrno (\d+)\]")
SPILL_IS_FULL = "max_temp_directory_size"
"""What DuckDB says when it can neither hold its data in memory nor spill it."""


class DiskError(Exception):
    """The disk refuses; the message is one Swedish line."""


@contextmanager
def one_line_about_the_disk(settings: Settings) -> Iterator[None]:
    """Raises DiskError for what the disk refuses; other faults pass."""
    try:
        yield
    except (OSError, pl.exceptions.ComputeError, duckdb.Error, XlsxFileError) as error:
        number = _number(error)
        if number is None:
            raise
        reason = REASONS.get(number, f"disken svarar med ett fel ({number})")
        raise DiskError(f"{reason}: {_place(error, settings.home)}") from None


def _number(error: Exception) -> int | None:
    """The system's number of what happened; 0 when it is not told, None when it was not the disk."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    text = str(error)
    if found := NUMBER.search(text):
        return int(found[1] or found[2])
    if SPILL_IS_FULL in text:
        return errno.ENOSPC
    said = (number for number in REASONS if os.strerror(number) in text)
    return next(said, 0 if isinstance(error, OSError) else None)


def _place(error: Exception, home: Path) -> str:
    """The folder of the data home, or the name of a file elsewhere: a delivered file's name is never told."""
    names = [getattr(error, name, None) for name in ("filename2", "filename")]
    paths = [Path(os.fsdecode(name)) for name in names if isinstance(name, str | bytes)]
    for path in paths:
        if path.is_relative_to(home):
            return "/".join(path.relative_to(home).parts[:1]) or home.name
    if paths:
        return paths[0].name
    quoted = re.search(re.escape(f"{home}{os.sep}") + r"(\w+)", str(error))
    return quoted[1] if quoted else home.name
