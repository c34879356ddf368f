"""The validation rules, and the findings that name them.

A rule is a row of ``seeds/valideringsregler.csv``: severity (``fel``: what the finding points at is
refused; ``varning``: it is kept), who should act, and what was expected, in Swedish with placeholders.
A finding carries no identity: :meth:`Findings.frame` is the one door out, and it masks.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

import polars as pl

from pipelines.contracts import Column, Table
from pipelines.settings import SEEDS

FILE, LINE, ID = " fil", " rad", " id"
"""Where a row came from: file name, line in the file, and the case system's id as far as it is known.

Headers are stripped, so a name that begins with a space cannot meet a source's own column."""

PERSON_TYPE = "person_id_typ"
"""personnummer, samordningsnummer, tillfalligt or okand."""

MASK = "***"
HIDDEN_KINDS = ("person", "secret", "text")
LONGEST_VALUE = 40
"""A cell longer than this in a date, code or number column is misplaced prose: masked."""

TEN_DIGITS = r"\d{6}[-+ ]?\d{4}"
PERSON_LIKE = (
    r"(?:^|\D)(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])"
    r"[-+ ]?(?:\d{4}|T\d{3}|TF\d{2})(?:\D|$)"
)

SCHEMA: dict[str, Any] = {
    "tabell": pl.String,
    "fil": pl.String,
    "rad": pl.Int64,
    "id": pl.String,
    "kolumn": pl.String,
    "varde": pl.String,
    "regel_id": pl.String,
    "forvantat": pl.String,
}


@dataclass(frozen=True)
class Rule:
    """One validation rule as written in the seed."""

    regel_id: str
    allvar: str
    omfattning: str
    beskrivning: str
    forvantat: str
    ansvarig: str

    @property
    def rejects(self) -> bool:
        return self.allvar == "fel"


@cache
def rules() -> dict[str, Rule]:
    """Every registered rule by id, in the order of the seed."""
    with (SEEDS / "valideringsregler.csv").open(encoding="utf-8", newline="") as f:
        return {row["regel_id"]: Rule(**row) for row in csv.DictReader(f)}


def id_column(table: Table) -> Column:
    """The key column that names a row and may be shown: the case system's id, never a person."""
    candidates = [c for c in (table.column[k] for k in table.key) if c.kind != "person"]
    return next((c for c in candidates if c.kind == "id"), candidates[0])


class Findings:
    """What was found in one delivery, or one part of it. Rows are added, never changed."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []

    def add(
        self,
        regel_id: str,
        *,
        tabell: str | None = None,
        fil: str | None = None,
        rad: int | None = None,
        kolumn: str | None = None,
        **words: Any,
    ) -> None:
        """One finding about a delivery, a file or a header. ``words`` fill the rule's template."""
        expected = rules()[regel_id].forvantat.format(kolumn=kolumn, tabell=tabell, **words)
        row = (tabell, fil, rad, None, kolumn, None, regel_id, expected)
        self._frames.append(pl.DataFrame([row], schema=SCHEMA, orient="row"))

    def add_rows(
        self,
        regel_id: str,
        rows: pl.DataFrame,
        table: Table,
        column: Column | None = None,
        *,
        value: str | None = None,
        **words: Any,
    ) -> None:
        """One finding per row. ``rows`` has FILE, LINE, ID and the column ``value``, the text delivered.

        ``words`` fill the rule's template and may be expressions over ``rows``.
        """
        if rows.is_empty():
            return
        if column is not None and column.kind in HIDDEN_KINDS:
            shown = pl.lit(MASK) if value else pl.lit(None, pl.String)
        else:
            shown = pl.col(value).cast(pl.String) if value else pl.lit(None, pl.String)
        name = column.name if column else None
        expected = _fill(rules()[regel_id].forvantat, {"kolumn": name, "tabell": table.name} | words)
        self._frames.append(
            rows.select(
                tabell=pl.lit(table.name),
                fil=FILE,
                rad=pl.col(LINE).cast(pl.Int64),
                id=ID,
                kolumn=pl.lit(name, pl.String),
                varde=shown,
                regel_id=pl.lit(regel_id),
                forvantat=expected,
            )
        )

    def extend(self, others: Sequence["Findings"]) -> None:
        for other in others:
            self._frames.extend(other._frames)

    def frame(self) -> pl.DataFrame:
        """All findings, masked, with severity and who acts; ordered by table, file and line."""
        registered = pl.DataFrame([vars(rule) for rule in rules().values()])
        return (
            pl.concat([pl.DataFrame(schema=SCHEMA), *self._frames])
            .with_columns(
                id=_masked("id", PERSON_LIKE),
                kolumn=_masked("kolumn", TEN_DIGITS),
                varde=pl.when(pl.col("varde").str.len_chars() > LONGEST_VALUE)
                .then(pl.lit(MASK))
                .otherwise(_masked("varde", f"{TEN_DIGITS}|{PERSON_LIKE}")),
            )
            .join(registered.select("regel_id", "allvar", "ansvarig"), on="regel_id", maintain_order="left")
            .sort("tabell", "fil", "rad", maintain_order=True)
        )


def _masked(name: str, pattern: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(pattern)).then(pl.lit(MASK)).otherwise(pl.col(name)).alias(name)


def _fill(template: str, words: dict[str, Any]) -> pl.Expr:
    pieces: list[pl.Expr] = []
    for literal, word, _, _ in Formatter().parse(template):
        pieces.append(pl.lit(literal))
        if word is not None:
            value = words[word]
            pieces.append(value.cast(pl.String) if isinstance(value, pl.Expr) else pl.lit(str(value)))
    return pl.concat_str(pieces, ignore_nulls=True)
