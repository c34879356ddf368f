"""Raw rejected rows and refused files, kept for a short time so that a corrected rule can replay them.

The only place outside landing that holds identities: folders 0700, files 0600.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl


def keep_rows(folder: Path, tabell: str, rows: pl.DataFrame) -> None:
    """Write the raw rejected rows of one table: file, line, and the columns as delivered."""
    with _private(folder / f"{tabell}.csv") as f:
        rows.write_csv(f)


def keep_files(folder: Path, files: Iterable[Path]) -> None:
    """Keep whole files that were not read in."""
    for path in files:
        with _private(folder / path.name) as f, path.open("rb") as source:
            shutil.copyfileobj(source, f)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    for folder in (path.parent.parent.parent, path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as f:
        yield f
        f.flush()
        os.fsync(f.fileno())
