"""What the report rests on, read from the published database or from the board's own files, and each printed
cell.

A cell is rounded here and nowhere else: tables, charts and sentences use the same printed number.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.reports import wording
from pipelines.reports.format import MINUS, NBSP, NO_VALUE, SYMBOLS, number

Row = dict[str, Any]
DATABASE = "indikatorer.duckdb"
TABLES = ("volym_nyckeltal", "volym_avvikelse", "volym_indikator")
BOARD_TABLES = ("kostnadsutveckling", "dygnspris_spann")
WITHOUT_VOLUME = "kostnad utan volym"
PROTECTED = SYMBOLS["rojandeskyddad"]
NO_DAYS = "kostnad utan vårddygn"
THOUSAND, MILLION = Decimal(1000), Decimal(1000000)
LEAST_MILLION = Decimal(50000)
"""From here an amount prints as at least 0,1 mkr; a smaller one is told in tkr."""


@dataclass(frozen=True)
class Source:
    """The rows of one municipality. ``troskel`` is None in the board's own version, and only that has
    ``development`` and ``prices``.
    """

    kommun: str
    kommun_namn: str
    lage_per: date
    vintage: str
    troskel: int | None
    volumes: list[Row]
    deviations: list[Row]
    indicators: list[Row]
    development: list[Row]
    prices: list[Row]

    @classmethod
    def published(cls, folder: Path, kommun: str) -> "Source":
        """What everybody may see. Raises KeyError when the municipality has no rows."""
        with duckdb.connect(folder / DATABASE, read_only=True) as db:

            def rows(table: str) -> list[Row]:
                return db.execute(f"from {table} where kommun = ? order by all", [kommun]).pl().to_dicts()

            about = db.execute(
                """
                select kommun.namn, vintage.vintage, vintage.troskel
                from kommun cross join vintage where kommun.kommun = ?
                """,
                [kommun],
            ).fetchone()
            volumes, deviations, indicators = (rows(table) for table in TABLES)
        if about is None or not (volumes or indicators):
            raise KeyError(f"{kommun} har inga publicerade volymer")
        lage_per = [*volumes, *indicators][0]["lage_per"]
        of = (kommun, about[0], lage_per, about[1], about[2])
        return cls(*of, volumes, deviations, indicators, development=[], prices=[])

    @classmethod
    def restricted(cls, folder: Path) -> "Source":
        """What ``publish.write_volumes`` wrote for the board. Raises FileNotFoundError."""
        about = json.loads((folder / "underlag.json").read_text(encoding="utf-8"))
        return cls(
            about["kommun"],
            about["kommun_namn"],
            date.fromisoformat(about["lage_per"]),
            about["vintage"],
            None,
            *(pl.read_parquet(folder / f"{table}.parquet").to_dicts() for table in (*TABLES, *BOARD_TABLES)),
        )

    @property
    def footer(self) -> str:
        """Who may read it, on every page."""
        if self.troskel is None:
            said = "Nämndens underlag: kan innehålla uppgifter om enskilda (26 kap. 1 § OSL)"
        else:
            said = wording.suppression(self.troskel).rstrip(".")
        return f"{self.kommun_namn}. Läge per {self.lage_per}. {said}."

    def newest(self) -> list[str]:
        """The newest whole year and the newest delår that are over and have an outcome."""
        found: dict[str, str] = {}
        for row in self.outcomes():
            kind = row["periodtyp"]
            found[kind] = max(found.get(kind, ""), row["period"])
        return sorted(found.values())

    def outcomes(self) -> Iterator[Row]:
        """The printed rows' outcomes of periods that are over; an indicator has no other."""
        yield from (
            r for r in self.volumes if r["serie"] == "utfall" and r["ar_fullstandig"] and r["avsnitt"]
        )
        yield from (r for r in self.indicators if r["serie"] == "utfall")

    def volume(self, serie: str, period: str) -> dict[str, Row]:
        """The rows of one series and period, by volymgrupp."""
        return {r["volymgrupp"]: r for r in self.volumes if (r["serie"], r["period"]) == (serie, period)}

    def indicator(self, serie: str, period: str) -> dict[str, Row]:
        """The rows that are no placements, of one series and period, by rad_id."""
        return {r["rad_id"]: r for r in self.indicators if (r["serie"], r["period"]) == (serie, period)}

    def deviation(self, serie: str, jamforelse: str, period: str) -> dict[str, Row]:
        key = (serie, jamforelse, period)
        return {
            r["volymgrupp"]: r for r in self.deviations if (r["serie"], r["jamforelse"], r["period"]) == key
        }


@dataclass(frozen=True)
class Figure:
    """A cell as it is printed: a rounded number, or words in the place of one. ``exact`` is the number
    unrounded; ``kr`` what a cost without volume is, when that may be told. ``suffix`` follows the number.
    """

    printed: Decimal | None = None
    words: str = NO_VALUE
    exact: Decimal | None = None
    kr: Decimal | None = None
    decimals: int = 0
    suffix: str = ""

    @property
    def text(self) -> str:
        return self.words if self.printed is None else number(self.printed, self.decimals) + self.suffix

    @property
    def signed(self) -> str:
        """With its sign: a deviation."""
        return self.words if self.printed is None else plus(self.printed, self.decimals) + self.suffix


MISSING = Figure()
HIDDEN = Figure(words=PROTECTED)


def volume(row: Row | None) -> Figure:
    """Årsplatser, as an integer."""
    return _figure(row, "arsplatser", Decimal(1))


def unit_cost(row: Row | None) -> Figure:
    """Net cost per årsplacering in tkr, or that there is a cost and no volume: never 0."""
    if row is not None and row["saknas_orsak"] == NO_DAYS:
        return Figure(words=WITHOUT_VOLUME, kr=row["nettokostnad_kr"])
    return _figure(row, "kostnad_per_arsplacering_kr", THOUSAND)


def _figure(row: Row | None, column: str, unit: Decimal) -> Figure:
    if row is None:
        return MISSING
    if row["status"] != "ok":
        return HIDDEN
    value = row[column]
    return MISSING if value is None else of(value / unit)


def indicator(row: Row | None) -> Figure:
    """The value of a row that is no placement, with the decimals and in the unit that it is printed in."""
    if row is None or row["status"] != "ok":
        return HIDDEN if row and row["status"] == "rojandeskyddad" else MISSING
    value, share, decimals = row["varde"], row["mattenhet"] == "andel", row["decimaler"]
    exact = value * 100 if share else value
    return Figure(
        rounded(exact, decimals), exact=exact, decimals=decimals, suffix=f"{NBSP}%" if share else ""
    )


def of(value: Decimal) -> Figure:
    """The cell of a number in the unit of its table."""
    return Figure(rounded(value), exact=value)


def tkr(kr: Decimal | None) -> Figure:
    """An amount in tkr."""
    return MISSING if kr is None else of(kr / THOUSAND)


def percent(share: Decimal | None) -> Figure:
    """A share 0–1 in percent with one decimal."""
    if share is None:
        return MISSING
    return Figure(rounded(share * 100, 1), exact=share * 100, decimals=1, suffix=f"{NBSP}%")


@dataclass(frozen=True)
class Deviation:
    """A deviation in one unit, seen from the board: positive is a surplus, cheaper than what it is compared
    with.

    ``parts`` sum to ``total`` exactly as printed: volume (of the row itself), price and what cannot be split.
    The largest takes what rounding leaves. ``target_group`` and ``mix`` sum to the volume likewise, mix being
    the remainder. Empty, and None, when they are protected.
    """

    total: Decimal
    parts: dict[str, Decimal]
    target_group: Decimal | None = None
    mix: Decimal | None = None
    decimals: int = 0

    @property
    def unit(self) -> str:
        return "mkr" if self.decimals else "tkr"


PARTS = ("volym", "pris", "ej uppdelad")


def deviation(row: Row | None, unit: Decimal = THOUSAND) -> Deviation | None:
    """The deviation in tkr, or with one decimal in mkr. None when there is none, or it is protected."""
    if row is None or row["avvikelse_kr"] is None:
        return None
    decimals = 1 if unit == MILLION else 0

    def in_print(kr: Decimal) -> Decimal:
        return rounded(-kr / unit, decimals)

    total = in_print(row["avvikelse_kr"])
    if row["volym_kr"] is None:
        return Deviation(total, {}, decimals=decimals)
    in_kr = (row["volym_kr"] + row["mix_kr"], row["pris_kr"], row["ej_uppdelad_kr"])
    exact = dict(zip(PARTS, in_kr, strict=True))
    parts = {name: in_print(kr) for name, kr in exact.items()}
    parts[max(exact, key=lambda name: abs(exact[name]))] += total - sum(parts.values())
    group = in_print(row["volym_kr"])
    return Deviation(total, parts, group, parts["volym"] - group, decimals)


def spoken(row: Row | None) -> Deviation | None:
    """The deviation in the unit in which it is told: mkr, or tkr below a million."""
    if row is None or row["avvikelse_kr"] is None:
        return None
    return deviation(row, MILLION if abs(row["avvikelse_kr"]) >= MILLION else THOUSAND)


def money(kr: Decimal) -> str:
    """``0,2 mkr``, or ``6 tkr`` when that is too little for a decimal of a million."""
    if abs(kr) >= LEAST_MILLION:
        return f"{number(kr / MILLION, 1)}{NBSP}mkr"
    return f"{number(kr / THOUSAND)}{NBSP}tkr"


def rounded(value: Decimal, decimals: int = 0) -> Decimal:
    """Half up, and never a negative zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def plus(value: Decimal, decimals: int = 0) -> str:
    """``+9,4``, ``−29,3`` or ``0,0``."""
    text = number(value, decimals)
    return f"+{text}" if value > 0 and not text.startswith(MINUS) else text
