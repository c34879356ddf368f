"""Pseudonyms: HMAC-SHA-256 with a secret key, 32 hex characters, separated by domain.

The key file is JSON, ``{"nycklar": [{"id": "...", "nyckel": "<hex>"}]}``, oldest first. The first key
makes the pseudonym and each later one wraps it: new = HMAC(new key, old). So a rotation can rewrite an
archive that no longer holds any identity, and ingest arrives at the same pseudonym by the whole chain.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.contracts import Table
from pipelines.ingest import person
from pipelines.ingest.rules import FILE, LINE, PERSON_TYPE

LENGTH = 32
NATIONAL = "person"
"""The one domain that means the same person in every municipality."""


class KeyFileError(Exception):
    """The key file is missing, unreadable or not the one that the archive was made with."""


@dataclass(frozen=True)
class Pseudonymiser:
    """Makes pseudonyms for one municipality. ``key_id`` names the newest key and is no secret."""

    kommun: str
    key_id: str
    _keys: tuple[bytes, ...] = field(repr=False)

    def of(self, domain: str, value: str) -> str:
        """The pseudonym of one value; ids of the municipality's own are bound to the municipality."""
        local = domain != NATIONAL or "T" in value
        message = f"{domain}:{self.kommun if local else ''}:{value}"
        for key in self._keys:
            message = hmac.digest(key, message.encode(), "sha256").hex()[:LENGTH]
        return message

    def series(self, domain: str, values: pl.Series) -> pl.Series:
        """The pseudonyms of a column; each distinct value is computed once, null stays null."""
        distinct = values.drop_nulls().unique().to_list()
        return values.replace_strict(
            distinct, [self.of(domain, v) for v in distinct], default=None, return_dtype=pl.String
        )


def load(path: Path, kommun: str, *, create: bool) -> Pseudonymiser:
    """Read the key file, or make it (mode 0600) when it is absent and ``create`` allows.

    Raises KeyFileError when it is absent and may not be made: a new key would turn every person in the
    archive into somebody else.
    """
    if not path.exists():
        if not create:
            raise KeyFileError(f"nyckelfilen {path.name} saknas, men arkivet är skapat med en nyckel")
        _create(path)
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))["nycklar"]
        return Pseudonymiser(kommun, keys[-1]["id"], tuple(bytes.fromhex(k["nyckel"]) for k in keys))
    except (ValueError, LookupError, TypeError) as error:
        raise KeyFileError(f"nyckelfilen {path.name} går inte att läsa") from error


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"nycklar": [{"id": secrets.token_hex(4), "nyckel": secrets.token_bytes(32).hex()}]}
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as f:
        json.dump(content, f)
        f.flush()
        os.fsync(f.fileno())
    try:
        # A link, not a rename: whoever comes second must use the key that is already there.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def archive_rows(table: Table, rows: pl.DataFrame, pseudonyms: Pseudonymiser) -> pl.DataFrame:
    """Checked rows as they are archived: FILE, LINE and ``Table.archive_schema``, without identities.

    A case system may use a personal number as an id (of a household, of an event's subject): such an id
    becomes the person's pseudonym, so it still joins.
    """
    columns = [rows[FILE], rows[LINE]]
    for column in table.columns:
        values = rows[column.name]
        if column.kind == "person":
            columns += [pseudonyms.series(NATIONAL, values), rows[PERSON_TYPE]]
        elif column.kind == "secret":
            columns.append(pseudonyms.series(column.archived_name.removesuffix("_nyckel"), values))
        elif column.kind == "id":
            columns.append(_without_persons(values, pseudonyms))
        else:
            columns.append(values)
    names = [FILE, LINE, *table.archive_schema]
    return pl.DataFrame([values.alias(name) for name, values in zip(names, columns, strict=True)])


def _without_persons(ids: pl.Series, pseudonyms: Pseudonymiser) -> pl.Series:
    suspects = ids.filter(ids.str.to_uppercase().str.contains(person.ANY))
    if suspects.is_empty():
        return ids
    read = person.parse(suspects, date.max).drop_nulls("nummer")
    return ids.replace(read["text"], pseudonyms.series(NATIONAL, read["nummer"]))
