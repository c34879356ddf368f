"""One delivery: its folder in landing, and what became of it."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import polars as pl

from pipelines.ingest import archive
from pipelines.ingest.durable import flush, make_folder, reached, remove_tree
from pipelines.settings import Settings

READY = "KLAR"
HELD = "VILANDE"
LEAVING, ARRIVING = ".raderas-", ".inkommer-"
FOLDER = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:\.(?P<sequence>[1-9]\d?))?")
"""A delivery's folder: its date, and the sender's sequence when there are several of one day."""


class Status(StrEnum):
    ACCEPTED = "accepterad"
    WITH_WARNINGS = "accepterad med varningar"
    PARTLY = "delvis accepterad"
    REFUSED = "avvisad"
    HELD = "vilande"
    ALREADY_IN = "redan inläst"
    WITHDRAWN = "återkallad"


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
    elsewhere: int = 0
    """Rows of other municipalities in the same file; they are not among ``rows_in``."""


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
    findings: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False, compare=False)
    """What the error list was written from: masked, with what is new, remaining and corrected."""

    def __post_init__(self) -> None:
        for name, count in self.tables.items():
            if count.rows_in != count.accepted + count.rejected:
                raise AssertionError(f"{name}: rows in are not rows accepted + rows rejected: {count}")


@dataclass(frozen=True, order=True)
class Delivery:
    """One municipality's folder of one date, ``landing/<kommun>/<leveransdatum>[.<sekvens>]/``.

    ``sekvens``: the sender's own; None when the folder says nothing, and the order of arrival decides.
    """

    leveransdatum: date
    kommun: str
    folder: Path
    sekvens: int | None = None

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
        lines = (f"{self.name(path)}\0{archive.file_hash(path)}\n" for path in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def fingerprint(self) -> dict[str, tuple[int, int]]:
        """Size and time of each file: tells whether the sender has written since."""
        stats = ((self.name(path), path.stat()) for path in self.files)
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats}

    def hold(self) -> None:
        (self.folder / HELD).touch()

    def let_go(self) -> None:
        (self.folder / HELD).unlink(missing_ok=True)

    def remove(self, seen: dict[str, tuple[int, int]]) -> None:
        """Remove the folder, unless somebody has written in it since ``seen``: then it is a new delivery.

        It leaves landing in one step, so that a crash halfway cannot leave a part that looks whole; until
        it is known that nobody has written in it, it keeps its marker, so that :func:`sweep` gives it back.
        """
        leaving = self.folder.with_name(LEAVING + self.folder.name)
        shutil.rmtree(leaving, ignore_errors=True)
        reached("landing:fore_flytt")
        self.folder.rename(leaving)
        reached("landing:efter_flytt")
        if Delivery(self.leveransdatum, self.kommun, leaving).fingerprint() != seen:
            leaving.rename(self.folder)
            return
        (leaving / READY).unlink()
        remove_tree(leaving)


def label(delivered: date, sequence: int) -> str:
    """What a delivery's folders are called: its date, and its sequence when it is not the first."""
    return str(delivered) if sequence == 1 else f"{delivered}.{sequence}"


def at(folder: Path, kommun: str) -> Delivery | None:
    """The delivery in a folder; None when its name is not a date."""
    found = FOLDER.fullmatch(folder.name)
    try:
        delivered = date.fromisoformat(found["date"]) if found else None
    except ValueError:
        delivered = None
    if found is None or delivered is None:
        return None
    sequence = int(found["sequence"]) if found["sequence"] else None
    return Delivery(delivered, kommun, folder, sequence)


def in_landing(settings: Settings) -> list[Delivery]:
    """Every folder with the marker KLAR, oldest first. Folders that are not kommun/date are left alone."""
    folders = settings.landing.glob("[0-9][0-9][0-9][0-9]/*/")
    found = (at(folder, folder.parent.name) for folder in folders)
    return sorted(
        (d for d in found if d and d.is_ready), key=lambda d: (d.leveransdatum, d.kommun, d.sekvens or 0)
    )


def place_of(folder_name: str) -> tuple[date, int]:
    """Date and sequence of a folder's name. Raises LookupError, which says how it should look."""
    named = at(Path(folder_name), "")
    if named is None:
        raise LookupError(
            f"{folder_name} är ingen leverans: skriv ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM-DD.2 för den andra"
        )
    return named.leveransdatum, named.sekvens or 1


def unfinished(settings: Settings) -> list[Delivery]:
    """Folders in landing that lack the marker KLAR: somebody may still be writing in them."""
    folders = settings.landing.glob("[0-9][0-9][0-9][0-9]/*/")
    found = (at(folder, folder.parent.name) for folder in folders)
    return sorted(d for d in found if d and not d.is_ready)


def share_out(settings: Settings, senders: Mapping[str, Iterable[str]]) -> None:
    """Give each municipality its own folder of what one sender delivers for several at once.

    ``senders``: adapter → its municipalities. ``landing/<adapter>/<leveransdatum>/`` becomes
    ``landing/<kommun>/<leveransdatum>/``, with links to the same files: nothing is copied. Where a
    municipality has a delivery of its own by that name, the shared one waits until that is read in.
    """
    for sender, municipalities in senders.items():
        for folder in sorted(settings.landing.glob(f"{sender}/*/")):
            with archive.lock(settings, sender):
                shared = at(folder, sender)
                if shared is None or not shared.is_ready:
                    continue
                seen = shared.fingerprint()
                shared_out = [
                    _link(shared, settings.landing / kommun / folder.name) for kommun in municipalities
                ]
                if all(shared_out):
                    shared.remove(seen)


def _link(shared: Delivery, target: Path) -> bool:
    """Whether the files are in ``target``, now or since an earlier try."""
    if target.exists():
        return (
            Delivery(shared.leveransdatum, target.parent.name, target).fingerprint() == shared.fingerprint()
        )
    arriving = target.with_name(ARRIVING + target.name)
    shutil.rmtree(arriving, ignore_errors=True)
    for path in shared.files:
        place = arriving / shared.name(path)
        make_folder(place.parent)
        os.link(path, place)
        flush(place.parent)
    (arriving / READY).touch()
    flush(arriving)
    arriving.rename(target)
    flush(target.parent)
    return True


def sweep(settings: Settings) -> None:
    """Finish removals that were interrupted; undo those where somebody may have written in the folder."""
    for folder in settings.landing.glob(f"*/{LEAVING}*/"):
        with archive.lock(settings, folder.parent.name):
            place = folder.with_name(folder.name.removeprefix(LEAVING))
            if (folder / READY).exists() and not place.exists():
                folder.rename(place)
            elif folder.exists():
                shutil.rmtree(folder)
