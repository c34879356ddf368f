"""The kinds of column an extract may hold, and how a Pandera field is written for each.

A contract (``tables.py``) says ``inkommen = day("Dagen då ...", required=True)``; the kind decides the
archived type, the text check at ingest and the error text. Kinds that identify somebody (``person``,
``secret``) never leave ingest: they are archived as a pseudonym under another name.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl

from pipelines.settings import SEEDS

UNKNOWN = "okand"
"""Code of a value that the source lacks or that no code list knows. Null means not observed."""

KR = pl.Decimal(18, 2)
NUMBER = pl.Decimal(18, 4)

DTYPES: dict[str, Any] = {
    "id": pl.String,
    "text": pl.String,
    "code": pl.String,
    "day": pl.Date,
    "period": pl.String,
    "kr": KR,
    "number": NUMBER,
    "integer": pl.Int64,
    "flag": pl.Boolean,
    "person": pl.String,
    "secret": pl.String,
}


@dataclass(frozen=True)
class Column:
    """One column of an extract, as read from its Pandera field."""

    name: str
    kind: str
    required: bool
    description: str
    code_list: str | None = None
    may_be_future: bool = False

    @property
    def dtype(self) -> Any:
        return DTYPES[self.kind]

    @property
    def archived_name(self) -> str:
        """Name in the archive: what identifies somebody is replaced by its pseudonym."""
        if self.kind == "person":
            return f"{self._role}person_nyckel"
        if self.kind == "secret":
            return f"{self.name.removesuffix('_id')}_nyckel"
        return self.name

    @property
    def person_type_name(self) -> str:
        """Name in the archive of the sort of number that a ``person`` column held."""
        return f"{self._role}person_id_typ"

    @property
    def _role(self) -> str:
        """``tidigare_`` of ``tidigare_personnummer``: a table may name a person twice."""
        return self.name.removesuffix("personnummer")


@cache
def codes(code_list: str) -> tuple[str, ...]:
    """The codes of one list in ``seeds/koder.csv``, in the order of the file.

    Raises KeyError when the list does not exist: a contract must not accept everything by a typo.
    """
    with (SEEDS / "koder.csv").open(encoding="utf-8", newline="") as f:
        found = tuple(row["kod"] for row in csv.DictReader(f) if row["kodlista"] == code_list)
    if not found:
        raise KeyError(f"seeds/koder.csv has no code list {code_list!r}")
    return found


@cache
def municipalities() -> frozenset[str]:
    """The four-character codes of ``seeds/kommuner.csv``."""
    with (SEEDS / "kommuner.csv").open(encoding="utf-8", newline="") as f:
        return frozenset(row["kommun"] for row in csv.DictReader(f))


def _field(kind: str, description: str, required: bool, **extra: Any) -> Any:
    return pa.Field(
        isin=[*codes(extra["code_list"]), UNKNOWN] if kind == "code" else None,
        nullable=not required,
        description=description,
        metadata={"kind": kind, "required": required, **extra},
    )


def _kind(kind: str) -> Callable[..., Any]:
    def field(description: str, *, required: bool = False) -> Any:
        return _field(kind, description, required)

    return field


ident = _kind("id")
text = _kind("text")
period = _kind("period")
kr = _kind("kr")
number = _kind("number")
integer = _kind("integer")
flag = _kind("flag")
secret = _kind("secret")


def person(description: str, *, required: bool = True) -> Any:
    """A personal identity number. Nullable after ingest: an adapter may declare that its source has none."""
    return pa.Field(
        nullable=True,
        description=description,
        metadata={"kind": "person", "required": required},
    )


def code(code_list: str, description: str, *, required: bool = False) -> Any:
    return _field("code", description, required, code_list=code_list)


def day(description: str, *, required: bool = False, may_be_future: bool = False) -> Any:
    return _field("day", description, required, may_be_future=may_be_future)
