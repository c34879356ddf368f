"""What is always true of Sampelstad: its dates, its organisation, its law texts and how it draws lots.

No persons or cases here, and no deadlines anywhere in this package: durations are drawn, never computed
from a rule, so that the warehouse is tested against something that does not share its formulas.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

KOMMUN = "9901"
FIRST = date(2017, 1, 1)
HISTORY = date(2026, 10, 31)
"""Delivery date of the history load; every fact in it was known that evening."""

NEW_SOL = date(2025, 7, 1)
YEARS = range(FIRST.year, HISTORY.year + 1)
ORGANISED = date(2010, 1, 1)
"""The day the units were formed: before the first decision on a placement that goes on at ``FIRST``."""

Row = dict[str, Any]
"""One row of an extract: column name to value. Dates and numbers are written as they are, None as empty."""

Tables = dict[str, list[Row]]


def after(day: date, days: float) -> date:
    return day + timedelta(days=int(days))


def workday(day: date) -> date:
    """The same day, or the Friday before when it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The birthday; whoever was born on a leap day has it on 28 February."""
    return date(born.year + years, born.month, min(born.day, 28))


def flag(truth: bool) -> str:
    return "ja" if truth else "nej"


def index(year: int) -> float:
    """Price level relative to 2020: three per cent a year."""
    return float(1.03 ** (year - 2020))


def identities(prefix: str) -> Iterator[str]:
    """Ids as a case system numbers them: ``U000001``, ``U000002``, ..."""
    return (f"{prefix}{n:06d}" for n in count(1))


def caseworker(rng: Random) -> str:
    return f"h{rng.randint(1, 140):04d}"


def group_at(malgrupp: str, born: date, day: date) -> str:
    """The group on that day: who was a child (0-20 years) when the case began may have become an adult."""
    return "vuxen" if malgrupp == "barn" and age(born, day) > 20 else malgrupp


def part(rng: Random, share: float) -> bool:
    return rng.random() < share


def days_of_arrival(rng: Random, per_year: float) -> list[date]:
    """Days from ``FIRST`` to ``HISTORY`` on which something comes in, about ``per_year`` times a year.

    Few come in at weekends and in July, and there is a little more of everything each year.
    """
    days: list[date] = []
    for year in YEARS:
        whole_year = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        calendar = [day for day in whole_year if day <= HISTORY]
        weights = [(0.2 if d.weekday() > 4 else 1.0) * (0.6 if d.month == 7 else 1.0) for d in calendar]
        growth = 1 + 0.015 * (year - 2021)
        days += rng.choices(calendar, weights, k=max(1, round(per_year * growth * len(calendar) / 365)))
    return sorted(days)


def shuffled_over_time(rng: Random, per_year: dict[str, float]) -> list[tuple[date, str]]:
    """Arrivals of several kinds, in the order they come in."""
    return sorted((day, kind) for kind, number in per_year.items() for day in days_of_arrival(rng, number))


# --- organisation -------------------------------------------------------------------------------------

SPLIT = date(2024, 1, 1)
"""The day the investigations of children and of young people became two units."""

UNITS: tuple[tuple[str, str, str, date, date | None], ...] = (
    ("barn_unga", "Barn och unga", "", ORGANISED, None),
    ("vuxna", "Vuxna", "", ORGANISED, None),
    ("mottag_barn", "Mottag barn", "barn_unga", ORGANISED, None),
    ("utredning_barn_unga", "Utredning barn och unga", "barn_unga", ORGANISED, SPLIT),
    ("utredning_barn", "Utredning barn", "barn_unga", SPLIT, None),
    ("utredning_unga", "Utredning unga", "barn_unga", SPLIT, None),
    ("placering_barn", "Placering barn", "barn_unga", ORGANISED, None),
    ("oppenvard_barn", "Öppenvård barn", "barn_unga", ORGANISED, None),
    ("familjeratt", "Familjerätt", "barn_unga", ORGANISED, None),
    ("vuxen_beroende", "Vuxen beroende", "vuxna", ORGANISED, None),
    ("socialpsykiatri", "Socialpsykiatri", "vuxna", ORGANISED, None),
    ("relationsvald", "Relationsvåld", "vuxna", ORGANISED, None),
    ("ekonomiskt_bistand", "Ekonomiskt bistånd", "vuxna", ORGANISED, None),
)


def unit_row(unit: str, name: str, parent: str, first: date, last: date | None) -> Row:
    return {"enhet": unit, "namn": name, "overordnad": parent, "giltig_fran": first, "giltig_till": last}


def child_unit(years: int, day: date) -> str:
    """The unit that investigates a child of that age on that day."""
    if day < SPLIT:
        return "utredning_barn_unga"
    return "utredning_barn" if years < 13 else "utredning_unga"


# --- law texts ----------------------------------------------------------------------------------------

_TEXTS: dict[str, tuple[str, str]] = {
    "insats": ("4 kap. 1 § SoL", "11 kap. 1 § SoL"),
    "ekonomi": ("4 kap. 1 § SoL", "12 kap. 1 § SoL"),
    "barnutredning": ("11 kap. 2 § SoL", "20 kap. 3 § SoL"),
    "utredning": ("11 kap. 1 § SoL", "14 kap. 2 § SoL"),
    "familjehem": ("6 kap. 6 § SoL", "22 kap. 2 § SoL"),
}


def lagrum(rng: Random, subject: str, day: date) -> str:
    """The section as written in a decision of that day; some write ``kap`` without its full stop."""
    text = _TEXTS[subject][day >= NEW_SOL]
    return text.replace("kap.", "kap") if part(rng, 0.15) else text


class ByMonth:
    """Things remembered by the month they happened, to be found again near a day."""

    def __init__(self) -> None:
        self._months: dict[tuple[str, int, int], list[Any]] = {}

    def add(self, kind: str, day: date, thing: Any) -> None:
        self._months.setdefault((kind, day.year, day.month), []).append(thing)

    def near(self, kind: str, day: date) -> list[Any]:
        return self._months.get((kind, day.year, day.month), [])


class Steps:
    """A value that changes at given days, for example a price list."""

    def __init__(self, *steps: tuple[date, float]) -> None:
        self.days = [day for day, _ in steps]
        self.values = [value for _, value in steps]

    def at(self, day: date) -> float:
        return self.values[max(0, bisect_right(self.days, day) - 1)]
