"""Counting indicator values from the facts by another road than the warehouse: the tools of ``facit_*``.

Each ``facit_<theme>.py`` reads its frames from the facts (``frames``) and says, independently of
seeds/indikatorer.csv, which rows an indicator counts (``FACTS``). A cell is a row of mart.indikatorvarde.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from frist_fall import read

from pipelines.settings import SEEDS

Facts = dict[str, pl.DataFrame]
TODAY: dict[tuple[str, str], str] = {}
"""(kommun, enhet) → the unit that has its work today, read by :func:`read_organisation`."""
Cell = dict[str, Any]


def days(period: str) -> tuple[date, date]:
    """First and last day of a period, from how it is written."""
    year = int(period[:4])
    if period.endswith("-R12"):
        month = int(period[5:7])
        first, last = year * 12 + month - 12, year * 12 + month - 1
    elif len(period) == 4:
        first, last = year * 12, year * 12 + 11
    elif period[5] in "KTDH":
        number, length = int(period[6]), {"K": 3, "T": 4, "D": 4, "H": 6}[period[5]]
        first = year * 12 + (0 if period[5] == "D" else (number - 1) * length)
        last = year * 12 + number * length - 1
    else:
        first = last = year * 12 + int(period[5:7]) - 1
    end = (last // 12, last % 12 + 1)
    return date(first // 12, first % 12 + 1, 1), date(*end, monthrange(*end)[1])


def age_group(age: str) -> pl.Expr:
    bands = [b for b in read(SEEDS / "aldersgrupper.csv") if b["indelning"] == "standard"]
    found = pl.lit("okand")
    for b in bands:
        within = (pl.col(age) >= int(b["fran_alder"])) & (pl.col(age) <= int(b["till_alder"] or 999))
        found = pl.when(within).then(pl.lit(b["grupp"])).otherwise(found)
    return found


@dataclass(frozen=True)
class Parts:
    taljare: Decimal | None
    namnare: Decimal | None
    varde: Decimal | None


def number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def within(frame: pl.DataFrame, column: str, cell: Cell) -> pl.DataFrame:
    first, last = days(cell["period"])
    return frame.filter(pl.col(column).is_between(first, last))


def read_organisation(db: duckdb.DuckDBPyConnection) -> None:
    """Walk from each unit to its successor or, without one, to the unit above, until one is in force."""
    rows = db.sql("""
        select e.kommun, enhet, efterfoljare, overordnad, giltig_till, lage_per
        from mart.dim_enhet as e join mart.dim_kommun as k using (kommun) where ar_kand order by giltig_fran
    """).fetchall()
    newest = {(kommun, unit): rest for kommun, unit, *rest in rows}
    for kommun, unit in newest:
        now, seen = unit, [unit]
        while (kommun, now) in newest:
            successor, above, last, lage_per = newest[kommun, now]
            if last is None or last > lage_per:
                break
            now = successor or above
            if now is None or now in seen:
                now = unit
                break
            seen.append(now)
        TODAY[kommun, unit] = now if (kommun, now) in newest else unit


def of_cell(frame: pl.DataFrame, cell: Cell) -> pl.DataFrame:
    rows = frame.filter(pl.col("kommun") == cell["kommun"])
    if cell["uppdelning"] == "total":
        return rows
    if cell["uppdelning"] == "enhet_nu":
        units = [then for then, now in TODAY.items() if then[0] == cell["kommun"] and now == cell["grupp"]]
        unit = pl.col("enhet").fill_null("okand")
        known = [then for kommun, then in TODAY if kommun == cell["kommun"]]
        return rows.filter(
            unit.is_in([name for _, name in units]) | ((unit == cell["grupp"]) & ~unit.is_in(known))
        )
    return rows.filter(pl.col(cell["uppdelning"]).fill_null("okand") == cell["grupp"])


Count = Callable[[Facts, Cell], Parts]


def counted(name: str, column: str, *where: pl.Expr) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        n = number(within(of_cell(facts[name].filter(*where), cell), column, cell).height)
        return Parts(n, None, n)

    return count


def stock(name: str, start: pl.Expr, end: pl.Expr, *where: pl.Expr) -> Count:
    """What is open at the end of the period's last day."""

    def count(facts: Facts, cell: Cell) -> Parts:
        last = days(cell["period"])[1]
        rows = of_cell(facts[name].filter(*where), cell)
        n = number(rows.filter(start <= last, end.is_null() | (end > last)).height)
        return Parts(n, None, n)

    return count


def active(name: str, start: pl.Expr, end: pl.Expr, *where: pl.Expr) -> Count:
    """What is open on some day of the period."""

    def count(facts: Facts, cell: Cell) -> Parts:
        first, last = days(cell["period"])
        rows = of_cell(facts[name].filter(*where), cell)
        n = number(rows.filter(start <= last, end.is_null() | (end > first)).height)
        return Parts(n, None, n)

    return count


def share_of(name: str, column: str, good: pl.Expr, of: pl.Expr | None = None) -> Count:
    """Rows that are ``good`` among those that are ``of``, by the day in ``column``."""

    def count(facts: Facts, cell: Cell) -> Parts:
        rows = facts[name] if of is None else facts[name].filter(of)
        rows = within(of_cell(rows, cell), column, cell)
        k, n = number(rows.filter(good).height), number(rows.height)
        return Parts(k, n, k / n if n else None)

    return count


def time_taken(name: str, column: str, taken: pl.Expr, statistic: str, *where: pl.Expr) -> Count:
    """Mean (``medel``), ``median`` or ``p90`` of ``taken`` over the rows with ``column`` in the period."""

    def count(facts: Facts, cell: Cell) -> Parts:
        rows = within(of_cell(facts[name].filter(*where), cell), column, cell)
        times = rows.select(taken.alias("tid"))["tid"].drop_nulls()
        value = {
            "medel": times.mean,
            "median": times.median,
            "p90": lambda: times.quantile(0.9, interpolation="linear"),
        }[statistic]()
        return Parts(number(times.sum()), number(len(times)), None if value is None else number(value))

    return count


def different(name: str, column: str, key: str, *where: pl.Expr) -> Count:
    """How many different ``key`` stand in the rows whose day ``column`` is in the period."""

    def count(facts: Facts, cell: Cell) -> Parts:
        rows = within(of_cell(facts[name].filter(*where), cell), column, cell)
        n = number(rows[key].drop_nulls().n_unique())
        return Parts(n, None, n)

    return count
