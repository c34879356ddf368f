"""The frozen calendar, recomputed from the statutes and compared with a second opinion."""

import csv
from collections.abc import Callable
from datetime import date, timedelta

import holidays
import pytest
from dateutil.easter import easter

from pipelines.settings import SEEDS

YEARS = range(1995, 2051)
ANNANDAG_PINGST_ENDS = NATIONALDAGEN_BEGINS = 2005


def seed() -> dict[date, tuple[str, str]]:
    with (SEEDS / "helgdagar.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    found = {date.fromisoformat(r["datum"]): (r["namn"], r["slag"]) for r in rows}
    assert len(found) == len(rows), "one row per day"
    assert list(found) == sorted(found)
    return found


def saturday_in(first: date) -> date:
    """The Saturday in the week that begins on ``first``."""
    return next(d for d in (first + timedelta(days=i) for i in range(7)) if d.isoweekday() == 6)


def law_1989_253(year: int) -> dict[str, date]:
    """Public holidays of one year, ordinary Sundays left out (lag 1989:253 om allmänna helgdagar)."""
    paskdagen = easter(year)
    midsommardagen = saturday_in(date(year, 6, 20))
    days = {
        "Nyårsdagen": date(year, 1, 1),
        "Trettondedag jul": date(year, 1, 6),
        "Långfredagen": paskdagen - timedelta(days=2),
        "Påskdagen": paskdagen,
        "Annandag påsk": paskdagen + timedelta(days=1),
        "Första maj": date(year, 5, 1),
        "Kristi himmelsfärds dag": paskdagen + timedelta(days=39),  # the sixth Thursday after Easter
        "Pingstdagen": paskdagen + timedelta(weeks=7),  # the seventh Sunday after Easter
        "Midsommardagen": midsommardagen,
        "Alla helgons dag": saturday_in(date(year, 10, 31)),
        "Juldagen": date(year, 12, 25),
        "Annandag jul": date(year, 12, 26),
    }
    if year >= NATIONALDAGEN_BEGINS:
        days["Nationaldagen"] = date(year, 6, 6)
    if year < ANNANDAG_PINGST_ENDS:
        days["Annandag pingst"] = days["Pingstdagen"] + timedelta(days=1)
    return days


def law_1930_173(year: int) -> dict[str, date]:
    """The eves that lag (1930:173) 2 § puts beside the holidays."""
    return {
        "Midsommarafton": law_1989_253(year)["Midsommardagen"] - timedelta(days=1),
        "Julafton": date(year, 12, 24),
        "Nyårsafton": date(year, 12, 31),
    }


def test_covers_its_years() -> None:
    assert {d.year for d in seed()} == set(YEARS)


@pytest.mark.parametrize(("slag", "law"), [("helgdag", law_1989_253), ("afton", law_1930_173)])
def test_days_are_those_of_the_statute(slag: str, law: Callable[[int], dict[str, date]]) -> None:
    assert {d for d, (_, s) in seed().items() if s == slag} == {d for y in YEARS for d in law(y).values()}


def test_names_are_those_of_the_statute() -> None:
    """A day with two names (1 May 2008, 6 June 2049) carries both."""
    named: dict[date, list[str]] = {}
    for year in YEARS:
        for name, day in (law_1989_253(year) | law_1930_173(year)).items():
            named.setdefault(day, []).append(name)
    for day, (name, _) in seed().items():
        assert sorted(n.casefold() for n in name.split(" och ")) == sorted(n.casefold() for n in named[day])


def test_agrees_with_the_holidays_library() -> None:
    library = holidays.country_holidays(
        "SE", years=YEARS, categories=("public", "de_facto"), include_sundays=False
    )
    assert set(seed()) == set(library)


@pytest.mark.parametrize("day", ["2025-04-17", "2025-01-05", "2025-05-02", "2026-05-25", "2004-06-06"])
def test_days_that_are_no_holidays(day: str) -> None:
    """Skärtorsdag, trettondagsafton, a klämdag, annandag pingst after 2004, 6 June before 2005."""
    assert date.fromisoformat(day) not in seed()
