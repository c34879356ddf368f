"""The limits of every rule, from the rule rows: the day before, the day, the day after; open at the limit.

Expected days are worked out from the rows with dateutil, and expected outcomes from the kind of the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from frist_fall import d, read
from frist_orakel import lagg_till, rulla
from frist_rigg import Rigg

from pipelines.settings import SEEDS, Settings

REGLER = {row["regel_id"]: row for row in read(SEEDS / "fristregler.csv")}
VERSIONER = read(SEEDS / "fristregler_versioner.csv")
VILLKOR = read(SEEDS / "fristregler_villkor.csv")
HELGDAGAR = {d(row["datum"]) for row in read(SEEDS / "helgdagar.csv")}
DAY = timedelta(days=1)
LATE = date(2049, 1, 1)
WISHED_DUE_DAYS = [  # as far as the version's validity allows
    *("2023-12-24", "2024-12-24", "2025-12-24", "2026-12-25"),  # julafton, juldagen
    *("2023-06-23", "2024-06-21", "2025-06-20", "2026-06-19"),  # midsommarafton
    *("2024-03-31", "2025-11-01", "2026-05-01", "2016-05-01"),  # påskdagen, alla helgons dag, 1 maj
]
WISHED_STARTS = [
    "2024-02-29",
    "2020-02-29",
    "2028-02-29",
    "2012-02-29",
    "2027-08-31",
    "2015-10-31",
    "2026-12-31",
]


@dataclass(frozen=True)
class Case:
    regel_id: str
    version: int
    start: date
    due: date
    stop: date | None
    lage_per: date

    @property
    def utfall(self) -> str:
        """From the kind of rule and the day alone."""
        within = (self.stop or self.lage_per) <= self.due
        if REGLER[self.regel_id]["slag"] == "rapportering":
            return (
                "rapporteringspliktig" if not within else "ej_rapporteringspliktig" if self.stop else "vantar"
            )
        if self.stop:
            return "i_tid" if within else "for_sent"
        return "pagaende" if within else "pagaende_over_frist"


def starts(version: dict[str, str], length: int, following: date) -> Iterator[date]:
    """Days on which a clock under the version may start so that it is due before the next version."""
    first = max(d(version["giltig_fran"]), date(2000, 1, 1))
    wished = [d(s) for s in WISHED_STARTS]
    for due in map(d, WISHED_DUE_DAYS):
        near = lagg_till(due, -length, version["enhet"])
        wished += [
            day
            for day in (near + n * DAY for n in range(-3, 4))
            if lagg_till(day, length, version["enhet"]) == due
        ]
    wished += [first, first + 17 * DAY]
    for day in sorted(set(wished)):
        if first <= day and lagg_till(day, length, version["enhet"]) + DAY < following:
            yield day


def made() -> list[Case]:
    cases = []
    for version in VERSIONER:
        rule, until = version["regel_id"], d(version["giltig_till"]) if version["giltig_till"] else LATE
        length = int(version["langd_forsta"] or version["langd"])
        for start in starts(version, length, until):
            due = lagg_till(start, length, version["enhet"])
            for n in (-1, 0, 1):
                cases.append(Case(rule, int(version["version"]), start, due, due + n * DAY, LATE))
            cases += [Case(rule, int(version["version"]), start, due, None, due + n * DAY) for n in (0, 1)]
    return cases


def subject(number: int, case: Case) -> tuple[Any, ...]:
    """One that meets the conditions of the rule."""
    rule = REGLER[case.regel_id]
    who = {"malgrupp": "vuxen", "typ": "okand", "lagrum_id": "okand", "lagrumsgrupp": "sol"}
    who |= {"ar_overvagande": "nej", "gynnande": "nej", "beslut": "inget"}
    has = []
    for row in (row for row in VILLKOR if row["regel_id"] == case.regel_id):
        if row["operator"] == "in":
            who[row["kolumn"]] = row["varden"].split("|")[0]
        elif row["operator"] == "har":
            has.append(row["varden"])
    born = case.start.replace(day=1) - 2000 * DAY
    key = f"s{number}"
    place = (number, (rule["kommun"] or "9901").split("|")[0], rule["subjekt_typ"], key, key)
    asked = ("malgrupp", "typ", "beslut", "lagrum_id", "lagrumsgrupp", "ar_overvagande", "gynnande")
    return (*place, *(who[column] for column in asked), born, None, has, case.lage_per)


@pytest.fixture(scope="module")
def judged(natt: Settings) -> dict[Case, tuple[Any, Any]]:
    """Each case with what the engine says under LAG and LAG_RULLAD: due day and outcome."""
    cases = made()
    subjects = [subject(n, case) for n, case in enumerate(cases)]
    events = []
    for n, case in enumerate(cases):
        rule = REGLER[case.regel_id]
        happened = [(rule["start_handelse"].split("|")[0], case.start)]
        happened += [(rule["stopp_handelse"].split("|")[0], case.stop)] if case.stop else []
        events += [(subjects[n][1], rule["subjekt_typ"], f"s{n}", what, day) for what, day in happened]
    rigg = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    rigg.load(subjects, events, [])
    rigg.run()
    clocks = rigg.clocks()
    return {
        case: (
            clocks.get((f"s{n}", case.regel_id, 1, "LAG")),
            clocks.get((f"s{n}", case.regel_id, 1, "LAG_RULLAD")),
        )
        for n, case in enumerate(cases)
    }


@pytest.mark.parametrize("rule", REGLER)
def test_limits_of_a_rule(judged: dict[Case, tuple[Any, Any]], rule: str) -> None:
    mine = {case: said for case, said in judged.items() if case.regel_id == rule}
    assert {case.version for case in mine} == {int(v["version"]) for v in VERSIONER if v["regel_id"] == rule}
    assert {case.stop is None for case in mine} == {True, False}
    for case, (plain, rolled) in mine.items():
        assert plain is not None, case
        assert (plain[1], plain[5], plain[6]) == (case.due, case.utfall, case.version), case
        if REGLER[rule]["rullas"] == "ja":
            assert rolled is not None
            assert rolled[1] == rulla(case.due, HELGDAGAR), case
        else:
            assert rolled is None, case


def test_the_cases_meet_leap_days_and_holidays() -> None:
    cases = made()
    with_leap_start = {c.regel_id for c in cases if (c.start.month, c.start.day) == (2, 29)}
    due_on_holiday = {c.regel_id for c in cases if c.due in HELGDAGAR}
    assert with_leap_start == due_on_holiday == set(REGLER)
