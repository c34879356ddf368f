"""What every reader gives: a header, batches of rows as text, or a refusal."""

import errno
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from pipelines.ingest.rules import LINE

BATCH_ROWS = 100_000
"""At most this many rows are in memory at a time."""

TEXT = "_text"
NUMBER = "antal"
BROKEN = {LINE: pl.Int64, TEXT: pl.String, NUMBER: pl.String}

NUL = "ett nolltecken"
"""What a row has, in the words of RAD_FALT, that has a NUL character: bytes that are no text."""

STDERR = 2
_speech = threading.RLock()


class FileRefused(Exception):  # noqa: N818 (what it says is that the file is refused, not that we failed)
    """The file is not read in: a rule, the words of its template, and the line where it shows."""

    def __init__(self, rule: str, line: int | None = None, **words: Any) -> None:
        super().__init__(f"{rule} line {line}" if line else rule)
        self.rule = rule
        self.words = words
        self.line = line


@dataclass(frozen=True)
class Batch:
    """Some rows of a file. ``rows`` has LINE and the header's columns, text as delivered, null where a cell
    is not there; ``broken`` has LINE, TEXT and what the row has instead (``antal``: a number of fields, or
    words) for the rows that do not fit the header."""

    rows: pl.DataFrame
    broken: pl.DataFrame


class Source(ABC):
    """An opened file. ``header``: its columns' names, stripped; ``encoding``: how its bytes were
    decoded, None for a file that is not text."""

    header: list[str]
    encoding: str | None = None

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """The rows, at most BATCH_ROWS at a time, LINE rising; none for a file without rows. The header's
        names must be distinct. Raises FileRefused, also after any number of batches: then none counts."""

    def other_delimiter(self, required: set[str]) -> str | None:
        """The delimiter that would have split the header so that it has one of ``required``."""
        return None


def named(names: list[str]) -> list[str]:
    """A header's names on one line each, stripped; a nameless column is called by its place."""
    return [" ".join(name.split("\n")).strip() or f"(kolumn {place})" for place, name in enumerate(names, 1)]


def broken_rows(rows: list[tuple[int, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=BROKEN, orient="row")


def batched(rows: pl.DataFrame, broken: pl.DataFrame) -> Iterator[Batch]:
    """Parts of about the same size; each broken row is in the part where its line belongs."""
    height = rows.height + broken.height
    parts = -(-height // BATCH_ROWS)
    if parts == 1:
        yield Batch(rows, broken)
    if parts > 1:
        lines = pl.concat([rows[LINE], broken[LINE]]).sort()
        borders = [int(lines[height * part // parts]) for part in range(1, parts)]
        for first, after in pairwise([0, *borders, int(lines[-1]) + 1]):
            here = pl.col(LINE).is_between(first, after, closed="left")
            yield Batch(rows.filter(here), broken.filter(here))


def without_nul(rows: pl.DataFrame) -> Batch:
    """Rows of a format that cannot get the number of fields wrong: only a NUL character breaks one."""
    cells = pl.exclude(LINE)
    nul = pl.any_horizontal(cells.str.contains("\0", literal=True).fill_null(False))
    together = pl.concat_str(cells.fill_null(""), separator=",")
    broken = rows.filter(nul).select(LINE, together.alias(TEXT), pl.lit(NUL).alias(NUMBER))
    return Batch(rows.filter(~nul) if broken.height else rows, broken)


@contextmanager
def only_refusals(form: str) -> Iterator[None]:
    """Whatever a library says of a damaged file becomes FIL_FORMAT, without its words: they may quote cells.

    A panic in a Rust library is no Exception, and it writes its words to standard error before it is raised.
    A fault of the machine (a disk, a permission, no memory) is not the file's.
    """
    try:
        with _unheard():
            yield
    except (FileRefused, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except OSError as error:
        # A damaged file may point to before its own beginning: an invalid argument, not a fault of the disk.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise FileRefused("FIL_FORMAT", format=form) from None
    except BaseException:
        raise FileRefused("FIL_FORMAT", format=form) from None


def read_by_library(form: str, batches: Iterator[Batch]) -> Iterator[Batch]:
    """Batches that a library makes as they are asked for: :func:`only_refusals` holds while it makes one."""
    while True:
        with only_refusals(form):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _unheard() -> Iterator[None]:
    """Nothing that is written to standard error arrives, whatever language wrote it; one thread at a time."""
    with _speech:
        kept = os.dup(STDERR)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, STDERR)
            os.close(nowhere)
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
