"""Errors that one row or its file shows, planted in a delivery, and the key that says where they are.

Each delivery has its own: what was wrong one night is right the next, as when somebody has corrected it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from random import Random

from pipelines.contracts import table as contract
from pipelines.sample.world import Row, Tables, after

EXTRA_FIELD = ""
"""Key of a value that is written after the last column of its row."""

Spoil = Callable[[Row, date], str]
Suits = Callable[[Row], bool]


def any_row(row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Mistake:
    """One kind of error in one column; ``suits`` says which rows can have it without a second error."""

    feltyp: str
    regel_id: str
    tabell: str
    kolumn: str
    spoil: Spoil
    suits: Suits = any_row


def _always(value: str) -> Spoil:
    return lambda row, day: value


def _wrong_digit(row: Row, day: date) -> str:
    number = str(row["personnummer"])
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _before(column: str) -> Spoil:
    return lambda row, day: after(row[column], -12).isoformat()


def has(*columns: str) -> Suits:
    return lambda row: all(row[column] is not None for column in columns)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "fel kontrollsiffra",
        "PERSONNUMMER",
        "utredningar",
        "personnummer",
        _wrong_digit,
        lambda row: "T" not in row["personnummer"],
    ),
    Mistake(
        "datum som inte finns",
        "DATUM_FORMAT",
        "aktualiseringar",
        "registrerad",
        _always("2025-02-30"),
    ),
    Mistake(
        "datum i fel form",
        "DATUM_FORMAT",
        "ej_verkstallda_beslut",
        "uppdrag_skickat",
        _always("31/12 2025"),
    ),
    Mistake(
        "inkommen efter leveransen",
        "DATUM_FRAMTID",
        "aktualiseringar",
        "inkommen",
        lambda row, day: after(day, 30).isoformat(),
        lambda row: row["beslutsdatum"] is None,
    ),
    Mistake("slut före start", "DATUM_ORDNING", "placeringar", "slut", _before("start"), has("slut")),
    Mistake(
        "slutförd före inledd",
        "DATUM_ORDNING",
        "utredningar",
        "slutford",
        _before("inledd"),
        has("slutford"),
    ),
    Mistake("okänd kod", "KOD_OKAND", "placeringar", "placeringsform", _always("kollektiv")),
    Mistake("okänd kod", "KOD_OKAND", "ej_verkstallda_beslut", "insats", _always("hemhjalp")),
    Mistake("värde saknas", "VARDE_SAKNAS", "utredningar", "enhet", _always("")),
    Mistake("värde saknas", "VARDE_SAKNAS", "aktualiseringar", "malgrupp", _always("")),
    Mistake("belopp med bokstav", "TAL_FORMAT", "ekonomi", "belopp_kr", _always("12,5x")),
    Mistake("månad som inte finns", "PERIOD_FORMAT", "ekonomi", "period", _always("2025-14")),
    Mistake(
        "månad som inte finns",
        "PERIOD_FORMAT",
        "ekonomiskt_bistand",
        "manad",
        _always("2025-14"),
    ),
    Mistake("varken ja eller nej", "FLAGGA", "placeringar", "ensamkommande", _always("kanske")),
    Mistake("varken ja eller nej", "FLAGGA", "utredningar", "barn_hord", _always("kanske")),
)
TWICE = (("utredningar", "enhet", "okand_enhet"), ("ej_verkstallda_beslut", "enhet", "okand_enhet"))
"""(table, column, value): a second row with the same key says something else."""

TOO_MANY_FIELDS = {True: ("insatser", "aktualiseringar"), False: ("utredningar",)}
"""Tables with a row of too many fields, in the history and at night (not where a row is removed: a row
whose key cannot be read might be the one that is gone)."""

COPIED = "aktualiseringar"
UNKNOWN_COLUMN = ("handelser", "systemkod")


class Planting:
    """Plants errors in one delivery and keeps the key."""

    def __init__(self, rng: Random, tables: Tables, day: date) -> None:
        self.rng = rng
        self.day = day
        self.tables = {name: list(rows) for name, rows in tables.items()}
        self.key: list[Row] = []
        self._spoiled: set[tuple[str, int]] = set()

    @staticmethod
    def many(scale: float) -> int:
        """How many of each kind."""
        return max(1, round(4 * scale))

    def plant(self, scale: float, *, full: bool) -> None:
        """All kinds when ``full`` (the history load); otherwise a few of those whose table is delivered."""
        possible = [m for m in MISTAKES if m.tabell in self.tables and self._find(m.tabell, m.suits)]
        for mistake in possible if full else self.rng.sample(possible, 4):
            for _ in range(self.many(scale)):
                self._spoil(mistake)
        for name in TOO_MANY_FIELDS[full]:
            line = self._taken(name)
            self.change(name, line, {EXTRA_FIELD: "överflödigt"})
            self.note(name, line, "", "ett fält för mycket", "RAD_FALT")
        for name, column, value in TWICE:
            row = self.tables[name][self._taken(name)]
            self._twice(name, row | {column: value}, "samma nyckel två gånger")
        if full:
            name, column = UNKNOWN_COLUMN
            self.tables[name] = [row | {column: "x"} for row in self.tables[name]]
            self.note(name, -1, column, "okänd kolumn", "KOLUMN_OKAND")
        else:
            rows = self.tables[COPIED]
            self._twice(COPIED, rows[self._taken(COPIED)], "exakt dubblett")

    def _spoil(self, mistake: Mistake) -> None:
        name, column = mistake.tabell, mistake.kolumn
        line = self._taken(name, mistake.suits)
        value = mistake.spoil(self.tables[name][line], self.day)
        self.change(name, line, {column: value})
        self.note(name, line, column, mistake.feltyp, mistake.regel_id)

    def _taken(self, name: str, suits: Suits = any_row) -> int:
        line = self.pick(name, suits)
        if line is None:
            raise LookupError(f"no row of {name} can have the error")
        return line

    def pick(self, name: str, suits: Suits) -> int | None:
        """A row that suits and has no error yet, and is taken from now on; None when there is none."""
        line = self._find(name, suits)
        if line is not None:
            self._spoiled.add((name, line))
        return line

    def _find(self, name: str, suits: Suits) -> int | None:
        """The first row from a random place on that suits and has no error yet.

        Never the first row of the table, whose columns make the header.
        """
        rows = self.tables[name]
        start = self.rng.randrange(1, len(rows))
        lines = chain(range(start, len(rows)), range(1, start))
        return next((n for n in lines if (name, n) not in self._spoiled and suits(rows[n])), None)

    def change(self, name: str, line: int, changed: Row) -> None:
        self.tables[name][line] = self.tables[name][line] | changed

    def append(self, name: str, row: Row) -> int:
        """One row more; returns where."""
        self.tables[name].append(row)
        line = len(self.tables[name]) - 1
        self._spoiled.add((name, line))
        return line

    def _twice(self, name: str, row: Row, feltyp: str) -> None:
        line = self.append(name, row)
        self.note(name, line, "+".join(contract(name).key), feltyp, "NYCKEL_DUBBLETT")

    def note(self, name: str, line: int, column: str, feltyp: str, rule: str) -> None:
        """``line`` counts rows from 0; in the file the header is line 1."""
        self.key.append(
            {
                "leveransdatum": self.day,
                "tabell": name,
                "rad": line + 2,
                "kolumn": column,
                "feltyp": feltyp,
                "regel_id": rule,
            }
        )
