"""The rest of what Botkyrka printed in delår 2 2021: insatser, and households with financial aid.

Households, months and kronor are drawn inside what rounds to the printed figures, and :attr:`Others.books`
keeps what they come to. Beside them are the months and insatser that must not be counted.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from botkyrka_generator import AUTUMN, COLUMNS, NOW, PSYCHIATRY, SPRING, Person, Span, World, ore

AID = "Ekonomiskt bistånd"
FIGURES = {
    "psyk_boendestod": (f"Volymer: {PSYCHIATRY}", "Boendestöd, antal insatser"),
    "psyk_ips": (f"Volymer: {PSYCHIATRY}", "IPS, antal insatser"),
    "bistand_hushall": (f"Volymer: {AID}", "Genomsnittligt antal biståndshushåll per månad"),
    "bistand_langvarigt": (
        f"Volymer: {AID}",
        "Andel hushåll som fått bistånd 10 månader och längre under de senaste 12 månaderna",
    ),
    "bistand_tid": (f"Volymer: {AID}", "Genomsnittlig biståndstid i månader under perioden"),
    "bistand_hushall_nyanlanda": (
        f"Volymer: {AID}",
        "Genomsnittligt antal biståndshushåll per månad (nyanlända)",
    ),
    "bistand_tid_nyanlanda": (
        f"Volymer: {AID}",
        "Genomsnittlig biståndstid i månader under perioden (nyanlända)",
    ),
    "bistand_belopp": (f"Nyckeltal: {AID}", "Genomsnittligt bistånd per månad i kronor"),
    "bistand_belopp_nyanlanda": (
        f"Nyckeltal: {AID}",
        "Genomsnittligt bistånd per månad i kronor (nyanlända)",
    ),
}
"""The printed rows that are no placements: (avsnitt, rad), in the order of the document."""

PLANNED = {
    "psyk_boendestod": ("INS_AKTUELLA", "insatstyp", "boendestod"),
    "psyk_ips": ("INS_AKTUELLA", "insatstyp", "ips"),
    "bistand_hushall": ("EB_HUSHALL_PER_MANAD", "", ""),
    "bistand_langvarigt": ("EB_LANGVARIG_ANDEL", "", ""),
    "bistand_tid": ("EB_TID_MEDEL", "", ""),
    "bistand_hushall_nyanlanda": ("EB_HUSHALL_PER_MANAD", "nyanland", "ja"),
    "bistand_tid_nyanlanda": ("EB_TID_MEDEL", "nyanland", "ja"),
    "bistand_belopp": ("EB_BELOPP_PER_MANAD", "", ""),
    "bistand_belopp_nyanlanda": ("EB_BELOPP_PER_MANAD", "nyanland", "ja"),
}
"""How the plan names each of them: indicator, breakdown and group."""

KINDS = {"psyk_boendestod": "boendestod", "psyk_ips": "ips"}
LENGTHS = {SPRING: 8, AUTUMN: 4, NOW: 8}
ADULTS = {"ensam_man": 1, "ensam_kvinna": 1, "ensam_kvinna_barn": 1, "par_barn": 2, "par": 2}

Printed = dict[tuple[str, str], Decimal | None]
"""(row, column of the document) → what is printed; None where nothing is."""

Parts = tuple[Decimal, Decimal | None]


def read_printed(path: Path) -> Printed:
    """The nine rows, five columns each; a share is 0–1."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = {(row["avsnitt"], row["rad"]): row for row in csv.DictReader(f)}

    def value(text: str) -> Decimal | None:
        return Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1) if text else None

    return {(key, c): value(rows[place][c]) for key, place in FIGURES.items() for c in COLUMNS}


@dataclass(eq=False)
class Household:
    id: str
    kind: str
    newcomer: bool
    adults: list[Person]
    months: set[date] = field(default_factory=set)
    """With aid."""


class Others:
    """Adds insatser, aid and plans to the tables of ``world``.

    ``books``: (row, column) → numerator and denominator of the outcomes; no denominator for a count.
    """

    def __init__(self, world: World, printed: Printed, seed: int = 2) -> None:
        self.world = world
        self.printed = printed
        self.rng = Random(seed)
        self.books: dict[tuple[str, str], Parts] = {}
        world.tables |= {"insatser": [], "ekonomiskt_bistand": [], "indikatorplan": []}
        self._homes: list[Household] = []
        self._unpaid: dict[Span, dict[tuple[Household, date], Decimal]] = defaultdict(dict)
        self._of_newcomers: dict[Span, Decimal] = {}
        for row, kind in KINDS.items():
            self._give(row, kind)
        self._live()
        self._pay()
        self._plan()

    def _whole(self, row: str, column: str, times: int) -> int:
        """A number that divided by ``times`` rounds to the printed figure."""
        value = self._of(row, column)
        least, most = (int((value * 2 + sign) * times) for sign in (-1, 1))
        return self.rng.randrange(-(-least // 2), -(-most // 2))

    def _of(self, row: str, column: str) -> Decimal:
        value = self.printed[row, column]
        assert value is not None, (row, column)
        return value

    # insatser

    def _give(self, row: str, kind: str) -> None:
        """So many that go on some day of the spring of 2020, of all of 2020, and of 2021 so far."""
        rng = self.rng
        spring, year, now = (int(self._of(row, c)) for c in ("aug_2020", "utfall_2020", "aug_2021"))
        starts = [date(2020, 9, 1) - timedelta(days=rng.randint(1, 900)) for _ in range(spring)]
        starts[:2] = [date(2020, 8, 31), date(2020, 8, 31)]
        starts += [date(2020, 9, 1) + timedelta(days=rng.randint(0, 121)) for _ in range(year - spring)]
        stays = set(rng.sample(range(2, year), int(0.7 * min(year, now))))
        for nr, start in enumerate(starts):
            first = max(start, date(2020, 1, 1))
            ends = first + timedelta(days=rng.randint(0, (date(2020, 12, 31) - first).days))
            if nr in stays:
                ends = None if rng.random() < 0.6 else date(2021, 1, 1) + timedelta(days=rng.randint(1, 240))
            if nr == min(stays):
                ends = date(2021, 1, 1)
                self.world.texture["insats vars sista dag är periodens första"] += 1
            self._insats(kind, start, ends)
        for _ in range(now - len(stays)):
            self._insats(kind, date(2021, 1, 1) + timedelta(days=rng.randint(0, 242)), None)
        for start, end in ((date(2019, 2, 1), date(2019, 12, 31)), (date(2021, 9, 1), None)):
            self._insats(kind, start, end)
            self.world.texture["insats utanför perioden"] += 1
        self._insats("sysselsattning", date(2020, 3, 1), None)
        for column, count in (("aug_2020", spring), ("utfall_2020", year), ("aug_2021", now)):
            self.books[row, column] = Decimal(count), None

    def _insats(self, kind: str, start: date, end: date | None) -> None:
        person = self.world.person((22, 60), start)
        rows = self.world.tables["insatser"]
        rows.append(
            {
                "insats_id": f"I{len(rows) + 1:05d}",
                "personnummer": person.number,
                "kon": person.kon,
                "fodelsedatum": person.born,
                "behovsprovad": "ja",
                "insatstyp": kind,
                "enhet": "socialpsykiatri",
                "malgrupp": "vuxen",
                "start": start,
                "slut": end,
                "slutorsak": "enligt plan" if end else None,
            }
        )

    # households

    def _live(self) -> None:
        """Who has aid in which months: so many months of each span, and so many households of 2020."""
        counts: dict[Span, dict[bool, int]] = {span: {} for span in LENGTHS}
        homes: dict[bool, int] = {}
        for newcomer, suffix in ((True, "_nyanlanda"), (False, "")):
            spring, year, now = (
                self._whole(f"bistand_hushall{suffix}", column, months)
                for column, months in (("aug_2020", 8), ("utfall_2020", 12), ("aug_2021", 8))
            )
            while newcomer and not 6 <= year - spring <= 16:
                spring = self._whole("bistand_hushall_nyanlanda", "aug_2020", 8)
                year = self._whole("bistand_hushall_nyanlanda", "utfall_2020", 12)
            time = self._of(f"bistand_tid{suffix}", "utfall_2020")
            for column, span, many in (("aug_2020", SPRING, spring), ("aug_2021", NOW, now)):
                counts[span][newcomer] = many
                self.books[f"bistand_hushall{suffix}", column] = Decimal(many), Decimal(LENGTHS[span])
            counts[AUTUMN][newcomer] = year - spring
            homes[newcomer] = round(year / (time + Decimal(self.rng.randint(-40, 40)) / 100))
            self.books[f"bistand_hushall{suffix}", "utfall_2020"] = Decimal(year), Decimal(12)
            self.books[f"bistand_tid{suffix}", "utfall_2020"] = Decimal(year), Decimal(homes[newcomer])
        share = self._of("bistand_langvarigt", "utfall_2020") + Decimal(self.rng.randint(-45, 45)) / 10_000
        long = round(homes[False] * share)
        self.books["bistand_langvarigt", "utfall_2020"] = Decimal(long), Decimal(homes[False])
        # Those newly arrived are among all households.
        of_2020 = {True: [self._household(newcomer=True) for _ in range(homes[True])]}
        of_2020[False] = [self._household(newcomer=False) for _ in range(homes[False] - homes[True])]
        for home in of_2020[False][:long]:
            missed = self.rng.sample(_months(SPRING) + _months(AUTUMN), self.rng.choice((0, 0, 0, 1, 2)))
            home.months |= set(_months(SPRING) + _months(AUTUMN)) - set(missed)
        self._fill(of_2020[True], {s: counts[s][True] for s in (SPRING, AUTUMN)}, 9)
        taken = {
            s: sum(month in home.months for home in of_2020[False] for month in _months(s)) for s in LENGTHS
        }
        left = {s: counts[s][False] - counts[s][True] - taken[s] for s in (SPRING, AUTUMN)}
        self._fill(of_2020[False][long:], left, 9)
        self._fill([*of_2020[True][:2], self._household(newcomer=True)], {NOW: counts[NOW][True]}, 8)
        stay = self.rng.sample(of_2020[False], 900)
        come = [self._household(newcomer=False) for _ in range(500)]
        self._fill([*stay, *come], {NOW: counts[NOW][False] - counts[NOW][True]}, 8)
        # Months outside every column: before the year, and after the delår.
        for home in self.rng.sample(of_2020[False], 40):
            home.months |= {date(2019, 12, 1), date(2021, 9, 1)}
            self.world.texture["bistånd utanför perioden"] += 1
        self._leave_unpaid()

    def _household(self, *, newcomer: bool) -> Household:
        kind = self.rng.choice(list(ADULTS))
        adults = [self.world.person((21, 60), date(2020, 1, 1)) for _ in range(ADULTS[kind])]
        home = Household(f"HH{len(self._homes) + 1:05d}", kind, newcomer, adults)
        self._homes.append(home)
        return home

    def _fill(self, homes: list[Household], months: dict[Span, int], most: int) -> None:
        """Spread the months over the households: at least one each, at most ``most`` of these spans."""
        slots = [span for span, many in months.items() for _ in range(many)]
        self.rng.shuffle(slots)
        got = dict.fromkeys(homes, 0)
        assert len(slots) >= len(homes)
        for nr, span in enumerate(slots):
            while True:
                home = homes[nr] if nr < len(homes) else self.rng.choice(homes)
                free = [month for month in _months(span) if month not in home.months]
                if free and got[home] < most:
                    break
            home.months.add(self.rng.choice(free))
            got[home] += 1

    def _leave_unpaid(self) -> None:
        """Months of nothing, and of what is taken back: rows of the extract that are no months with aid."""
        for span in LENGTHS:
            for home in self.rng.sample([h for h in self._homes if not h.newcomer], 12):
                free = [month for month in _months(span) if month not in home.months]
                if free:
                    back = self.rng.choice((0, 0, self.rng.randint(100, 4000)))
                    self._unpaid[span][home, free[0]] = Decimal(-back)
                    self.world.texture["återtaget bistånd" if back else "månad utan bistånd"] += 1

    # kronor

    def _pay(self) -> None:
        for newcomer, suffix in ((True, "_nyanlanda"), (False, "")):
            row, homes = f"bistand_belopp{suffix}", f"bistand_hushall{suffix}"
            spring, year, now = (
                ore((self._of(row, c) + Decimal(self.rng.randint(-49, 49)) / 100) * self.books[homes, c][0])
                for c in ("aug_2020", "utfall_2020", "aug_2021")
            )
            for column, kr in (("aug_2020", spring), ("utfall_2020", year), ("aug_2021", now)):
                self.books[row, column] = kr, self.books[homes, column][0]
            for span, kr in ((SPRING, spring), (AUTUMN, year - spring), (NOW, now)):
                unpaid = {} if newcomer else self._unpaid[span]
                others = Decimal(0) if newcomer else self._of_newcomers[span]
                paid = kr - others - sum(unpaid.values(), Decimal(0))
                self._share(span, paid, newcomer=newcomer)
                for (home, month), back in unpaid.items():
                    self._write(home, month, back)
            if newcomer:
                self._of_newcomers = {SPRING: spring, AUTUMN: year - spring, NOW: now}
        for month in (date(2019, 12, 1), date(2021, 9, 1)):
            for home in self._homes:
                if month in home.months:
                    self._write(home, month, Decimal(9999))

    def _share(self, span: Span, kr: Decimal, *, newcomer: bool) -> None:
        """The kronor of a span over its months, unequal; the last takes what is left."""
        months = [
            (h, m) for h in self._homes if h.newcomer == newcomer for m in _months(span) if m in h.months
        ]
        weights = [self.rng.uniform(0.6, 1.4) for _ in months]
        amounts = [ore(float(kr) * weight / sum(weights)) for weight in weights[:-1]]
        amounts.append(kr - sum(amounts, Decimal(0)))
        assert min(amounts) > 0
        for (home, month), amount in zip(months, amounts, strict=True):
            self._write(home, month, amount)

    def _write(self, home: Household, month: date, kr: Decimal) -> None:
        for adult in home.adults:
            self.world.texture["medsökande"] += adult is not home.adults[0]
            self.world.tables["ekonomiskt_bistand"].append(
                {
                    "manad": f"{month:%Y-%m}",
                    "hushall_id": home.id,
                    "personnummer": adult.number,
                    "kon": adult.kon,
                    "fodelsedatum": adult.born,
                    "hushallstyp": home.kind,
                    "nyanland": "ja" if home.newcomer else "nej",
                    "belopp_kr": kr if adult is home.adults[0] else 0,
                }
            )

    # plans

    def _plan(self) -> None:
        """Budget and forecast of the year, and an older forecast that no longer holds."""
        for row, (indicator, split, group) in PLANNED.items():
            for column in ("budget_2021", "prognos_2021"):
                value = self.printed[row, column]
                if value is None:
                    continue
                near = Decimal(self.rng.randint(-49, 49)) / (10_000 if value < 1 else 100)
                versions: dict[str, Any] = {"2021-T2" if "prognos" in column else "2021": value + near}
                versions |= {"2021-T1": value * 2} if "prognos" in column else {}
                for version, planned in versions.items():
                    self.world.tables["indikatorplan"].append(
                        {
                            "indikator_id": indicator,
                            "period": "2021",
                            "serie": column.split("_")[0],
                            "version": version,
                            "uppdelning": split,
                            "grupp": group,
                            "varde": planned,
                            "kalla": "internbudget",
                        }
                    )


def _months(span: Span) -> list[date]:
    """The first day of each month of [start, end)."""
    first, found = span[0], []
    while first < span[1]:
        found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    return found
