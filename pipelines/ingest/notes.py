"""Notes (*anteckningar*): what people say of figures. Comments, gradings and sign-offs are one thing.

``archive/anteckning/<kommun>.jsonl`` has one line of JSON per event and only grows. Of the notes of one kind
on one figure the last applies; a withdrawal is a note too, after which none does. The record cannot be made
again from deliveries: it is backed up with the archive. The warehouse reads it as ``mart.anteckning``.

A line without its end is what a crash left of a note that nobody was told was in: it counts as unwritten.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.contracts import municipalities
from pipelines.ingest import person
from pipelines.ingest.durable import append_line, make_folder, whole_lines
from pipelines.settings import STOCKHOLM, Settings

Kind = Literal["kommentar", "bedomning", "signering"]
Outcome = Literal["uppfyllt", "delvis", "ej"]
EVERY = "*"
"""In the place of an indicator: all of them."""


class NoteError(Exception):
    """The note is refused, or the record cannot be read; the message is one Swedish line."""


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signed(Frozen):
    """One figure as it stood when it was signed; numbers are exact, shares 0–1."""

    indikator_id: str
    definitionsversion: int
    period: str
    uppdelning: str
    grupp: str
    status: str
    taljare: Decimal | None
    namnare: Decimal | None
    varde: Decimal | None


class Note(Frozen):
    """One event. ``indikator_id`` may be EVERY; ``enhet`` None is the whole municipality.

    ``period`` of a sign-off is the month that it closes: ``varden`` has every figure that it covers, and
    ``sha256`` is the hash of them. ``vintage`` and ``lage_per`` say which warehouse the writer saw.
    """

    nr: int = 0
    tid: datetime | None = None
    slag: Kind
    kommun: str
    indikator_id: str
    period: str
    enhet: str | None = None
    innehall: str | None = None
    bedomning: Outcome | None = None
    ar_aterkallelse: bool = False
    av: str
    roll: str
    vintage: str
    lage_per: date
    varden: tuple[Signed, ...] = ()
    sha256: str | None = None

    @property
    def about(self) -> tuple[str, str, str, str | None]:
        """What it is said of, and in which way: a later note about the same takes its place."""
        return self.slag, self.indikator_id, self.period, self.enhet


def append(settings: Settings, note: Note) -> Note:
    """Write a note last in its municipality's record; returns it with its number, time and hash.

    It is on disk when this returns. Raises NoteError for a municipality that does not exist, a name, text or
    grading that is missing or out of place, what looks like a personnummer, and a damaged record.
    """
    note = _tidy(note)
    _check(note)
    path = _path(settings, note.kommun)
    make_folder(path.parent)
    with FileLock(path.with_suffix(".lock")):
        written = note.model_copy(
            update={
                "nr": len(_read(path)) + 1,
                "tid": datetime.now(STOCKHOLM).replace(tzinfo=None, microsecond=0),
                "sha256": digest(note.varden) if note.varden else None,
            }
        )
        append_line(path, written.model_dump_json())
    return written


def withdraw(settings: Settings, kommun: str, nr: int, *, by: str, role: str, reason: str) -> Note:
    """Take back the note with that number, by a note that says so. Both stay in the record.

    An earlier note about the same figure does not come back. Raises NoteError when no such note applies.
    """
    known = {note.nr: note for note in standing(settings, kommun)}
    if nr not in known:
        raise NoteError(f"{kommun} har ingen anteckning {nr} som gäller")
    if not reason.strip():
        raise NoteError("Ange varför anteckningen tas tillbaka: --skal")
    of = known[nr].model_copy(update={"varden": (), "sha256": None, "bedomning": None})
    back = of.model_copy(update={"ar_aterkallelse": True, "innehall": reason, "av": by, "roll": role})
    return append(settings, back)


def read(settings: Settings, kommun: str) -> list[Note]:
    """Every note of a municipality, in the order that they were written. Raises NoteError when damaged."""
    return _read(_path(settings, kommun))


def standing(settings: Settings, kommun: str) -> list[Note]:
    """The notes that apply: of each kind and figure the last, unless that took it back."""
    last = {note.about: note for note in read(settings, kommun)}
    return sorted((n for n in last.values() if not n.ar_aterkallelse), key=lambda n: n.nr)


def digest(values: Iterable[Signed]) -> str:
    """SHA-256 of signed figures, as the warehouse checks it."""
    plain = [value.model_dump(mode="json") for value in values]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _path(settings: Settings, kommun: str) -> Path:
    if kommun not in municipalities():
        raise NoteError(f"Kommunen {kommun} finns inte i seeds/kommuner.csv")
    return settings.archive / "anteckning" / f"{kommun}.jsonl"


def _read(path: Path) -> list[Note]:
    try:
        return [Note.model_validate_json(line) for line in whole_lines(path)]
    except ValidationError:
        raise NoteError(f"{path.name} är skadad: återställ den ur säkerhetskopian") from None


def _tidy(note: Note) -> Note:
    """Words without blanks around them, and on one line."""
    words = {name: " ".join((getattr(note, name) or "").split()) for name in ("innehall", "av", "roll")}
    return note.model_copy(update=words | {"innehall": words["innehall"] or None})


def _check(note: Note) -> None:
    if not note.av or not note.roll:
        raise NoteError("Ange vem det är och i vilken roll: --av och --roll")
    if not note.innehall and note.slag != "signering":
        raise NoteError("Texten är tom")
    if (note.bedomning is None) == (note.slag == "bedomning" and not note.ar_aterkallelse):
        raise NoteError("En bedömning är uppfyllt, delvis eller ej, och bara en bedömning har en")
    if note.slag == "bedomning" and note.indikator_id == EVERY:
        raise NoteError("En bedömning gäller en indikator")
    if not re.fullmatch(r"[\w*-]+", note.indikator_id) or not re.fullmatch(r"[\w-]+", note.period):
        raise NoteError(f"Okänd indikator eller period: {note.indikator_id} {note.period}")
    for text in (note.innehall, note.av, note.roll):
        if text and person.in_text(text):
            raise NoteError(
                "Texten innehåller något som ser ut som ett personnummer. "
                "Skriv utan personuppgifter: den som läser ska inte kunna se vem det gäller."
            )
