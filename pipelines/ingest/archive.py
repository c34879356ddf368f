"""The archive: what changed, delivery by delivery, and the manifest that says what is in.

``archive/manifest/<kommun>.json`` is the only truth: a file that it does not name does not exist. It is
replaced with one ``os.replace``, so a delivery is either wholly in or not at all. Format::

    {"version": 2, "kommun": "9901",
     "leveranser": [                                             # in the order of leveransdatum, sekvens
       {"leveransdatum": "2026-11-01", "sekvens": 1,
        "innehall_sha256": "...",                                # of the delivered files, names and bytes
        "status": "accepterad",                                  # or accepterad med varningar, delvis
                                                                 # accepterad, avvisad, återkallad
        "adaptrar": ["standard"], "kodningar": {"a.csv": "cp1252"},
        "nyckel_id": "...",                                      # the pseudonym key that was used
        "fynd": {"fil": "fynd/kommun=9901/...", "sha256": "..."},        # the findings; null: none
        "tabeller": {"placeringar": {
          "filer": ["placeringar.csv"], "omfattning": "fullstandig",
          "omfattar_fran": null,                                 # or the first day that the list covers
          "avvisad": false,                                      # true: nothing of the table was taken
          "rader_in": 10, "accepterade": 9, "avvisade": 1, "varningar": 0,
          "nya": 1, "andrade": 0, "borttagna": 2, "gallrade": 0,
          "andring": {"fil": "placeringar/kommun=9901/...", "sha256": "..."},   # null: no change
          "utsaga": {"fil": "utsaga/...", "sha256": "..."}}}}],          # null: nothing to add
     "handelser": [{"tid": "...", "slag": "släppt", "leveransdatum": "2026-11-01", "sekvens": 1,
                    "av": "...", "skal": null}]}

The columns of a file of changes are ``Table.archive_schema`` and then ``row_key``, ``change`` (ny, andrad,
borttagen), ``leveransdatum`` (date) and ``sekvens``. A ``borttagen`` row has its key columns and nothing
else of the contract. The state at a date is, per ``row_key``, the last row in the order of the manifest with
``leveransdatum`` up to that date, unless it is ``borttagen``.

An *utsaga* holds what a delivery said beside its changes, so that they can be computed again when another
delivery comes in before it (:mod:`pipelines.ingest.history`). File names end in the beginning of the
content's hash: a file is never edited, and equal content has one name.
"""

import getpass
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.ingest.durable import replacing
from pipelines.settings import STOCKHOLM, Settings

REFUSED, WITHDRAWN = "avvisad", "återkallad"
NEW, CHANGED, REMOVED = "ny", "andrad", "borttagen"

Place = tuple[date, int]
"""Where a delivery stands among the others of its municipality: delivery date and sequence."""


class ArchiveError(Exception):
    """The archive cannot be used as it is; the message is one Swedish line."""


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Frozen):
    """A file under ``archive/`` and the SHA-256 of its bytes."""

    fil: str
    sha256: str


class Archived(Frozen):
    """What one delivery said of one table, and what that changed."""

    filer: list[str]
    omfattning: Literal["fullstandig", "delta"]
    omfattar_fran: date | None = None
    avvisad: bool = False
    """A file of it could not be read: the delivery says nothing of the table."""
    rader_in: int
    accepterade: int
    avvisade: int
    varningar: int = 0
    nya: int = 0
    andrade: int = 0
    borttagna: int = 0
    gallrade: int = 0
    """Rows that are absent because the case system has disposed of them: they stand over."""
    andring: Named | None = None
    utsaga: Named | None = None

    @property
    def ends_what_is_absent(self) -> bool:
        """A full snapshot: what is no longer in it has ended."""
        return self.omfattning == "fullstandig" and self.omfattar_fran is None


class Entry(Frozen):
    """One delivery in the manifest."""

    leveransdatum: date
    sekvens: int
    innehall_sha256: str
    status: str
    adaptrar: list[str]
    kodningar: dict[str, str] = {}
    nyckel_id: str
    tabeller: dict[str, Archived] = {}
    fynd: Named | None = None

    @property
    def place(self) -> Place:
        return self.leveransdatum, self.sekvens

    def says(self, tabell: str) -> bool:
        """Whether the table was delivered and could be read."""
        return tabell in self.tabeller and not self.tabeller[tabell].avvisad

    @property
    def counts(self) -> bool:
        """Whether its rows are part of what is known."""
        return self.status not in (REFUSED, WITHDRAWN)


class Event(Frozen):
    """Something that somebody did with a delivery, or with the whole archive."""

    tid: datetime
    slag: str
    leveransdatum: date | None = None
    sekvens: int | None = None
    av: str
    skal: str | None = None


class Manifest(Frozen):
    """All deliveries of one municipality that have been judged."""

    version: Literal[2] = 2
    kommun: str
    leveranser: list[Entry] = []
    handelser: list[Event] = []

    @property
    def accepted(self) -> list[Entry]:
        return [entry for entry in self.leveranser if entry.counts]

    def at(self, place: Place) -> Entry | None:
        return next((entry for entry in self.leveranser if entry.place == place), None)

    def same_content(self, delivered: date, content: str) -> Entry | None:
        """The delivery of that date with that content, however it was judged."""
        found = (e for e in self.leveranser if (e.leveransdatum, e.innehall_sha256) == (delivered, content))
        return next(found, None)

    def next_sequence(self, delivered: date) -> int:
        """For a delivery whose folder has no sequence: the first of its day, or after the last."""
        taken = [e.sekvens for e in self.leveranser if e.leveransdatum == delivered]
        return 1 + max(taken) if 1 in taken else 1

    def with_entry(self, entry: Entry) -> "Manifest":
        """The manifest with ``entry`` in its place; an earlier judgement of the same place is replaced."""
        others = [e for e in self.leveranser if e.place != entry.place]
        return self.model_copy(update={"leveranser": sorted([*others, entry], key=lambda e: e.place)})

    def with_event(self, slag: str, place: Place | None = None, skal: str | None = None) -> "Manifest":
        """The manifest that also remembers that this was done now, and by whom."""
        delivered, sequence = place or (None, None)
        event = Event(
            tid=datetime.now(STOCKHOLM).replace(microsecond=0),
            slag=slag,
            leveransdatum=delivered,
            sekvens=sequence,
            av=user(),
            skal=skal,
        )
        return self.model_copy(update={"handelser": [*self.handelser, event]})

    def files(self, tabell: str, until: Place | None = None) -> list[str]:
        """The files of one table's changes up to and including ``until``, in order."""
        parts = (
            entry.tabeller[tabell].andring
            for entry in self.accepted
            if tabell in entry.tabeller and (until is None or entry.place <= until)
        )
        return [part.fil for part in parts if part]

    def named(self) -> set[str]:
        """Every file that exists."""
        found = set()
        for entry in self.leveranser:
            parts = [entry.fynd, *(p for t in entry.tabeller.values() for p in (t.andring, t.utsaga))]
            found |= {part.fil for part in parts if part}
        return found


def user() -> str:
    """The name of the operating system's user, for what somebody did."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return "okänd"


def manifest_path(settings: Settings, kommun: str) -> Path:
    return settings.archive / "manifest" / f"{kommun}.json"


def municipalities_in(settings: Settings) -> list[str]:
    """The municipalities that have a manifest."""
    return sorted(path.stem for path in (settings.archive / "manifest").glob("*.json"))


def load(settings: Settings, kommun: str) -> Manifest:
    """The municipality's manifest; empty when nothing has been delivered.

    Raises ArchiveError when the file is damaged or written by another version of the archive.
    """
    path = manifest_path(settings, kommun)
    if not path.exists():
        return Manifest(kommun=kommun)
    content = path.read_bytes()
    try:
        return Manifest.model_validate_json(content)
    except ValidationError:
        raise ArchiveError(_unreadable(path, content)) from None


def _unreadable(path: Path, content: bytes) -> str:
    try:
        version = json.loads(content).get("version")
    except (ValueError, AttributeError):
        version = None
    if version not in (None, 2):
        return f"manifestet {path.name} har version {version}; den här versionen av Socialstat läser 2"
    return f"manifestet {path.name} är skadat: återställ det ur säkerhetskopian"


def save(settings: Settings, manifest: Manifest) -> None:
    """Replace the manifest, the moment when a delivery is in, and then drop the files it no longer names."""
    path = manifest_path(settings, manifest.kommun)
    with replacing(path, "manifest") as draft:
        draft.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    sweep(settings, manifest)


def sweep(settings: Settings, manifest: Manifest) -> None:
    """Remove the municipality's files that the manifest does not name. Call under :func:`lock`."""
    named = manifest.named()
    for path in settings.archive.glob(f"**/kommun={manifest.kommun}/*"):
        if path.relative_to(settings.archive).as_posix() not in named:
            path.unlink()


@contextmanager
def lock(settings: Settings, kommun: str) -> Iterator[None]:
    """One change at a time per municipality, across processes; the second waits."""
    path = manifest_path(settings, kommun)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        yield


def is_locked(settings: Settings, kommun: str) -> bool:
    """Whether another process is changing the municipality's archive now."""
    path = manifest_path(settings, kommun).with_suffix(".lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True


def keep(settings: Settings, draft: Path, kind: str, folder: str, place: Place) -> Named:
    """Give a finished file of the workshop its name in the archive; it counts when the manifest names it."""
    sha256 = file_hash(draft)
    delivered, sequence = place
    relative = f"{folder}/{delivered}-{sequence}-{sha256[:12]}.parquet"
    with replacing(settings.archive / relative, kind) as target:
        draft.replace(target)
    return Named(fil=relative, sha256=sha256)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
