"""The validation rules, and the findings that name them.

A rule is a row of ``seeds/valideringsregler.csv``: severity (``fel``: what the finding points at is
refused; ``varning``: it is kept), mode (``skugga``: counted, never enforced), who should act, and what was
expected, in Swedish with placeholders. A finding carries no identity: :func:`stored` is the one door out,
and it masks.
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
WORDLESS_KINDS = ("day", "period", "kr", "number", "integer", "flag")
TWO_WORDS = r"\p{L}{2,}\P{L}+\p{L}{2,}"
"""Nobody writes a date or a number in two words: that is somebody's name, or prose."""
NAME_LIKE = r"\p{Lu}\p{Ll}+[ -]+\p{Lu}\p{Ll}+"
"""Two words that both begin with a capital; a code seldom does."""
LONGEST_VALUE = 40
"""A cell longer than this in a date, code or number column is misplaced prose: masked."""

TEN_DIGITS = r"\d{6}[-+ ]?\d{4}"
PERSON_LIKE = (
    r"(?:^|\D)(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])"
    r"[-+ ]?(?:\d{4}|T\d{3}|TF\d{2})(?:\D|$)"
)
IDENTITY = f"{TEN_DIGITS}|{PERSON_LIKE}"

FINDING_SCHEMA: dict[str, Any] = {
    "tabell": pl.String,
    "fil": pl.String,
    "rad": pl.Int64,
    "id": pl.String,
    "kolumn": pl.String,
    "varde": pl.String,
    "enhet": pl.String,
    "regel_id": pl.String,
    "allvar": pl.String,
    "lage": pl.String,
    "forvantat": pl.String,
    "ansvarig": pl.String,
}
"""The columns of a stored finding, in order."""

OF_THE_RULE = ("allvar", "lage", "ansvarig")
SCHEMA = {name: dtype for name, dtype in FINDING_SCHEMA.items() if name not in OF_THE_RULE}
"""What is known when something is found; the rest follows from the rule."""

HOLDING = ("LEVERANS_MINSKAD",)
"""Rules whose finding holds a delivery until somebody releases it."""


@dataclass(frozen=True)
class Rule:
    """One validation rule as written in the seed."""

    regel_id: str
    allvar: str
    lage: str
    omfattning: str
    tabeller: str
    grans: str
    beskrivning: str
    forvantat: str
    atgard: str
    ansvarig: str

    @property
    def is_enforced(self) -> bool:
        """False in shadow mode: what it finds is counted and stored, nothing more."""
        return self.lage == "skarp"

    @property
    def rejects(self) -> bool:
        """What the rule points at is not read in."""
        return self.allvar == "fel" and self.is_enforced

    @property
    def holds(self) -> bool:
        """The whole delivery waits until somebody releases it."""
        return self.regel_id in HOLDING and self.is_enforced

    @property
    def tables(self) -> tuple[str, ...]:
        """The table that is judged and those that it is compared with; empty when any table is judged."""
        return () if self.tabeller == "*" else tuple(self.tabeller.split())


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
        row = (tabell, fil, rad, None, kolumn, None, None, regel_id, expected)
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

        A column ``enhet`` of ``rows`` says which unit is to correct it. ``words`` fill the rule's template
        and may be expressions over ``rows``.
        """
        if rows.is_empty():
            return
        if column is not None and column.kind in HIDDEN_KINDS:
            shown = pl.lit(MASK) if value else pl.lit(None, pl.String)
        else:
            shown = pl.col(value).cast(pl.String) if value else pl.lit(None, pl.String)
            if value and column is not None and column.kind in WORDLESS_KINDS:
                shown = pl.when(shown.str.contains(TWO_WORDS)).then(pl.lit(MASK)).otherwise(shown)
        name = column.name if column else None
        expected = fill(rules()[regel_id].forvantat, {"kolumn": name, "tabell": table.name} | words)
        unit = pl.col("enhet").cast(pl.String) if "enhet" in rows.columns else pl.lit(None, pl.String)
        self._frames.append(
            rows.select(
                tabell=pl.lit(table.name),
                fil=FILE,
                rad=pl.col(LINE).cast(pl.Int64),
                id=ID,
                kolumn=pl.lit(name, pl.String),
                varde=shown,
                enhet=unit,
                regel_id=pl.lit(regel_id),
                forvantat=expected,
            )
        )

    def extend(self, others: Sequence["Findings"]) -> None:
        for other in others:
            self._frames.extend(other._frames)

    def frame(self) -> pl.DataFrame:
        """All findings, masked, with the columns of FINDING_SCHEMA; ordered by table, file and line."""
        if not self._frames:
            return pl.DataFrame(schema=FINDING_SCHEMA)
        return stored(pl.concat(self._frames)).sort("tabell", "fil", "rad", maintain_order=True)


def stored(findings: pl.DataFrame) -> pl.DataFrame:
    """``findings`` (columns of SCHEMA) as they may leave ingest: masked, with what their rules say."""
    return (
        findings.with_columns(
            id=_masked("id", PERSON_LIKE),
            kolumn=_masked("kolumn", IDENTITY),
            varde=_masked("varde", f"{IDENTITY}|{NAME_LIKE}", LONGEST_VALUE),
            enhet=_masked("enhet", IDENTITY, LONGEST_VALUE),
        )
        .join(_registered(), on="regel_id", maintain_order="left")
        .select(list(FINDING_SCHEMA))
    )


@cache
def _registered() -> pl.DataFrame:
    return pl.DataFrame([vars(rule) for rule in rules().values()]).select("regel_id", *OF_THE_RULE)


def _masked(name: str, pattern: str, longest: int | None = None) -> pl.Expr:
    secret = pl.col(name).str.contains(pattern)
    if longest is not None:
        secret |= pl.col(name).str.len_chars() > longest
    return pl.when(secret).then(pl.lit(MASK)).otherwise(pl.col(name)).alias(name)


def fill(template: str, words: dict[str, Any]) -> pl.Expr:
    """The template with its words in place. A word that is an expression is masked when it needs to be."""
    pieces: list[pl.Expr] = []
    for literal, word, _, _ in Formatter().parse(template):
        pieces.append(pl.lit(literal))
        if word is not None:
            value = words[word]
            pieces.append(_shown(value) if isinstance(value, pl.Expr) else pl.lit(str(value)))
    return pl.concat_str(pieces, ignore_nulls=True)


def _shown(word: pl.Expr) -> pl.Expr:
    text = word.cast(pl.String)
    return pl.when(text.str.contains(PERSON_LIKE)).then(pl.lit(MASK)).otherwise(text)
