"""Pseudonyms: HMAC-SHA-256 with a secret key, 32 hex characters, separated by domain.

The key is JSON, ``{"nycklar": [{"id": "...", "nyckel": "<hex>"}]}``, oldest first, in a file outside the data
or in the environment (``SOCIALSTAT_KEY``). The first key makes the pseudonym and each later one wraps it:
new = HMAC(new key, old). So a rotation can rewrite an archive that no longer holds any identity, and ingest
arrives at the same pseudonym by the whole chain.
"""

import json
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.contracts import Table
from pipelines.ingest import person
from pipelines.ingest.durable import flush
from pipelines.ingest.rules import FILE, LINE
from pipelines.settings import Settings

LENGTH = 32
NATIONAL = "person"
"""The one domain that means the same person in every municipality."""
IN_ID = "pn:"
"""Before the pseudonym of a number that is an id, or a part of one: a rotation must find it again."""


class KeyFileError(Exception):
    """The key is missing, unreadable or not the one that the archive was made with; one Swedish line."""


class Key:
    """One secret key. ``id`` names it and is no secret."""

    def __init__(self, id: str, secret: bytes) -> None:
        self.id, self._secret = id, secret
        # HMAC by its definition (RFC 2104): the two padded states are copied for each value, which is
        # twice as fast as the library's function; the tests hold them equal.
        block = secret.ljust(64, b"\0") if len(secret) <= 64 else sha256(secret).digest().ljust(64, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    @classmethod
    def new(cls) -> "Key":
        return cls(secrets.token_hex(4), secrets.token_bytes(32))

    def pseudonyms(self, messages: Iterable[str]) -> list[str]:
        made = []
        for message in messages:
            inner, outer = self._inner.copy(), self._outer.copy()
            inner.update(message.encode())
            outer.update(inner.digest())
            made.append(outer.hexdigest()[:LENGTH])
        return made

    @property
    def content(self) -> dict[str, str]:
        """The key as it is stored."""
        return {"id": self.id, "nyckel": self._secret.hex()}


@dataclass(frozen=True)
class Pseudonymiser:
    """Makes pseudonyms for one municipality by a chain of keys, oldest first."""

    kommun: str
    keys: tuple[Key, ...]

    @property
    def key_id(self) -> str:
        """The key that the pseudonyms end in."""
        return self.keys[-1].id

    def of(self, domain: str, value: str) -> str:
        """The pseudonym of one value; ids of the municipality's own are bound to the municipality."""
        return self._of(domain, [value])[0]

    def series(self, domain: str, values: pl.Series) -> pl.Series:
        """The pseudonyms of a column; each distinct value is computed once, null stays null."""
        distinct = values.drop_nulls().unique()
        made = pl.Series(self._of(domain, distinct), dtype=pl.String)
        return values.replace_strict(distinct, made, default=None, return_dtype=pl.String)

    def _of(self, domain: str, values: Iterable[str]) -> list[str]:
        everywhere, here = f"{domain}::", f"{domain}:{self.kommun}:"
        made = [(here if domain != NATIONAL or "T" in v else everywhere) + v for v in values]
        for key in self.keys:
            made = key.pseudonyms(made)
        return made

    def clean_ids(self, ids: pl.Series) -> pl.Series:
        """Ids in which every personal number, with ten digits or twelve, is a pseudonym after ``pn:``.

        A case system may use a number as the id of a household or of an event's subject; it still joins.
        """
        suspects = ids.filter(ids.str.contains(person.ID_LIKE)).unique()
        if suspects.is_empty():
            return ids
        cleaned = person.replace_in_ids(
            suspects.to_list(), lambda numbers: [IN_ID + made for made in self._of(NATIONAL, numbers)]
        )
        return ids.replace(suspects, pl.Series(cleaned, dtype=pl.String))


def load(settings: Settings, kommun: str, *, create: bool, key_id: str | None = None) -> Pseudonymiser:
    """The pseudonymiser of one municipality, with the chain up to and including ``key_id`` (default: all).

    An archive that has not been rotated yet goes on with the key that it was made with. Raises KeyFileError
    when there is no key and ``create`` does not allow a new one, which would turn every person in the archive
    into somebody else, when others than the owner may read the file, or when ``key_id`` is not in the chain.
    """
    keys = chain(settings, create=create)
    ids = [key.id for key in keys]
    if key_id is None:
        return Pseudonymiser(kommun, keys)
    if key_id not in ids:
        raise KeyFileError(
            f"{_source(settings)} saknar nyckeln {key_id}, som arkivet för {kommun} är skapat med"
        )
    return Pseudonymiser(kommun, keys[: ids.index(key_id) + 1])


def ephemeral(kommun: str) -> Pseudonymiser:
    """A pseudonymiser with a key that nobody keeps: to check a delivery without reading it in."""
    return Pseudonymiser(kommun, (Key.new(),))


def chain(settings: Settings, *, create: bool) -> tuple[Key, ...]:
    """All keys, oldest first; a first key file is made (mode 0600) when there is none and ``create`` allows.

    Raises KeyFileError.
    """
    if settings.key:
        return _parse(settings.key.get_secret_value(), _source(settings))
    path = settings.pseudonym_key
    if not path.exists():
        if not create:
            raise KeyFileError(
                f"nyckelfilen {path} saknas, men arkivet är skapat med en nyckel: "
                "lägg tillbaka filen eller peka ut den med SOCIALSTAT_KEY_FILE"
            )
        _write(path, (Key.new(),), replace=False)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileError(f"nyckelfilen {path} kan läsas av andra än sin ägare: kör chmod 600 på den")
        return _parse(path.read_text(encoding="utf-8"), _source(settings))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{_source(settings)} går inte att läsa ({type(error).__name__})") from None


def add(settings: Settings) -> tuple[Key, ...]:
    """The chain with a new key last, written in the place of the old one in one step.

    Raises KeyFileError when the key lies in the environment, where it cannot be changed from here.
    """
    keys = chain(settings, create=False)
    if settings.key:
        raise KeyFileError(
            "nyckeln ligger i SOCIALSTAT_KEY: lägg själv till en ny nyckel sist i den, och kör igen"
        )
    longer = (*keys, Key.new())
    _write(settings.pseudonym_key, longer, replace=True)
    return longer


def _source(settings: Settings) -> str:
    return "SOCIALSTAT_KEY" if settings.key else f"nyckelfilen {settings.pseudonym_key}"


def _parse(content: str, source: str) -> tuple[Key, ...]:
    try:
        keys = tuple(Key(str(k["id"]), bytes.fromhex(k["nyckel"])) for k in json.loads(content)["nycklar"])
    except (ValueError, LookupError, TypeError):
        keys = ()
    if not keys or len({key.id for key in keys}) < len(keys):
        raise KeyFileError(f"{source} går inte att läsa som en kedja av nycklar")
    return keys


def _write(path: Path, keys: Iterable[Key], *, replace: bool) -> None:
    """Write the key file so that it is whole or not there; unless ``replace``, one that is there stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as f:
            json.dump({"nycklar": [key.content for key in keys]}, f)
            f.flush()
            os.fsync(f.fileno())
        if replace:
            draft.replace(path)
        else:
            # A link, not a rename: whoever comes second must use the key that is already there.
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        flush(path.parent)
    except OSError as error:
        raise KeyFileError(
            f"nyckelfilen {path} går inte att skriva ({type(error).__name__}): "
            "välj en annan plats med SOCIALSTAT_KEY_FILE"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()


def archive_rows(table: Table, rows: pl.DataFrame, pseudonyms: Pseudonymiser) -> pl.DataFrame:
    """Checked rows as they are archived: FILE, LINE and ``Table.archive_schema``, without identities."""
    columns = [rows[FILE], rows[LINE]]
    for column in table.columns:
        values = rows[column.name]
        if column.kind == "person":
            columns += [
                pseudonyms.series(NATIONAL, values),
                rows.select(person.sort_of(pl.col(column.name))).to_series(),
            ]
        elif column.kind == "secret":
            columns.append(pseudonyms.series(column.archived_name.removesuffix("_nyckel"), values))
        elif column.kind == "id":
            columns.append(pseudonyms.clean_ids(values))
        else:
            columns.append(values)
    names = [FILE, LINE, *table.archive_schema]
    return pl.DataFrame([values.alias(name) for name, values in zip(names, columns, strict=True)])
