"""The published layer as the reports read it: one DuckDB file of aggregates, opened read-only.

Only metadata is kept in memory; values are asked for by municipality or by indicator.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import duckdb

from pipelines.reports.format import OK, sort_key
from pipelines.reports.wording import breakdown

FILE = "indikatorer.duckdb"
TOTAL = "total"


@dataclass(frozen=True)
class Vintage:
    """Which build the figures come from, and the threshold they were published under."""

    vintage: str
    byggd: datetime
    kod_version: str
    seeds_hash: str
    troskel: int


@dataclass(frozen=True)
class Family:
    familj: str
    namn: str
    beskrivning: str | None


@dataclass(frozen=True)
class Indicator:
    """One version of an indicator's definition card.

    ``decimaler``: decimals as printed (in percent). ``periodtyper``: the period types with | between them.
    """

    indikator_id: str
    definitionsversion: int
    namn: str
    fraga: str | None
    motiv: str | None
    familj: str
    insamling: str
    tidsbas: str
    periodtyper: str
    mognad_manader: int
    taljare_text: str | None
    namnare_text: str | None
    rakneenhet: str | None
    mattenhet: str
    decimaler: int
    statistik: str
    konvention: str | None
    riktning: str | None
    lagrum: str | None
    kalla: str | None
    mattillfalle: str | None
    redovisning: str | None
    agare: str | None
    jamforbar_med: str | None
    forbehall: str | None
    ersatter: str | None
    evidens: str | None
    giltig_fran: date | None
    giltig_till: date | None


class Value(NamedTuple):
    """One published figure. Without status ok it has no numbers at all, whatever the file holds.

    A tuple, since a municipality has half a million of them.
    """

    indikator_id: str
    definitionsversion: int
    kommun: str
    periodtyp: str
    period: str
    period_start: date
    period_slut: date
    uppdelning: str
    grupp: str
    grupp_namn: str
    taljare: Decimal | None
    namnare: Decimal | None
    varde: Decimal | None
    konvention: str | None
    regelversion: str | None
    status: str
    lage_per: date

    @property
    def complete(self) -> bool:
        """Whether the whole period (``period_slut`` is its last day) is known at ``lage_per``."""
        return self.period_slut <= self.lage_per


@dataclass(frozen=True)
class Fulfilment:
    """The target of one figure: the rule in words, what it says, and what a person says of it. ``mal`` is a
    level that can be drawn; null when the target is a change. ``orsak`` says why the rule gives nothing.
    """

    mal: Decimal | None
    regel_text: str
    utfall_regel: str | None
    orsak: str | None
    bedomning: str | None
    bedomd_av: str | None
    bedomd_roll: str | None
    bedomning_skal: str | None
    utfall: str | None


@dataclass(frozen=True)
class Comment:
    """The newest comment on one figure."""

    period: str
    kommentar: str
    av: str
    roll: str
    tid: datetime


Place = tuple[str, str, str, str, str]
"""indikator_id, kommun, period, uppdelning, grupp."""
PLACE = "indikator_id, kommun, period, uppdelning, grupp"
NUMBERS = {name: f"case when status = '{OK}' then {name} end" for name in ("taljare", "namnare", "varde")}
GROUP = f"coalesce(nullif(grupp, ''), '{TOTAL}')"
VALUE = ", ".join((NUMBERS | {"grupp": GROUP}).get(name, name) for name in Value._fields)
"""The columns of a value in SQL."""
EVERY = "*"
"""In the place of an indicator: the comment is on the whole period."""


class Published:
    """A published release, open for reading; use it in a ``with`` statement.

    Raises FileNotFoundError when the folder holds no ``indikatorer.duckdb``, and ValueError when an id
    could not be a file name or an indicator's family is missing.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        if not file.exists():
            raise FileNotFoundError(f"no published layer at {file}")
        self.folder = folder
        self._connection = duckdb.connect(str(file), read_only=True)
        self.vintage = Vintage(**self._one(f"select {_columns(Vintage)} from main.vintage"))
        self.familjer = [
            Family(**row)
            for row in self._rows(f"select {_columns(Family)} from main.familj order by ordning")
        ]
        names = {row["kommun"]: row["namn"] for row in self._rows("select kommun, namn from main.kommun")}
        self.kommuner: dict[str, str] = dict(sorted(names.items(), key=lambda item: sort_key(item[1])))
        self.lage_per: dict[str, date] = {
            row["kommun"]: row["lage_per"]
            for row in self._rows(
                "select kommun, max(lage_per) as lage_per from main.indikatorvarde group by kommun"
            )
        }
        self.versions = self._versions()
        self.indikatorer = [self._current(versions) for versions in self.versions.values()]
        self.maluppfyllelse: dict[Place, Fulfilment] = {
            place: Fulfilment(**row) for place, row in self._placed("maluppfyllelse", Fulfilment)
        }
        self.kommentarer: dict[Place, Comment] = {
            place: Comment(**row) for place, row in self._placed("kommentar", Comment)
        }
        self.mal: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for (indikator_id, kommun, period, uppdelning, _), found in self.maluppfyllelse.items():
            if found.mal is not None and uppdelning == TOTAL:
                self.mal[indikator_id, kommun][period] = found.mal
        self._check()

    def __enter__(self) -> "Published":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def latest(self) -> date | None:
        """The newest as-of date of any municipality."""
        return max(self.lage_per.values(), default=None)

    def of_family(self, family: Family) -> list[Indicator]:
        """The current definitions of one family, in the catalogue's order."""
        return [i for i in self.indikatorer if i.familj == family.familj]

    def fulfilment(self, value: Value) -> Fulfilment | None:
        """The target of a figure, if it has one."""
        return self.maluppfyllelse.get(_place(value))

    def comment(self, value: Value) -> Comment | None:
        """What somebody has said of a figure, if anybody has."""
        return self.kommentarer.get(_place(value))

    def comments_on_periods(self, kommun: str) -> list[Comment]:
        """Comments on whole periods of a municipality, the newest first."""
        found = [c for place, c in self.kommentarer.items() if place[:2] == (EVERY, kommun)]
        return sorted(found, key=lambda c: c.tid, reverse=True)

    def values(
        self,
        *,
        kommun: str | None = None,
        indikator_id: str | None = None,
        groups_of: Sequence[str] | None = None,
    ) -> list[Value]:
        """The published rows of a municipality, an indicator or both, by period and group.

        ``groups_of``: the period types that other breakdowns than the total and sex are wanted for; else all.
        """
        where = {"kommun": kommun, "indikator_id": indikator_id}
        asked = {column: value for column, value in where.items() if value is not None}
        condition = " and ".join(f"{column} = ${column}" for column in asked) or "true"
        if groups_of is not None:
            types = ", ".join(f"'{periodtyp}'" for periodtyp in groups_of)
            condition += f" and (uppdelning in ('{TOTAL}', 'kon') or periodtyp in ({types}))"
        cursor = self._connection.execute(f"select {VALUE} from main.indikatorvarde where {condition}", asked)
        found = list(map(_named, itertools.starmap(Value, cursor.fetchall())))
        names = sorted({v.grupp_namn for v in found}, key=sort_key)
        rank = {name: place for place, name in enumerate(names)}

        def order(v: Value) -> tuple[Any, ...]:
            group = (v.uppdelning != TOTAL, v.uppdelning, rank[v.grupp_namn])
            return v.indikator_id, v.kommun, v.period_start, v.period, *group

        return sorted(found, key=order)

    def _check(self) -> None:
        for name in [*self.kommuner, *self.versions]:
            if not re.fullmatch(r"[\w-]+", name, re.ASCII):
                raise ValueError(f"an id must be letters, figures, _ or -: {name!r}")
        known = {family.familj for family in self.familjer}
        lost = [i.indikator_id for i in self.indikatorer if i.familj not in known]
        if lost:
            raise ValueError(f"indicators of a family that is not in main.familj: {lost}")

    def _versions(self) -> dict[str, list[Indicator]]:
        """Definition versions by indicator, newest first; indicators in the catalogue's order."""
        found: dict[str, list[Indicator]] = {}
        for row in self._rows(
            f"select {_columns(Indicator)} from main.indikator order by ordning, indikator_id"
        ):
            found.setdefault(row["indikator_id"], []).append(Indicator(**row))
        return {key: sorted(versions, key=lambda i: -i.definitionsversion) for key, versions in found.items()}

    def _current(self, versions: list[Indicator]) -> Indicator:
        """The newest definition already in force at the newest as-of date."""
        latest = self.latest or date.max
        in_force = [i for i in versions if i.giltig_fran is None or i.giltig_fran <= latest]
        return (in_force or versions)[0]

    def _placed(self, table: str, model: type) -> list[tuple[Place, dict[str, Any]]]:
        """The rows of a table about figures, with the figure that each is about."""
        rows = self._rows(f"select [{PLACE}] as place, {_columns(model)} from main.{table}")
        return [(tuple(row.pop("place")), row) for row in rows]

    def _rows(self, sql: str, parameters: dict[str, str] | None = None) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, parameters or {})
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _one(self, sql: str) -> dict[str, Any]:
        [row] = self._rows(sql)
        return row


def shown(values: list[Value], convention: str | None) -> dict[tuple[str, str, str, str], Value]:
    """What one table shows: the rows under one convention, by (periodtyp, uppdelning, grupp, period).

    Where two definition versions give the same period, the newer one is shown. Raises ValueError when a cell
    still has two values, since one of them would be hidden at random.
    """
    found: dict[tuple[str, str, str, str], Value] = {}
    for value in values:
        if value.konvention != convention:
            continue
        key = (value.periodtyp, value.uppdelning, value.grupp, value.period)
        other = found.get(key)
        if other and other.definitionsversion == value.definitionsversion:
            raise ValueError(f"two values for {value.indikator_id} {value.kommun} {'/'.join(key)}")
        if other is None or other.definitionsversion < value.definitionsversion:
            found[key] = value
    return found


def _place(value: Value) -> Place:
    return value.indikator_id, value.kommun, value.period, value.uppdelning, value.grupp


def _named(value: Value) -> Value:
    return value if value.grupp_namn else value._replace(grupp_namn=breakdown(value.grupp))


def _columns(model: type) -> str:
    return ", ".join(f.name for f in fields(model))
