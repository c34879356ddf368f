"""One delivery: its folder in landing, and what became of it."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipelines.ingest.archive import file_hash
from pipelines.settings import Settings

READY = "KLAR"
HELD = "VILANDE"
LEAVING = ".raderas-"


class Status(StrEnum):
    ACCEPTED = "accepterad"
    WITH_WARNINGS = "accepterad med varningar"
    PARTLY = "delvis accepterad"
    REFUSED = "avvisad"
    HELD = "vilande"
    ALREADY_IN = "redan inläst"


@dataclass(frozen=True)
class TableCount:
    """Rows of one table in one delivery. ``rows_in`` = ``accepted`` + ``rejected``, always."""

    rows_in: int
    accepted: int
    rejected: int
    warnings: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class DeliveryResult:
    """What became of one delivery. ``rules``: findings per rule id. ``error_list``: the workbook, None when
    the delivery was already in."""

    kommun: str
    leveransdatum: date
    sekvens: int
    status: Status
    tables: Mapping[str, TableCount] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    error_list: Path | None = None

    def __post_init__(self) -> None:
        for name, count in self.tables.items():
            if count.rows_in != count.accepted + count.rejected:
                raise AssertionError(f"{name}: rows in are not rows accepted + rows rejected: {count}")


@dataclass(frozen=True, order=True)
class Delivery:
    """One municipality's folder of one date, ``landing/<kommun>/<leveransdatum>/``."""

    leveransdatum: date
    kommun: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        """The delivered files, markers and hidden files left out."""
        return sorted(
            path
            for path in self.folder.rglob("*")
            if path.is_file() and path.name not in (READY, HELD) and not path.name.startswith(".")
        )

    @property
    def is_ready(self) -> bool:
        return (self.folder / READY).exists()

    @property
    def is_held(self) -> bool:
        """Held, and nothing has been delivered again since."""
        marker = self.folder / HELD
        if not marker.exists():
            return False
        held_at = marker.stat().st_mtime_ns
        return all(path.stat().st_mtime_ns <= held_at for path in [*self.files, self.folder / READY])

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def content(self) -> str:
        """SHA-256 of the names and bytes of the files."""
        lines = (f"{self.name(path)}\0{file_hash(path)}\n" for path in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def fingerprint(self) -> dict[str, tuple[int, int]]:
        """Size and time of each file: tells whether the sender has written since."""
        stats = ((self.name(path), path.stat()) for path in self.files)
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats}

    def hold(self) -> None:
        (self.folder / HELD).touch()

    def remove(self, seen: dict[str, tuple[int, int]]) -> None:
        """Remove the folder, unless somebody has written in it since ``seen``: then it is a new delivery.

        It leaves landing in one step, so that a crash halfway cannot leave a part that looks whole.
        """
        leaving = self.folder.with_name(LEAVING + self.folder.name)
        shutil.rmtree(leaving, ignore_errors=True)
        self.folder.rename(leaving)
        if Delivery(self.leveransdatum, self.kommun, leaving).fingerprint() != seen:
            leaving.rename(self.folder)
            return
        shutil.rmtree(leaving)


def in_landing(settings: Settings) -> list[Delivery]:
    """Every folder with the marker KLAR, oldest first. Folders that are not kommun/date are left alone."""
    found = []
    for folder in settings.landing.glob("[0-9][0-9][0-9][0-9]/*/"):
        try:
            delivered = date.fromisoformat(folder.name)
        except ValueError:
            continue
        found.append(Delivery(delivered, folder.parent.name, folder))
    return sorted(d for d in found if d.is_ready and d.folder.name == d.leveransdatum.isoformat())


def sweep(settings: Settings) -> None:
    """Finish removals that were interrupted."""
    for folder in settings.landing.glob(f"[0-9][0-9][0-9][0-9]/{LEAVING}*/"):
        shutil.rmtree(folder)
