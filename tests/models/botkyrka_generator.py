"""An invented municipality whose placements and ledger add up to what Botkyrka printed in delår 2 2021.

The document prints places and kronor per place as whole numbers. The generator draws the days and the kronor
behind each of them, inside what rounds to the printed one, and then makes episodes that have exactly those
days and postings that have exactly those kronor. It knows episodes, prices and postings only and keeps its
own books of them (:attr:`World.books`); of Socialstat it uses the names of an extract's columns only.

Two principles are counted by hand here: a person has one care day a day, that of the placement that began
last, and the day of departure is none.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from pipelines.contracts import table as contract

Row = dict[str, Any]
Span = tuple[date, date]
Books = dict[tuple[str, str, str], dict[str, Decimal]]
"""(serie, group, month) → vard_dygn, betalda_dygn, and kronor per kind of account"""

Printed = dict[tuple[str, str], tuple[int, int]]
"""(volymgrupp, column of the document) → printed places, printed tkr per place"""

KOMMUN = "9901"
"""The invented municipality, whose chart of accounts is known."""

DELIVERED = date(2021, 9, 9)
DAY = timedelta(days=1)
YEARS = (2019, 2020, 2021)
CUSTODY_FROM = date(2020, 1, 1)
"""Until this day children whose custody had been transferred were counted among the foster homes."""

PERMIT_LOST = date(2020, 11, 1)
"""A home for care and residence loses its permit, with people living there."""

COLUMNS = {
    "aug_2020": ("utfall", "2020-D2"),
    "aug_2021": ("utfall", "2021-D2"),
    "utfall_2020": ("utfall", "2020"),
    "budget_2021": ("budget", "2021"),
    "prognos_2021": ("prognos", "2021"),
}
"""The columns of the document: what is in them, and of which period."""

SPRING, AUTUMN, NOW = SPANS = (
    (date(2020, 1, 1), date(2020, 9, 1)),
    (date(2020, 9, 1), date(2021, 1, 1)),
    (date(2021, 1, 1), date(2021, 9, 1)),
)
"""What has to be exact. The second is the year 2020 without its delår 2, and holds the closing period."""

SIS_FEES = {date(2019, 1, 1): 7200, date(2020, 1, 1): 7500, date(2020, 7, 1): 5400, date(2021, 1, 1): 8600}
"""Kronor a day at SiS; the state paid a part of it in the autumn of 2020."""

COUNTERPARTS = {"privat": "871", "sis": "816", "kommun": "821", "egen": "170"}
SHARED = "554300"
"""Institutions for children where SoL and LVU share an account: only the placement tells which."""

KIND = {"4531": "kostnad", "5011": "kostnad", "5021": "kostnad", "3111": "intakt", "3511": "statsbidrag"}
NEWCOMERS, UNALLOCATED = "ensamkommande", "ofordelad"
"""What stands beside the volume groups in the books."""


@dataclass(frozen=True)
class Group:
    """One row of the document: a volume group, and what its placements are like."""

    id: str
    volym: tuple[str, str]
    """The printed row of its places: (avsnitt, rad)."""
    nyckeltal: str
    """The printed row of its cost per place."""
    kostnadsgrupp: str
    malgrupp: str
    verksamhet: str
    """Account of the cost."""
    forms: tuple[tuple[str, str, int], ...]
    """(placeringsform, regi, weight)"""
    laws: tuple[str, ...]
    ages: tuple[int, int]
    stay: int
    """Mean length in days of a stay that begins."""
    steady: float
    """Share of the days that belong to those who stay the whole span."""
    lagrumsgrupp: str | None = None
    regi: str | None = None
    """Where the plan tells one from another."""
    longest: int = 5000
    by_month: bool = False
    """Homes are paid by the month."""
    invoiced: bool = True
    """One invoice per placement and month; otherwise a month is booked as one sum."""
    reserve: int = 12
    """Days of a span that are left for stays that come from other groups, and for the last stays."""


CHILD, PSYCHIATRY = "Barn och unga", "Personer med psykisk funktionsnedsättning"
ABUSE, VIOLENCE = "Vuxna med beroendeproblem", "Vuxna - Våld i nära relation"
SOL, HOME_LAW, YOUTH_LAW = "4 kap. 1 § SoL", "2 § LVU", "3 § LVU"

GROUPS = (
    Group(
        id="barn_institution_sol",
        volym=(CHILD, "Institution SoL, årsplatser exkl ensamkommande"),
        nyckeltal="Institution SoL, årskostnad exkl ensamkommande",
        kostnadsgrupp="institution",
        malgrupp="barn",
        lagrumsgrupp="sol",
        verksamhet="554100",
        forms=(("hvb", "privat", 8), ("hvb", "kommun", 2)),
        laws=(SOL,),
        ages=(12, 16),
        stay=120,
        steady=0.3,
    ),
    Group(
        id="barn_institution_lvu",
        volym=(CHILD, "Institution LVU, årsplatser exkl ensamkommande"),
        nyckeltal="Institution LVU, årskostnad exkl ensamkommande",
        kostnadsgrupp="institution",
        malgrupp="barn",
        lagrumsgrupp="lvu",
        verksamhet="554200",
        forms=(("hvb", "privat", 7), ("sis", "sis", 3)),
        laws=(HOME_LAW, YOUTH_LAW),
        ages=(13, 16),
        stay=180,
        steady=0.4,
        reserve=150,
    ),
    Group(
        id="barn_familjehem",
        volym=(CHILD, "Familje- och jourhem, årsplatser exkl ensamkommande"),
        nyckeltal="Familje- och jourhem, årskostnad exkl ensamkommande",
        kostnadsgrupp="familjehem",
        malgrupp="barn",
        verksamhet="557100",
        forms=(("familjehem", "egen", 6), ("jourhem", "egen", 3), ("natverkshem", "egen", 1)),
        laws=(SOL, SOL, HOME_LAW),
        ages=(1, 15),
        stay=500,
        steady=0.7,
        by_month=True,
        invoiced=False,
    ),
    Group(
        id="barn_vardnadsoverflyttad",
        volym=(CHILD, "Vårdnadsöverflyttade*"),
        nyckeltal="Vårdnadsöverflyttade",
        kostnadsgrupp="vardnadsoverflyttad",
        malgrupp="barn",
        verksamhet="557110",
        forms=(("vardnadsoverflyttad", "egen", 1),),
        laws=(SOL,),
        ages=(5, 13),
        stay=1500,
        steady=0.95,
        by_month=True,
        invoiced=False,
    ),
    Group(
        id="psyk_boende_egen",
        volym=(PSYCHIATRY, "Boende i egen regi, årsboende"),
        nyckeltal="Kostnad per årsboende i egen regi",
        kostnadsgrupp="boende",
        malgrupp="vuxen_psykisk_funktionsnedsattning",
        regi="egen",
        verksamhet="556100",
        forms=(("bostad_sarskild_service", "egen", 7), ("traningslagenhet", "egen", 3)),
        laws=(SOL, "9 § p. 9 LSS"),
        ages=(22, 65),
        stay=1200,
        steady=0.9,
        invoiced=False,
    ),
    Group(
        id="psyk_boende_annan",
        volym=(PSYCHIATRY, "Boende i annan regi, årsboende"),
        nyckeltal="Kostnad per årsboende i annan regi",
        kostnadsgrupp="boende",
        malgrupp="vuxen_psykisk_funktionsnedsattning",
        regi="privat",
        verksamhet="556200",
        forms=(("bostad_sarskild_service", "privat", 8), ("traningslagenhet", "kommun", 2)),
        laws=(SOL, "9 § p. 9 LSS"),
        ages=(22, 65),
        stay=800,
        steady=0.85,
    ),
    Group(
        id="vald_skyddat_boende",
        volym=(VIOLENCE, "Skyddat boende, årsplatser"),
        nyckeltal="Skyddat boende, årskostnad",
        kostnadsgrupp="skyddat_boende",
        malgrupp="vuxen_vald",
        verksamhet="559100",
        forms=(("skyddat_boende", "privat", 9), ("skyddat_boende", "kommun", 1)),
        laws=(SOL,),
        ages=(21, 60),
        stay=60,
        steady=0.1,
    ),
    Group(
        id="beroende_institution_sol",
        volym=(ABUSE, "Institution SoL, årsplatser"),
        nyckeltal="Institution SoL, nettokostnad per årsplats",
        kostnadsgrupp="institution",
        malgrupp="vuxen_beroende",
        lagrumsgrupp="sol",
        verksamhet="552100",
        forms=(("hvb", "privat", 8), ("hvb", "egen", 2)),
        laws=(SOL,),
        ages=(21, 65),
        stay=110,
        steady=0.2,
    ),
    Group(
        id="beroende_institution_lvm",
        volym=(ABUSE, "Institution LVM, årsplatser"),
        nyckeltal="Institution LVM, nettokostnad per årsplats",
        kostnadsgrupp="institution",
        malgrupp="vuxen_beroende",
        lagrumsgrupp="lvm",
        verksamhet="552200",
        forms=(("lvm_hem", "sis", 1),),
        laws=("4 § LVM",),
        ages=(22, 65),
        stay=120,
        steady=0,
        longest=180,
    ),
    Group(
        id="beroende_familjehem",
        volym=(ABUSE, "Familjehem, årsplatser"),
        nyckeltal="Familjehem, nettokostnad per årsplats",
        kostnadsgrupp="familjehem",
        malgrupp="vuxen_beroende",
        verksamhet="553100",
        forms=(("familjehem", "privat", 1),),
        laws=(SOL,),
        ages=(22, 65),
        stay=150,
        steady=0.4,
        by_month=True,
    ),
    Group(
        id="beroende_boende_utan_tillstand",
        volym=(ABUSE, "Boende (utan hvb-tillstånd) årsplatser"),
        nyckeltal="Boende (utan hvb-tillstånd) nettokostnad per årsplats",
        kostnadsgrupp="boende_utan_tillstand",
        malgrupp="vuxen_beroende",
        verksamhet="558100",
        forms=(("boende_utan_tillstand", "privat", 1),),
        laws=(SOL,),
        ages=(22, 65),
        stay=170,
        steady=0.4,
        reserve=120,
    ),
)
GROUP = {group.id: group for group in GROUPS}

ON_THE_HALF = {
    ("volym", "barn_institution_lvu", "aug_2020"),
    ("volym", "beroende_institution_lvm", "utfall_2020"),
    ("kostnad", "barn_institution_sol", "utfall_2020"),
}
"""Figures that lie exactly on the limit, where rounding half up and half to even part."""


def read_printed(path: Path) -> Printed:
    """The eleven rows of placements in the document, five columns each."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = {(row["avsnitt"], row["rad"]): row for row in csv.DictReader(f)}
    found: Printed = {}
    for group in GROUPS:
        part, rad = group.volym
        volym, kostnad = rows[f"Volymer: {part}", rad], rows[f"Nyckeltal: {part}", group.nyckeltal]
        assert (volym["enhet"], kostnad["enhet"]) == ("årsplatser/antal", "tkr")
        found |= {(group.id, column): (int(volym[column]), int(kostnad[column])) for column in COLUMNS}
    return found


# --- targets ------------------------------------------------------------------------------------------


def ore(amount: Decimal | float) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def split(total: Decimal, parts: int) -> list[Decimal]:
    """Equal parts in whole öre; the last takes what is left."""
    each = ore(total / parts)
    return [each] * (parts - 1) + [total - each * (parts - 1)]


@dataclass
class Target:
    """The days and the net cost of one group: per span of the outcome, and per planned series."""

    days: dict[Span, int]
    kr: dict[Span, Decimal]
    plan: dict[str, tuple[Decimal, Decimal]]
    """serie: (planned places, net cost)"""


def draw(rng: Random, group: Group, printed: Printed) -> Target:
    """Exact figures that round to the printed ones and can have happened: the autumn is part of the year."""

    def days(column: str, length: int) -> int:
        places = printed[group.id, column][0]
        if not places:
            return 0
        least, most = (-(-(2 * places + sign) * length // 2) for sign in (-1, 1))
        return least if ("volym", group.id, column) in ON_THE_HALF else rng.randrange(least, most)

    def per_place(column: str) -> Decimal:
        tkr = printed[group.id, column][1]
        if ("kostnad", group.id, column) in ON_THE_HALF:
            return Decimal(tkr * 1000 - 500)
        return Decimal(tkr * 1000 + rng.randint(-490, 490))

    def net(column: str, days: int) -> Decimal:
        return (per_place(column) * days / 365).quantize(Decimal("0.01"), ROUND_CEILING)

    plan = {}
    for serie in ("budget", "prognos"):
        places, tkr = printed[group.id, f"{serie}_2021"]
        volume = Decimal(places) + Decimal(rng.randint(-4500, 4500)) / 10_000 if places else Decimal(0)
        plan[serie] = (volume, ore(volume * per_place(f"{serie}_2021"))) if tkr else (volume, Decimal(0))
    while True:
        spring, year = days("aug_2020", 244), days("utfall_2020", 366)
        spring_kr, year_kr = net("aug_2020", spring), net("utfall_2020", year)
        autumn, autumn_kr = year - spring, year_kr - spring_kr
        if autumn > 0.15 * spring and autumn_kr / autumn > spring_kr / spring / 4:
            break
    now = days("aug_2021", 243)
    return Target(
        {SPRING: spring, AUTUMN: autumn, NOW: now},
        {SPRING: spring_kr, AUTUMN: autumn_kr, NOW: net("aug_2021", now)},
        plan,
    )


# --- episodes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Person:
    number: str
    born: date
    kon: str


@dataclass
class Stay:
    """One person's unbroken care in a group, [start, end); open when end is None."""

    person: Person
    start: date
    end: date | None = None


@dataclass(eq=False)
class Placement:
    id: str
    vard_id: str
    person: Person
    groups: dict[date, Group]
    """What it counts as, from each day on."""
    form: str
    regi: str
    law: str
    start: date
    end: date | None
    level: float
    """Its price beside the group's."""
    newcomer: bool = False
    companion: bool = False
    both_days: bool = False
    """By its contract the day of departure is paid for too."""
    account: str | None = None
    """The account of its cost, when it is not the group's."""
    prices: dict[date, int] = field(default_factory=dict)
    """Kronor a day, or a month where homes are paid so, from each day on."""

    @property
    def home(self) -> Group:
        return next(iter(self.groups.values()))

    def counts_as(self, day: date) -> str:
        if self.newcomer:
            return NEWCOMERS
        return (self.home if len(self.groups) == 1 else at(self.groups, day)).id

    @property
    def until(self) -> date:
        """The first day that it does not have, as far as is known at the delivery."""
        return min(self.end or DELIVERED + DAY, DELIVERED + DAY)

    @property
    def days(self) -> Iterator[date]:
        return (self.start + n * DAY for n in range((self.until - self.start).days))

    @property
    def departure(self) -> tuple[date, ...]:
        """The day of departure, where it is paid for."""
        return (self.end,) if self.both_days and self.end else ()


def at(steps: dict[date, Any], day: date) -> Any:
    """What holds on a day, of what holds from each day on."""
    return steps[max(first for first in steps if first <= day)]


@cache
def month(day: date) -> str:
    return f"{day:%Y-%m}"


def inside(day: date, span: Span) -> bool:
    return span[0] <= day < span[1]


def booked_in(period: str, span: Span) -> bool:
    """The closing period belongs to December."""
    return inside(date(int(period[:4]), min(int(period[5:]), 12), 1), span)


def tally(days: Iterable[tuple[date, Placement]]) -> Counter[tuple[str, str]]:
    """(group, month) → number of days."""
    found: Counter[tuple[str, str]] = Counter()
    for day, placement in days:
        found[placement.counts_as(day), month(day)] += 1
    return found


class World:
    """The municipality: ``tables`` to deliver, and ``books`` of what they must come to."""

    def __init__(self, printed: Printed, seed: int = 1) -> None:
        self.rng = Random(seed)
        self.tables: dict[str, list[Row]] = {
            name: []
            for name in (
                "aktualiseringar",
                "utredningar",
                "ej_verkstallda_beslut",
                "placeringar",
                "placering_perioder",
                "ekonomi",
                "volymplan",
            )
        }
        self.books: Books = defaultdict(lambda: defaultdict(Decimal))
        self.placements: list[Placement] = []
        self.texture: Counter[str] = Counter()
        """How many there are of each thing that could be counted wrong."""
        self._serial: Counter[tuple[date, str]] = Counter()
        self._ids = count(1)
        self.targets = {group.id: draw(self.rng, group, printed) for group in GROUPS}
        for group in GROUPS:
            self._live(group)
        self._visit_institutions()
        self._change_law()
        self._lose_permit()
        self._complete()
        self._others()
        self._agree_on_both_days()
        self._count_days()
        self.ledger = Ledger(self)
        self.ledger.book()
        self._plan()
        self._register()

    # people

    def person(self, age: tuple[int, int], day: date, kon: str | None = None) -> Person:
        """Somebody invented; serial numbers from 980 belong to nobody."""
        kon = kon or self.rng.choice(("kvinna", "man"))
        born = day - timedelta(days=self.rng.randint(age[0] * 366, age[1] * 365 + 364))
        while self._serial[born, kon] >= 10:
            born -= DAY
        short = f"{born:%y%m%d}{980 + 2 * self._serial[born, kon] + (kon == 'man')}"
        self._serial[born, kon] += 1
        doubled = (int(digit) * (2 - n % 2) for n, digit in enumerate(short))
        check = -sum(d // 10 + d % 10 for d in doubled) % 10
        return Person(f"{born:%Y%m%d}-{short[6:]}{check}", born, kon)

    def _somebody(self, group: Group, day: date) -> Person:
        return self.person(group.ages, day, "kvinna" if group.malgrupp == "vuxen_vald" else None)

    # a group's stays, one span after another

    def _live(self, group: Group) -> None:
        rng, days = self.rng, self.targets[group.id].days
        began = date(2019, 1, 1)
        spans = [((began, SPRING[0]), round(days[SPRING] * 365 / 244)), *days.items()]
        back = (20, min(2 * group.stay, group.longest - 20, 800))
        stays = []
        for _ in range(round(0.95 * days[SPRING] / 244)):
            start = began - timedelta(days=rng.randint(*back))
            stays.append(Stay(self._somebody(group, start), start))
        for span, wanted in spans:
            self._fill(group, span, wanted, stays)
        for stay in stays:
            self._place(group, stay)

    def _fill(self, group: Group, span: Span, days: int, stays: list[Stay]) -> None:
        """Some of those who are there stay, some leave and some come, until all but a few days are used."""
        rng, first, length = self.rng, span[0], (span[1] - span[0]).days
        left = max(0, days - group.reserve)
        here = [stay for stay in stays if stay.end is None]
        rng.shuffle(here)
        kept = here[: int(left * group.steady / length)]
        left -= len(kept) * length
        leaving = here[len(kept) :]
        for stay in leaving:
            latest = min(
                length - 1, int(0.9 * left / len(leaving)), (stay.start - first).days + group.longest
            )
            off = rng.randint(latest // 2, latest)
            stay.end = first + timedelta(days=off)
            left -= off
        while left > 12:
            begin = rng.randrange(length - 3)
            lasts = min(max(4, int(rng.gammavariate(2, group.stay / 2))), group.longest)
            used = min(lasts, length - begin)
            if used > left:
                used = lasts = left
                begin = min(begin, length - left)
            start = first + timedelta(days=begin)
            goes_on = begin + lasts > length
            end = None if goes_on else start + timedelta(days=lasts)
            stays.append(Stay(self._somebody(group, start), start, end))
            left -= used

    def _place(self, group: Group, stay: Stay) -> None:
        """The placements of a stay: a move begins the day the one before it ends, or while that is paid."""
        rng = self.rng
        law, length = rng.choice(group.laws), ((stay.end or DELIVERED) - stay.start).days
        if length <= 60 or group.kostnadsgrupp == "vardnadsoverflyttad" or rng.random() > 0.15:
            self._add(group, stay, law)
            return
        moved = stay.start + timedelta(days=rng.randint(20, length - 30))
        held = rng.random() < 0.35
        first = self._add(group, Stay(stay.person, stay.start, moved + 14 * DAY if held else moved), law)
        self._add(group, Stay(stay.person, moved, stay.end), law, first.vard_id)
        self.texture["hållen plats" if held else "flytt"] += 1
        self.texture["flytt vid månadsskifte"] += moved.day == 1

    def _add(self, group: Group, stay: Stay, law: str, vard_id: str | None = None, **more: Any) -> Placement:
        form, regi, _ = self.rng.choices(group.forms, [weight for *_, weight in group.forms])[0]
        groups = {stay.start: group}
        if form == "vardnadsoverflyttad" and stay.start < CUSTODY_FROM:
            more["account"] = group.verksamhet  # the same account before and after
            groups = {stay.start: GROUP["barn_familjehem"], CUSTODY_FROM: group}
            self.texture["vårdnad flyttad före 2020"] += 1
        number = next(self._ids)
        made = Placement(
            f"P{number:05d}",
            vard_id or f"V{number:05d}",
            stay.person,
            groups,
            form,
            regi,
            law,
            stay.start,
            stay.end,
            self.rng.triangular(0.75, 1.3),
            **more,
        )
        self.placements.append(made)
        return made

    def _chosen(self, group: str, number: int, wanted: Any) -> list[Placement]:
        """Some placements of a group, each of another person."""
        fit = [p for p in self.placements if p.home.id == group and len(p.groups) == 1 and wanted(p)]
        self.rng.shuffle(fit)
        return list({p.person: p for p in fit}.values())[:number]

    def _visit_institutions(self) -> None:
        """Children who are in an institution for some days while their foster home waits for them."""
        rng = self.rng
        for n, span in enumerate((SPRING, SPRING, AUTUMN, NOW, NOW)):
            (home,) = self._chosen(
                "barn_familjehem", 1, lambda p, span=span: p.start < span[0] and p.until >= span[1]
            )
            start = span[0] + timedelta(days=rng.randint(5, 90))
            end = start + timedelta(days=3 + 2 * n)
            stay = Stay(home.person, start, end)
            self._add(GROUP["barn_institution_lvu"], stay, YOUTH_LAW, home.vard_id)
            self.texture["dubbelplacering mellan grupper"] += 1

    def _change_law(self) -> None:
        """Care by consent that goes over to compulsory care near its end; the placement is the same."""
        for span in SPANS:
            (placement,) = self._chosen(
                "barn_institution_sol",
                1,
                lambda p, span=span: (
                    p.end
                    and p.start < p.end - 40 * DAY
                    and inside(p.end - 40 * DAY, span)
                    and p.end <= span[1]
                ),
            )
            changed = placement.until - timedelta(days=self.rng.randint(8, 30))
            placement.groups[changed] = GROUP["barn_institution_lvu"]
            self._period(placement, "lagrum", placement.start, changed, placement.law)
            self._period(placement, "lagrum", changed, placement.end, YOUTH_LAW)
            self.texture["lagrum ändrat"] += 1

    def _lose_permit(self) -> None:
        for placement in self._chosen(
            "beroende_institution_sol",
            2,
            lambda p: (
                p.start < PERMIT_LOST - 5 * DAY and PERMIT_LOST + 5 * DAY < p.until < PERMIT_LOST + 50 * DAY
            ),
        ):
            placement.groups[PERMIT_LOST] = GROUP["beroende_boende_utan_tillstand"]
            self._period(placement, "tillstand", PERMIT_LOST, placement.end, "saknas")
            self.texture["tillstånd förlorat"] += 1

    def _complete(self) -> None:
        """The last stays of each span: short ones, so that its days are exactly those drawn."""
        days = tally(self.care_days())
        for group in GROUPS:
            for span, wanted in self.targets[group.id].days.items():
                there = sum(
                    n for (of, period), n in days.items() if of == group.id and booked_in(period, span)
                )
                left, length = wanted - there, (span[1] - span[0]).days
                assert left >= 0, (group.id, span, left)
                while left:
                    lasts = 1 if left % 50 == 1 else min(left - 1, 50)
                    left -= lasts
                    start = span[0] + timedelta(days=self.rng.randrange(length - lasts + 1))
                    stay = Stay(self._somebody(group, start), start, start + timedelta(days=lasts))
                    self._add(group, stay, group.laws[0])
                    self.texture["ett dygn"] += lasts == 1

    def _others(self) -> None:
        """Who is not counted: unaccompanied minors, who comes along, and who left on the day of arrival."""
        rng = self.rng
        for group in (GROUP["barn_institution_sol"], GROUP["barn_familjehem"]):
            for _ in range(9):
                start = date(2019, 1, 1) + timedelta(days=rng.randrange(900))
                end = start + timedelta(days=rng.randint(30, 500))
                stay = Stay(self.person((15, 16), start), start, end if end <= DELIVERED else None)
                self._add(group, stay, SOL, newcomer=True)
                self.texture["ensamkommande"] += 1
        shelter = GROUP["vald_skyddat_boende"]
        for mother in [p for p in self.placements if p.home is shelter][::4]:
            child = self.person((2, 14), mother.start)
            stay = Stay(child, mother.start, mother.end)
            made = self._add(shelter, stay, SOL, mother.vard_id, companion=True)
            made.level /= 3
            self.texture["medplacerad"] += 1
        for group in (GROUP["barn_institution_lvu"], shelter):
            day = date(2021, 3, 17)
            self._add(group, Stay(self._somebody(group, day), day, day), group.laws[0])
            self.texture["samma dag"] += 1

    def _agree_on_both_days(self) -> None:
        for group in ("barn_institution_sol", "barn_institution_lvu", "beroende_institution_sol"):
            for placement in self._chosen(
                group, 12, lambda p: p.regi == "privat" and p.end and p.start < p.end and not p.newcomer
            ):
                placement.both_days = True
                self.texture["avresedag betald"] += 1

    def care_days(self) -> Iterator[tuple[date, Placement]]:
        """Each person's days, each with the placement that began last; who comes along has none."""
        owner: dict[Person, dict[date, Placement]] = defaultdict(dict)
        for placement in sorted(self.placements, key=lambda p: p.start):
            if not placement.companion:
                owner[placement.person].update(dict.fromkeys(placement.days, placement))
        return (of for days in owner.values() for of in days.items())

    def _count_days(self) -> None:
        counted = [p for p in self.placements if not p.companion]
        paid = ((day, placement) for placement in counted for day in (*placement.days, *placement.departure))
        for what, days in (("vard_dygn", self.care_days()), ("betalda_dygn", paid)):
            for (group, period), number in tally(days).items():
                self.books["utfall", group, period][what] += number
        for placement in counted:
            self.texture["pågående"] += placement.end is None
            self.texture["över årsskifte"] += placement.start.year < placement.until.year

    # the extracts

    def _plan(self) -> None:
        """Budget and forecast by month; of the forecast also an older version, which no longer holds."""
        for group in GROUPS:
            for serie, (places, kr) in self.targets[group.id].plan.items():
                self._write_plan(group, serie, "2021-T2" if serie == "prognos" else "2021", places, kr)
            old = 3 + Decimal(self.rng.randrange(40)) / 10
            self._write_plan(group, "prognos", "2021-T1", old, 600_000 * old)

    def _write_plan(self, group: Group, serie: str, version: str, places: Decimal, kr: Decimal) -> None:
        each = (places / 12).quantize(Decimal("0.0001"))
        volumes = [each] * 11 + [places - 11 * each]
        accounts = {"4531": split(kr + ore(kr / 20), 12), "3511": split(-ore(kr / 20), 12)}
        for number, volume in enumerate(volumes):
            period = f"2021-{number + 1:02d}"
            row = {
                "period": period,
                "serie": serie,
                "version": version,
                "kostnadsgrupp": group.kostnadsgrupp,
                "malgrupp": group.malgrupp,
                "regi": group.regi,
                "lagrumsgrupp": group.lagrumsgrupp,
                "arsplaceringar": volume,
                "kostnad_per_arsplacering_kr": ore(kr / places) if places else None,
            }
            self.tables["volymplan"].append(row)
            money = {KIND[konto]: parts[number] for konto, parts in accounts.items()}
            if kr:
                for konto, parts in accounts.items():
                    self.post(period, konto, group.verksamhet, parts[number], serie=serie, version=version)
            if version != "2021-T1":
                self.books[serie, group.id, period] |= {"vard_dygn": volume * 365, **money}

    def post(self, period: str, konto: str, verksamhet: str, kr: Decimal, **more: Any) -> None:
        """A row of the ledger, or of a plan of it."""
        row = {
            "period": period,
            "serie": "utfall",
            "konto": konto,
            "kontotyp": KIND[konto],
            "verksamhet": verksamhet,
            "rad_id": f"R{len(self.tables['ekonomi']) + 1:06d}",
            "belopp_kr": kr,
        }
        self.tables["ekonomi"].append(row | more)

    def _period(self, placement: Placement, kind: str, first: date, till: date | None, value: Any) -> None:
        row = {"placering_id": placement.id, "slag": kind, "fran": first, "till": till, "varde": value}
        if kind == "dygnspris" and placement.both_days:
            row["debiteringsregel"] = "bada_dagar"
        self.tables["placering_perioder"].append(row)

    def _register(self) -> None:
        for placement in self.placements:
            one_price = len(placement.prices) == 1 and not (placement.home.by_month or placement.both_days)
            self.tables["placeringar"].append(
                {
                    "placering_id": placement.id,
                    "personnummer": placement.person.number,
                    "kon": placement.person.kon,
                    "fodelsedatum": placement.person.born,
                    "placeringsform": placement.form,
                    "lagrum": placement.law,
                    "regi": placement.regi,
                    "hem_id": f"H{placement.id}" if placement.home.by_month else None,
                    "vard_id": placement.vard_id,
                    "enhet": "placering",
                    "malgrupp": placement.home.malgrupp,
                    "ensamkommande": "ja" if placement.newcomer else "nej",
                    "medplacerad": "ja" if placement.companion else "nej",
                    "start": placement.start,
                    "slut": placement.end,
                    "slutorsak": "enligt_plan" if placement.end else None,
                    "dygnspris": next(iter(placement.prices.values())) if one_price else None,
                }
            )
            if one_price:
                continue
            kind = "manadsersattning" if placement.home.by_month else "dygnspris"
            ends = [*list(placement.prices)[1:], placement.end]
            for (first, price), till in zip(placement.prices.items(), ends, strict=True):
                self._period(placement, kind, first, till, price)
                self.texture[kind] += 1


# --- postings -----------------------------------------------------------------------------------------


@dataclass
class Bill:
    """What is paid for the days [first, end) of a placement, within one month, one price and one group."""

    placement: Placement
    group: Group
    first: date
    end: date
    late: bool

    @property
    def period(self) -> str:
        """Booked in its month, or a month after; after December in the closing period."""
        return f"{self.first.year}-{self.first.month + self.late:02d}"

    @property
    def verksamhet(self) -> str:
        return self.placement.account or self.group.verksamhet

    @property
    def days(self) -> int:
        return (self.end - self.first).days + (self.end in self.placement.departure)

    @property
    def price(self) -> Decimal:
        """Kronor a day."""
        price = Decimal(at(self.placement.prices, self.first))
        return price * 12 / 365 if self.placement.home.by_month else price

    @property
    def kr(self) -> Decimal:
        return ore(self.days * self.price)


class Ledger:
    """Books a world: bills at each placement's price, and fees and grants that leave the net cost drawn."""

    MARGIN = 1.03
    """Bills come to a little more than the net cost; fees and grants are the difference."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.bills = [bill for placement in world.placements for bill in self._bills(placement)]

    def _bills(self, placement: Placement) -> Iterator[Bill]:
        first = max(placement.start, date(2019, 1, 1))
        while first < placement.until:
            following = (first.replace(day=1) + 32 * DAY).replace(day=1)
            turns = [day for day in placement.groups if day > first]
            end = min([following, placement.until, *turns])
            group = at(placement.groups, first)
            late = group.invoiced and self.rng.random() < 0.12 and first < date(2021, 9, 1)
            yield Bill(placement, group, first, end, late)
            first = end

    def book(self) -> None:
        for group in GROUPS:
            self._set_prices(group)
        for bill in self.bills:
            if bill.placement.newcomer:
                self._invoice(bill)
                self._grant_newcomer(bill)
            elif bill.group.invoiced:
                self._invoice(bill)
        for group in GROUPS:
            self._book_sums(group)
            self._book_income(group)
        self._book_unallocated()

    # prices

    def _set_prices(self, group: Group) -> None:
        """A level for the group and year, such that the bills cover the net cost of each span."""
        net = self.world.targets[group.id].kr
        mine = [b for b in self.bills if b.group is group and not b.placement.newcomer]
        priced = [b for b in mine if b.placement.home is group and b.placement.form != "sis"]
        for placement in self.world.placements:
            if placement.home is group and placement.form == "sis":
                self._give_prices(placement, SIS_FEES)
        levels: dict[int, float] = {}
        for year in (2020, 2021):
            needed = []
            for span in SPANS:
                if span[0].year == year:
                    weight = sum(b.days * b.placement.level for b in priced if booked_in(b.period, span))
                    others = sum(b.kr for b in mine if b.placement.prices and booked_in(b.period, span))
                    if weight:
                        needed.append((self.MARGIN * float(net[span]) - float(others)) / weight)
            levels[year] = max(needed, default=levels.get(2020, 0))
        levels[2019] = 0.97 * levels[2020]
        for placement in self.world.placements:
            if placement.home is group and placement.form != "sis":
                steps = {date(year, 1, 1): levels[year] * placement.level for year in YEARS}
                self._give_prices(placement, steps)

    @staticmethod
    def _give_prices(placement: Placement, steps: dict[date, Any]) -> None:
        factor = 365 / 12 if placement.home.by_month else 1
        first = max(placement.start, min(steps))
        days = [placement.start, *(day for day in steps if first < day < placement.until)]
        placement.prices = {day: round(at(steps, max(day, first)) * factor) for day in days}

    # bookings

    def _post(self, group: str, period: str, konto: str, verksamhet: str, kr: Decimal, **more: Any) -> None:
        self.world.post(period, konto, verksamhet, kr, **more)
        self.world.books["utfall", group, period][KIND[konto]] += kr

    def _invoice(self, bill: Bill) -> None:
        placement, rng = bill.placement, self.rng
        if bill.group.malgrupp == "barn" and placement.account is None:
            shared = bill.group.kostnadsgrupp == "institution" and rng.random() < 0.3
            placement.account = SHARED if shared and len(placement.groups) == 1 else ""
        too_much = 3 * bill.price if rng.random() < 0.02 and bill.first < date(2021, 8, 1) else 0
        texture = self.world.texture
        texture["delat konto"] += bill.verksamhet == SHARED
        texture["sen faktura"] += bill.late
        texture["i period 13"] += bill.period == "2020-13"
        for kr, period in ((bill.kr + too_much, bill.period), (-too_much, self._month_after(bill))):
            if kr:
                texture["kreditfaktura"] += kr < 0
                self._post(
                    NEWCOMERS if placement.newcomer else bill.group.id,
                    period,
                    "4531",
                    bill.verksamhet,
                    ore(kr),
                    motpart=COUNTERPARTS[placement.regi],
                    projekt="ENSAM" if placement.newcomer else None,
                    placering_id=placement.id,
                    avser_fran=bill.first,
                    avser_till=bill.first + (bill.days - 1) * DAY,
                )

    @staticmethod
    def _month_after(bill: Bill) -> str:
        return f"{bill.first.year}-{bill.first.month + 1:02d}"

    def _grant_newcomer(self, bill: Bill) -> None:
        self._post(
            NEWCOMERS,
            month(bill.first),
            "3511",
            bill.verksamhet,
            -ore(bill.kr * Decimal("0.9")),
            motpart="816",
            placering_id=bill.placement.id,
        )

    def _book_sums(self, group: Group) -> None:
        """Fees to homes and the cost of own housing: one sum a month; a tenth of December comes late."""
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for bill in self.bills:
            if bill.group is group and not group.invoiced and not bill.placement.newcomer:
                sums[bill.period, bill.verksamhet] += bill.kr
        for (period, verksamhet), kr in sums.items():
            late = ore(kr / 10) if period.endswith("12") else Decimal(0)
            for booked, part in ((period, kr - late), (f"{period[:4]}-13", late)):
                fees = ore(part * Decimal("0.6"))
                for konto, amount in (("5011", fees), ("5021", part - fees)):
                    if amount:
                        self._post(group.id, booked, konto, verksamhet, amount, motpart="170")

    def _book_income(self, group: Group) -> None:
        """Fees of those in care, and state grants: of a span what is left to the net cost that was drawn."""
        gross: dict[str, Decimal] = defaultdict(Decimal)
        for (serie, of, period), sums in self.world.books.items():
            if serie == "utfall" and of == group.id:
                gross[period] += sums["kostnad"]
        for span in SPANS:
            periods = [p for p in sorted(gross) if booked_in(p, span) and not p.endswith("13")]
            total = sum((kr for p, kr in gross.items() if booked_in(p, span)), Decimal(0))
            income = self.world.targets[group.id].kr[span] - total
            assert income <= 0, (group.id, span, income)
            fees = max(income, -ore(total / 50))
            for konto, kr in (("3111", fees), ("3511", income - fees)):
                for period, part in zip(periods, split(kr, len(periods)) if periods else (), strict=True):
                    if part:
                        self._post(group.id, period, konto, group.verksamhet, part)
        for period, kr in gross.items():
            if not any(booked_in(period, span) for span in SPANS) and not period.endswith("13"):
                self._post(group.id, period, "3111", group.verksamhet, -ore(kr / 50))

    def _book_unallocated(self) -> None:
        """Costs of no placement, invoices that do not say whose, and one of a placement that nobody knows."""
        rng = self.rng
        periods = [f"{y}-{m:02d}" for y in YEARS for m in range(1, 14) if y < 2021 or m < 9]
        for period in periods:
            for account in ("571100", "500100", "575100", "999000"):
                self._post(
                    UNALLOCATED, period, "4531", account, ore(rng.randint(10**6, 10**8) / Decimal(100))
                )
        for period, placement in (("2020-04", None), ("2021-02", None), ("2021-06", "P-okänd")):
            kr = ore(rng.randint(20_000, 60_000))
            self._post(UNALLOCATED, period, "4531", SHARED, kr, motpart="871", placering_id=placement)
            self.world.texture["ofördelad på delat konto"] += 1


def write(folder: Path, tables: Mapping[str, Iterable[Row]]) -> None:
    """A delivery in the canonical form."""
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, list(contract(name).column), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (folder / "KLAR").touch()
