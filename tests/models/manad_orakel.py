"""The month worked out again, day by day: what each placement is to cost on a day, and what is booked for it.

It reads staging, the seeds and the parts of the ledger (``mart.fct_ekonomi``), and shares no step with the
models.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Any, NamedTuple

import duckdb
from frist_fall import read

from pipelines.settings import SEEDS

Row = dict[str, Any]
DAY = timedelta(days=1)
RULES = {r["debiteringsregel"]: r for r in read(SEEDS / "debiteringsregler.csv")}
GROUPS = sorted(read(SEEDS / "volymgrupper.csv"), key=lambda r: int(r["ordning"]))
LIMITS = {r["grans_id"]: Fraction(r["varde"]) for r in read(SEEDS / "manad_granser.csv")}


def table(db: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    return db.sql(f"from {name}").pl().to_dicts()


def month(day: date) -> str:
    return day.isoformat()[:7]


def months_between(first: str, last: str) -> int:
    """How many months ``last`` lies after ``first``."""
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:])


def days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += DAY


def group_of(row: Row) -> str:
    """The first printed row that fits; what the ledger does not say fits only the rows that do not ask."""
    own = {
        "malgrupp": row["malgrupp"] or "alla",
        "kostnadsgrupp": row["kostnadsgrupp"],
        "regi": row["regi"] or "alla",
        "lagrumsgrupp": row["lagrumsgrupp"] or "alla",
        "ensamkommande": "ja" if row["ar_ensamkommande"] else "nej",
    }
    return next(g["volymgrupp"] for g in GROUPS if all(fnmatchcase(own[c], g[c]) for c in own))


@dataclass
class Stay:
    """A placement by days: how much of each is paid, and at what price (None when it is unknown)."""

    id: str
    person: str
    provider: str
    start: date
    slut: date | None
    paid: dict[date, Fraction] = field(default_factory=dict)
    price: dict[date, Fraction | None] = field(default_factory=dict)
    nights: dict[date, Fraction | None] = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)
    """Month → volume group."""

    def price_on(self, day: date) -> Fraction | None:
        """Outside the paid days the price of the last priced day before, or of the first day."""
        if day in self.price:
            return self.price[day]
        before = [d for d, price in self.price.items() if d < day and price is not None]
        return self.price[max(before)] if before else self.price[min(self.price)]

    def group_on(self, day: date) -> str:
        if month(day) in self.group:
            return self.group[month(day)]
        known = [m for m in self.group if m <= month(day)]
        return self.group[max(known) if known else min(self.group)]


def stays_on(db: duckdb.DuckDBPyConnection, lage_per: date) -> dict[str, Stay]:
    """Every placement of the municipality that has a ledger, as known on ``lage_per``."""
    periods = defaultdict(list)
    for row in table(db, "staging.stg_placering_period where kommun = '9901'"):
        periods[row["placering_id"]].append(row)
    found = {}
    for row in table(db, "staging.stg_placering where kommun = '9901'"):
        end = min(row["slut"] or lage_per + DAY, lage_per + DAY)
        who = row["person_nyckel"] or "placering:" + row["placering_id"]
        stay = Stay(row["placering_id"], who, row["utforare"] or "okand", row["start"], row["slut"])
        for day in days(row["start"], end):
            _night(stay, row, periods[row["placering_id"]], day, lage_per)
        found[stay.id] = stay
    for row in table(db, "mart.fct_placering_manad where kommun = '9901'"):
        of_month, group = found[row["placering_id"]].group, group_of(row)
        assert of_month.setdefault(row["manad"], group) == group
    return found


def _night(stay: Stay, row: Row, periods: list[Row], day: date, lage_per: date) -> None:
    def newest(*kinds: str) -> Row | None:
        now = [
            p
            for p in periods
            if p["slag"] in kinds and p["fran"] <= day and (not p["till"] or day < p["till"])
        ]
        return max(now, key=lambda p: (p["slag"] == "dygnspris", p["fran"]), default=None)

    by_day, by_month, away = newest("dygnspris"), newest("manadsersattning"), newest("franvaro")
    price = None if row["dygnspris"] is None else Fraction(row["dygnspris"])
    if by_day or by_month:
        price = Fraction(by_day["varde"]) if by_day else Fraction(0)
        price += Fraction(by_month["varde"]) * 12 / 365 if by_month else 0
    contract = (by_day or by_month or {}).get("debiteringsregel") or "halvoppen"
    share = Fraction(1)
    if away:
        rule = RULES[away["debiteringsregel"] or contract]
        if (day - away["fran"]).days + 1 >= int(rule["franvaro_fran_dag"]):
            share = Fraction(rule["franvaro_andel"])
    if day == row["start"]:
        share += Fraction(RULES[contract]["ankomst_andel"]) - 1
    stay.paid[day], stay.price[day], stay.nights[day] = share, price, price
    leaving = Fraction(RULES[contract]["avresa_andel"])
    if row["slut"] == day + DAY and row["slut"] <= lage_per + DAY and leaving:
        stay.paid[day + DAY], stay.price[day + DAY] = leaving, price


@dataclass
class Booked:
    """A part of a ledger row and what it charges for each day."""

    row: Row
    group: str
    coupled: bool
    per_day: dict[date, Fraction]


def booked(db: duckdb.DuckDBPyConnection, known: dict[str, Stay]) -> list[Booked]:
    found = []
    for row in table(
        db, "mart.fct_ekonomi where serie = 'utfall' and kontotyp = 'kostnad' and kommun = '9901'"
    ):
        first, last = row["avser_fran_datum"], row["avser_till_datum"]
        dated = first is not None and last is not None and first <= last
        if not dated:
            first = date(int(row["period"][:4]), min(int(row["period"][5:]), 12), 1)
            last = (first + 31 * DAY).replace(day=1) - DAY
        span = list(days(first, last + DAY))
        found.append(
            Booked(
                row,
                group_of(row),
                dated and row["placering_id"] in known,
                dict.fromkeys(span, Fraction(row["belopp_kr"]) / len(span)),
            )
        )
    return found


Parts = dict[tuple[str, str], dict[str, Fraction]]
"""(period, group) → the parts of the reconciliation."""


def reconciliation(stay: dict[str, Stay], rows: list[Booked]) -> Parts:
    """Booked, calculated, timing, volume and price of each bookkeeping period and group."""
    found: Parts = defaultdict(lambda: defaultdict(Fraction))
    for b in rows:
        period = b.row["period"]
        found[period, b.group]["bokfort"] += Fraction(b.row["belopp_kr"])
        found[period, b.group]["periodisering"] += Fraction(b.row["belopp_kr"])
        for day, kr in b.per_day.items():
            found[month(day), b.group]["periodisering"] -= kr
    invoiced = invoiced_groups(stay, rows)
    charged: dict[str, dict[date, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for b in rows:
        if b.coupled:
            for day, kr in b.per_day.items():
                charged[b.row["placering_id"]][day] += kr
    for s in stay.values():
        for day in charged[s.id].keys() | s.paid.keys():
            share, price, kr = s.paid.get(day, Fraction(0)), s.price_on(day), charged[s.id][day]
            where = month(day), s.group_on(day)
            if price is None:
                continue
            found[where]["beraknat"] += share * price
            counted = Fraction(0) if round(kr, 2) <= 0 else share if share > 0 else Fraction(1)
            if where in invoiced:
                found[where]["volym"] += (counted - share) * price
                found[where]["pris"] += kr - counted * price
    return found


def invoiced_groups(stay: dict[str, Stay], rows: list[Booked]) -> set[tuple[str, str]]:
    """(month, group) where a large enough part of a year's cost names placement and days."""
    total: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    coupled: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for b in rows:
        for day, kr in b.per_day.items():
            total[month(day), b.group] += kr
            coupled[month(day), b.group] += kr if b.coupled else 0
    known = {*total, *((month(day), s.group_on(day)) for s in stay.values() for day in s.paid)}
    known |= {(b.row["period"].replace("-13", "-12"), b.group) for b in rows}
    found = set()
    for last, group in known:
        year = [key for key in total if key[1] == group and 0 <= months_between(key[0], last) < 12]
        part = sum((coupled[key] for key in year), Fraction(0))
        if part > 0 and part >= LIMITS["fakturerad_andel"] * sum((total[key] for key in year), Fraction(0)):
            found.add((last, group))
    return found


def accruals(
    stay: dict[str, Stay], rows: list[Booked], lage_per: date
) -> dict[tuple[str, str, str], Fraction]:
    """(month, group, provider) → to accrue, of months that are over and in the ledger."""
    found: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    priced: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for s in stay.values():
        for day, share in s.paid.items():
            price = s.price[day]
            found[month(day), s.group_on(day), s.provider] += share * (price or 0)
            priced[s.id, month(day)].append(price is not None)
    for b in rows:
        dated = b.row["avser_fran_datum"] is not None
        for day, kr in b.per_day.items():
            if not dated or b.row["period"] > month(day):
                continue
            if not b.coupled:
                found[month(day), b.group, "okand"] -= kr
            elif any(priced[b.row["placering_id"], month(day)] or [True]):
                s = stay[b.row["placering_id"]]
                found[month(day), s.group_on(day), s.provider] -= kr
    periods = [b.row["period"].replace("-13", "-12") for b in rows]
    first, last = (
        min(periods),
        min(max(periods), month(lage_per + DAY - timedelta(days=(lage_per + DAY).day))),
    )
    invoiced = invoiced_groups(stay, rows)
    return {
        key: kr
        for key, kr in found.items()
        if first <= key[0] <= last and key[:2] in invoiced and round(kr, 2)
    }


class Open(NamedTuple):
    """A placement that somebody is in on the last day of a month."""

    person: str
    group: str
    price: Fraction


def open_on(stay: dict[str, Stay], end: date) -> dict[str, Open]:
    """The placements of a month end; an unknown price counts as nothing."""
    here = [s for s in stay.values() if end in s.nights]
    return {s.id: Open(s.person, s.group_on(end), rounded(s.nights[end] or Fraction(0))) for s in here}


def rounded(kr: Fraction) -> Fraction:
    """To the öre, half up."""
    return Fraction((kr * 100 + Fraction(1, 2)).__floor__(), 100)
