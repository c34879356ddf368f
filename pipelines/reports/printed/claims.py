"""The printed table and the claims about it, both as CSV (UTF-8, comma).

The table has a column ``rad`` with the name of each row. Its other columns are read as printed, when a claim
asks for them. A claim names the rows that it needs (``v=Institution LVU, årsplatser;k=Institution LVU,
årskostnad``), then a cell is the short name and the column: ``v.budget_2021``.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from pipelines.reports.printed.expression import Expression
from pipelines.reports.printed.interval import Allowed, Number
from pipelines.settings import SEEDS

COLUMNS = (
    "pastaende_id",
    "tabell",
    "avsnitt",
    "plats",
    "pastaende",
    "rader",
    "uttryck",
    "tryckt",
    "enhet",
    "steg",
    "ca",
)
DIRECTIONS = {
    "högre": Allowed(Fraction(0), None, strict=True),
    "lägre": Allowed(None, Fraction(0), strict=True),
}
"""What a difference may be, for a sentence that only says which is more."""
SPAN = ".."
YES_NO = {"ja": True, "nej": False, "": False}
CELL = re.compile(r"[^\W\d]\w*\.[^\W\d]\w*")


@dataclass(frozen=True)
class Table:
    """A printed table: its cells as printed, by row and column. An empty cell is one that prints nothing."""

    name: str
    rows: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path) -> "Table":
        """The table takes the file's name. Raises ValueError without a column ``rad``, or when two rows have
        the same name.
        """
        rows: dict[str, dict[str, str]] = {}
        for row in _read(path, ("rad",)):
            if row["rad"] in rows:
                raise ValueError(f"{path.name}: två rader heter {row['rad']!r}")
            rows[row["rad"]] = row
        return cls(path.stem, rows)

    def cell(self, row: str, column: str) -> str:
        """Raises ValueError for a row or column that the table has not."""
        for found, key, what in ((self.rows, row, "rad"), (self.rows.get(row, {}), column, "kolumn")):
            if key not in found:
                raise ValueError(f"{self.name} har ingen {what} {key!r}")
        return self.rows[row][column]


@dataclass(frozen=True)
class Claim:
    """What a text says of a table.

    ``tryckt`` is the number as printed, ``högre`` or ``lägre`` for a direction, ``-25..25`` for a span, the
    name of a cell (a printed sum), or empty: the text does not say it. ``steg`` is the step that the number
    is rounded to, None when its last digit tells. ``rader`` are the table's rows by short name.
    """

    pastaende_id: str
    tabell: str
    avsnitt: str
    plats: str
    pastaende: str
    rader: Mapping[str, str]
    uttryck: Expression
    tryckt: str
    enhet: str
    steg: Fraction | None
    ca: bool

    @classmethod
    def read(cls, row: Mapping[str, str]) -> "Claim":
        """From a row of the CSV. Raises ValueError for what cannot be read, naming the claim."""
        try:
            return cls._parse(row)
        except ValueError as error:
            raise ValueError(f"{row['pastaende_id']}: {error}") from None

    @classmethod
    def _parse(cls, row: Mapping[str, str]) -> "Claim":
        if row["ca"] not in YES_NO:
            raise ValueError(f"ca är ja eller nej, inte {row['ca']!r}")
        claim = cls(
            pastaende_id=row["pastaende_id"],
            tabell=row["tabell"],
            avsnitt=row["avsnitt"],
            plats=row["plats"],
            pastaende=row["pastaende"],
            rader=_rows(row["rader"]),
            uttryck=Expression.parse(row["uttryck"]),
            tryckt=row["tryckt"],
            enhet=row["enhet"],
            steg=Number.read(row["steg"]).value if row["steg"] else None,
            ca=YES_NO[row["ca"]],
        )
        if differ := {cell.split(".")[0] for cell in claim.cells} ^ claim.rader.keys():
            raise ValueError(f"rader och uttryck har inte samma namn: {', '.join(sorted(differ))}")
        if claim.steg is not None and claim.steg <= 0:
            raise ValueError(f"steg är ett tal över noll, inte {row['steg']!r}")
        if not claim.is_cell:
            claim.said({})
        return claim

    @property
    def is_cell(self) -> bool:
        """Is what is printed itself a cell of the table?"""
        return CELL.fullmatch(self.tryckt) is not None

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the expression, and that of the printed number when it is one."""
        return self.uttryck.cells + ((self.tryckt,) if self.is_cell else ())

    def printed(self, table: Table) -> dict[str, str]:
        """Each cell as the table prints it. Raises ValueError for a cell that the table has not."""
        found = {}
        for cell in self.cells:
            short, column = cell.split(".")
            found[cell] = table.cell(self.rader[short], column)
        return found

    def said(self, printed: Mapping[str, str]) -> Number | Allowed | None:
        """What the text says, None for nothing; ``printed`` has the table's cells. Raises ValueError for what
        is none of the forms above.
        """
        text = printed[self.tryckt] if self.is_cell else self.tryckt
        if not text:
            return None
        if text in DIRECTIONS:
            return DIRECTIONS[text]
        if SPAN in text:
            low, high = (Number.read(end).value for end in text.split(SPAN))
            return Allowed(low, high)
        return Number.read(text, self.steg)


def read_claims(path: Path) -> list[Claim]:
    """Every claim of the file, in order. Raises ValueError for a missing column, an id that stands twice, and
    a claim that cannot be read.
    """
    claims = [Claim.read(row) for row in _read(path, COLUMNS)]
    ids = [claim.pastaende_id for claim in claims]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"{path.name}: två påståenden heter {', '.join(twice)}")
    return claims


@cache
def rule(regel: str) -> Fraction:
    """A limit of ``seeds/tryckregler.csv``, exactly."""
    return {row["regel"]: Fraction(row["varde"]) for row in _read(SEEDS / "tryckregler.csv", ("regel",))}[
        regel
    ]


def _rows(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";")]
    if not all(between and short.isidentifier() for short, between, _ in pairs):
        raise ValueError(f"rader skrivs namn=rad;namn=rad, inte {text!r}")
    return {short: row for short, _, row in pairs}


def _read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
            raise ValueError(f"{path.name} saknar kolumn: {', '.join(missing)}")
        rows = list(reader)
    for n, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{path.name}: rad {n} har inte lika många fält som rubriken")
    return rows
