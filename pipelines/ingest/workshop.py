"""A private folder and a DuckDB beside it, for the work on one delivery; both are gone afterwards.

DuckDB gets a memory limit and spills into the folder, so that what does not fit in memory costs time and
not the machine. What is in the folder may hold identities; it is readable by its owner only.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.settings import Settings


@dataclass(frozen=True)
class Workshop:
    """``folder`` for files of one delivery, ``db`` for what does not fit in memory."""

    folder: Path
    db: duckdb.DuckDBPyConnection

    def path(self, name: str) -> Path:
        return self.folder / name


@contextmanager
def open_workshop(settings: Settings) -> Iterator[Workshop]:
    """Yield an empty workshop below the data home."""
    settings.work.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = settings.work / secrets.token_hex(6)
    with _claim(settings, fcntl.LOCK_SH):
        try:
            folder.mkdir(mode=0o700)
            with duckdb.connect(folder / "verkstad.duckdb", config=_config(settings, folder)) as db:
                yield Workshop(folder, db)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _config(settings: Settings, folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{settings.ingest_memory_mb}MB",
        "temp_directory": str(folder / "spill"),
        "threads": settings.threads,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def _claim(settings: Settings, how: int) -> Iterator[None]:
    """Hold the folder of the workshops, as one of several or alone. The kernel lets go for who dies."""
    descriptor = os.open(settings.work, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def is_abandoned(settings: Settings) -> bool:
    """Whether a run was interrupted, and nobody works now."""
    try:
        with _claim(settings, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return any(settings.work.iterdir())
    except BlockingIOError:
        return False


def sweep(settings: Settings) -> None:
    """Remove what interrupted runs have left, unless somebody works now: then it is for another day."""
    try:
        with _claim(settings, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for folder in settings.work.iterdir():
                shutil.rmtree(folder)
    except BlockingIOError:
        return
