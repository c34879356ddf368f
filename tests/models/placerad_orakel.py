"""Who is placed, worked out day by day in plain Python, and random placements to ask it about.

A ``Plac`` is one placement as int_placering has it. The oracle makes one dictionary per person, from day to
what the day was like, and counts from it. It shares nothing with the models but the code lists in ``seeds/``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

from dateutil.relativedelta import relativedelta
from frist_fall import read

from pipelines.settings import SEEDS

DAY = timedelta(days=1)
BANDS = read(SEEDS / "aldersgrupper.csv")
ENDINGS = {row["slutorsak"]: row for row in read(SEEDS / "slutorsaker.csv")}
Cell = tuple[str, str, str]
"""malgrupp, uppdelning, grupp"""


@dataclass(frozen=True)
class Plac:
    """One placement. ``till`` is the day after the last care day that is known."""

    kommun: str
    placering_id: str
    person: str
    start: date
    slut: date | None
    till: date
    malgrupp: str = "barn"
    placeringsform: str = "hvb"
    lagrumsgrupp: str = "sol"
    regi: str = "privat"
    kon: str = "kvinna"
    born: date | None = None
    hem: str | None = None
    slutorsak: str | None = None
    order: int = 1
    dygnsvard: bool = True


@dataclass(frozen=True)
class Dag:
    """What one day in care was like."""

    placering_id: str
    hem: str | None
    cells: frozenset[Cell]
    egen: bool
    care_day: bool


def band(indelning: str, born: date | None, day: date) -> str:
    """The age band of a person on a day; born on a leap day, a year older on the last of February."""
    if born is None:
        return "okand"
    age = day.year - born.year
    age -= born + relativedelta(years=age) > day
    fits = (
        b["grupp"]
        for b in BANDS
        if b["indelning"] == indelning
        and int(b["fran_alder"]) <= age
        and (not b["till_alder"] or age <= int(b["till_alder"]))
    )
    return next(fits, "okand")


def cells(p: Plac, day: date) -> frozenset[Cell]:
    groups = {
        "total": "total",
        "placeringsform": p.placeringsform,
        "lagrumsgrupp": p.lagrumsgrupp,
        "regi": p.regi,
        "kon": p.kon,
        "aldersgrupp": band("standard", p.born, day),
        "sammanbrott_alder": band("sammanbrott", p.born, day),
    }
    return frozenset((m, u, g) for m in (p.malgrupp, "alla") for u, g in groups.items())


def days_of(placements: Iterable[Plac]) -> dict[tuple[str, str], dict[date, Dag]]:
    """(kommun, person) → day → what it was like; one missing day between two is in care, but no care day."""
    owner: dict[tuple[str, str], dict[date, Plac]] = defaultdict(dict)
    for p in placements:
        mine = owner[p.kommun, p.person]
        for n in range((p.till - p.start).days if p.dygnsvard else 0):
            day = p.start + n * DAY
            now = mine.get(day)
            if now is None or (-p.start.toordinal(), p.order, p.placering_id) < (
                -now.start.toordinal(),
                now.order,
                now.placering_id,
            ):
                mine[day] = p
    found = {}
    for who, mine in owner.items():
        told = {
            day: Dag(p.placering_id, p.hem, cells(p, day), p.regi == "egen", care_day=True)
            for day, p in mine.items()
        }
        for day in mine:
            if day + DAY not in mine and day + 2 * DAY in mine:
                told[day + DAY] = replace(told[day], care_day=False)
        found[who] = told
    return found


Count = dict[str, Any]


class Orakel:
    """The days of all persons, worked out once."""

    def __init__(self, placements: list[Plac]) -> None:
        self.placements = placements
        self.days = days_of(placements)

    def overview(self, kommun: str, first: date, last: date) -> dict[Cell, Count]:
        """Every cell's figures for the days ``first`` to ``last``, nought left out."""
        sums: dict[str, Counter[Cell]] = defaultdict(Counter)
        spans: dict[str, dict[Cell, list[int]]] = {
            "avslutade": defaultdict(list),
            "pagaende": defaultdict(list),
        }
        for (where, _), days in self.days.items():
            if where == kommun:
                _one_person(days, first, last, sums, spans)
        for p in self.placements:
            if p.kommun == kommun and p.dygnsvard:
                _one_placement(p, first, last, sums)
        found: dict[Cell, Count] = defaultdict(dict)
        for name, counter in sums.items():
            for cell, number in counter.items():
                found[cell][name] = number
        for name, lengths in spans.items():
            for cell, known in lengths.items():
                found[cell] |= {f"summa_dagar_{name}": sum(known), f"median_dagar_{name}": median(known)}
        return dict(found)


def _one_placement(p: Plac, first: date, last: date, sums: dict[str, Counter[Cell]]) -> None:
    if first <= p.start <= last:
        sums["antal_placeringar_paborjade"].update(cells(p, p.start))
    if p.slut and first <= p.slut <= last:
        there = cells(p, max(p.start, p.slut - DAY))
        ending = ENDINGS.get(p.slutorsak or "", {})
        sums["antal_placeringar_avslutade"].update(there)
        sums["antal_avslutade_placeringar_matt"].update(there if ending.get("ar_matt") == "ja" else ())
        sums["antal_sammanbrott"].update(there if ending.get("ar_sammanbrott") == "ja" else ())


def _one_person(
    days: dict[date, Dag],
    first: date,
    last: date,
    sums: dict[str, Counter[Cell]],
    spans: dict[str, dict[Cell, list[int]]],
) -> None:
    inside = sorted(day for day in days if first <= day <= last)
    sums["antal_placerade"].update({cell for day in inside for cell in days[day].cells})
    sums["antal_placerade_ingaende"].update(days[first - DAY].cells if first - DAY in days else ())
    sums["antal_placerade_sista_dagen"].update(days[last].cells if last in days else ())
    moved: set[Cell] = set()
    for run in runs(days):
        seen: set[str] = set()
        for day in run:
            now, before = days[day], days.get(day - DAY)
            new_here = now.placering_id not in seen
            seen.add(now.placering_id)
            if not first <= day <= last:
                continue
            if before is None:
                sums["antal_nya"].update(now.cells)
            else:
                sums["antal_bytt_in"].update(now.cells - before.cells)
                sums["antal_bytt_ut"].update(before.cells - now.cells)
                if new_here and not (now.hem and now.hem == before.hem):
                    sums["antal_flyttar"].update(now.cells)
                    moved |= now.cells
            if now.care_day:
                sums["vard_dygn"].update(now.cells)
                sums["vard_dygn_egen_regi"].update(now.cells if now.egen else ())
        out = run[-1] + DAY
        if first <= out <= last:
            sums["antal_avslutade"].update(days[run[-1]].cells)
            for cell in days[run[-1]].cells:
                spans["avslutade"][cell].append(len(run))
        if run[0] <= last <= run[-1]:
            for cell in days[last].cells:
                spans["pagaende"][cell].append((last - run[0]).days + 1)
    sums["antal_flyttade"].update(moved)


def runs(days: dict[date, Dag]) -> Iterator[list[date]]:
    """The days in order, one list for each unbroken care."""
    ordered = sorted(days)
    run = ordered[:1]
    for before, day in pairwise(ordered):
        if day - before > DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


FORMS = ("familjehem", "jourhem", "hvb", "sis", "stodboende", "vardnadsoverflyttad")


def invent(rng: Random, kommun: str, persons: int, first: date, last: date) -> list[Plac]:
    """Placements of some persons with gaps, overlaps, days that are double and much that changes."""
    found: list[Plac] = []
    for number in range(persons):
        person = f"p{number}"
        born = None if rng.random() < 0.1 else first - timedelta(days=rng.randrange(22 * 365))
        if rng.random() < 0.1 and born:
            born = date(born.year - born.year % 4, 2, 29)
        kon = rng.choice(["kvinna", "man", "okand"])
        start = first + timedelta(days=rng.randrange((last - first).days // 2))
        malgrupp = rng.choice(["barn", "barn", "vuxen_beroende"])
        for step in range(rng.randrange(1, 6)):
            if start > last:
                break
            end = start + timedelta(days=rng.choice([0, 1, 2, 10, 40, 200, 500]))
            slut = end if end <= last and rng.random() < 0.95 else None
            form = rng.choice(FORMS)
            found.append(
                Plac(
                    kommun,
                    f"{person}-{step}",
                    person,
                    start,
                    slut,
                    slut or last + DAY,
                    malgrupp,
                    form,
                    rng.choice(["sol", "lvu", "okand"]),
                    rng.choice(["egen", "privat", "kommun"]),
                    kon,
                    born,
                    rng.choice([None, "hem1", "hem2"]),
                    rng.choice([None, *ENDINGS]) if slut else None,
                    FORMS.index(form),
                    form != "vardnadsoverflyttad" and rng.random() < 0.95,
                )
            )
            if rng.random() < 0.1:
                malgrupp = "vuxen_annat"
            start = end + timedelta(days=rng.choice([0, 0, 0, 1, 2, 14, 15, -1, -5, -60]))
    return [p for p in found if p.start <= last]
