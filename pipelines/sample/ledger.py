"""The accounts: ``ekonomi`` (outcome, budget, forecast) and the planned volumes (``volymplan``).

Costs follow the placements: care days times price, booked as invoices or as one sum a month.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from random import Random

from pipelines.sample.groups import (
    CUSTODY_FROM,
    FAMILJEHEM,
    GROUPS,
    INSTITUTION_LVU,
    INSTITUTION_SOL,
    VARDNADSOVERFLYTTAD,
    Group,
)
from pipelines.sample.placements import Placement
from pipelines.sample.register import Register
from pipelines.sample.world import FIRST, HISTORY, YEARS, Row, after, index, part

COUNTERPARTS = {"privat": "871", "sis": "816", "kommun": "821", "egen": "170"}
SHARED = "554300"
"""HVB for children where SoL and LVU share one account: only the placement tells which."""

FEES = 0.015
GRANTS = 0.015
"""Shares of the cost that come back from those in care and from the state."""

NEWCOMER_GRANT = 0.9
OTHER = {"571100": 5_200_000, "500100": 1_900_000}
"""Help at home and common administration: kronor a month in 2020."""

COMMON = {"557900": 210_000, "555900": 95_000}
"""What groups of placements share, by stated shares and by care days: kronor a month in 2020."""

AID = "575100"


def kronor(amount: float) -> str:
    return f"{amount:.2f}"


def months(first: date, end: date) -> Iterator[tuple[date, date]]:
    """The parts ``[from, to)`` of a span, month by month."""
    while first < end:
        following = after(first.replace(day=monthrange(first.year, first.month)[1]), 1)
        yield first, min(end, following)
        first = following


class Ledger:
    def __init__(self, rng: Random, register: Register) -> None:
        self.rng = rng
        self.register = register
        self.late: list[Row] = []
        """Invoices of the last month that come after the history load."""
        self._rows: list[Row] = []
        self._cost: dict[tuple[int, int, Group], float] = defaultdict(float)
        self._unbilled: dict[tuple[int, int, Group], float] = defaultdict(float)

    def write_history(self, placements: list[Placement], scale: float) -> None:
        for placement in placements:
            self._book(placement)
        self._book_sums()
        self._book_other(scale)
        self._rows.sort(key=lambda row: row["period"])
        for number, row in enumerate(self._rows + self.late, 1):
            row["rad_id"] = f"R{number:07d}"
        self.register.tables["ekonomi"] += self._rows
        self._plan(scale)

    # --- outcome ---

    def _book(self, placement: Placement) -> None:
        group = placement.group
        account = group.verksamhet
        if group in (INSTITUTION_SOL, INSTITUTION_LVU) and part(self.rng, 0.3):
            account = SHARED
        span = months(max(placement.start, FIRST), min(placement.end, after(HISTORY, 1)))
        for first, end in () if placement.free else span:
            price = placement.prices.at(first)
            cost = (end - first).days * price
            if group.invoiced:
                self._invoice(placement, account, (first, after(end, -1)), cost, price)
            else:
                self._unbilled[first.year, first.month, group] += cost
            if placement.newcomer:
                self._row(
                    first,
                    -cost * NEWCOMER_GRANT,
                    account,
                    "3511",
                    "816",
                    projekt="ENSAM",
                    placering_id=placement.id,
                )
            else:
                self._cost[first.year, first.month, group] += cost

    def _invoice(
        self, placement: Placement, account: str, days: tuple[date, date], cost: float, price: float
    ) -> None:
        """Most invoices are booked in the month they are for; late ones a month after, or in period 13.

        Now and then too many days are charged and a credit note follows.
        """

        def row(amount: float, *, late: bool) -> None:
            self._row(
                days[1],
                amount,
                account,
                "4531",
                COUNTERPARTS[placement.regi],
                late=late,
                placering_id=placement.id,
                avser_fran=days[0],
                avser_till=days[1],
                projekt="ENSAM" if placement.newcomer else None,
            )

        overcharged = 3 * price if part(self.rng, 0.006) else 0
        row(cost + overcharged, late=part(self.rng, 0.15))
        if overcharged:
            row(-overcharged, late=True)

    def _book_sums(self) -> None:
        """What is paid as one sum a month: fees to foster homes, own housing. A tenth of December is late."""
        for (year, month, group), cost in self._unbilled.items():
            last = date(year, month, monthrange(year, month)[1])
            for account, share in _accounts(group):
                in_time = 0.9 if month == 12 else 1.0
                self._row(last, cost * share * in_time, group.verksamhet, account, "170")
                if month == 12:
                    self._row(last, cost * share * 0.1, group.verksamhet, account, "170", late=True)
        for (year, month, group), cost in self._cost.items():
            last = date(year, month, monthrange(year, month)[1])
            self._row(last, -cost * FEES, group.verksamhet, "3111", None)
            self._row(last, -cost * GRANTS, group.verksamhet, "3511", "816")

    def _book_other(self, scale: float) -> None:
        """Costs that belong to no placement, and invoices that should have named one."""
        aid: dict[str, float] = defaultdict(float)
        for row in self.register.tables["ekonomiskt_bistand"]:
            aid[row["manad"]] += row["belopp_kr"]
        for year in YEARS:
            for month in range(1, 13 if year < HISTORY.year else HISTORY.month + 1):
                last = date(year, month, monthrange(year, month)[1])
                self._row(last, aid[f"{year}-{month:02d}"], AID, "4531", None)
                self._row(last, -0.02 * aid[f"{year}-{month:02d}"], AID, "3111", None)
                for account, level in COMMON.items():
                    self._row(last, level * scale * index(year), account, "5011", "170")
                for account, level in OTHER.items():
                    cost = level * scale * index(year) * self.rng.uniform(0.95, 1.05)
                    self._row(last, 0.96 * cost, account, "4531", "170")
                    self._row(last, 0.04 * cost, account, "4531", "170", late=True)
            for account in ("554100", SHARED):
                day = date(year, self.rng.randint(1, 10), 15)
                cost = self.rng.randint(20, 60) * 1000 * max(scale, 0.05)
                self._row(day, cost, account, "4531", "871", avser_fran=after(day, -14), avser_till=day)

    def _row(
        self,
        day: date,
        amount: float,
        account: str,
        konto: str,
        motpart: str | None,
        *,
        late: bool = False,
        placering_id: str | None = None,
        projekt: str | None = None,
        avser_fran: date | None = None,
        avser_till: date | None = None,
    ) -> None:
        """One booked row of the day's month, or when ``late`` of the next one (13 after December)."""
        row = _entry(f"{day.year}-{day.month + late:02d}", ("utfall", None), konto, account, amount)
        row |= {
            "motpart": motpart,
            "projekt": projekt,
            "placering_id": placering_id,
            "avser_fran": avser_fran,
            "avser_till": avser_till,
        }
        not_yet = late and (day.year, day.month) == (HISTORY.year, HISTORY.month)
        (self.late if not_yet else self._rows).append(row)

    # --- plans ---

    def _plan(self, scale: float) -> None:
        for year in YEARS:
            planned: dict[Group, tuple[float, float]] = {}
            for group in GROUPS:
                if group is not VARDNADSOVERFLYTTAD or year >= CUSTODY_FROM.year:
                    volume = round(group.arsplatser * scale * self.rng.uniform(0.85, 1.15), 2)
                    planned[group] = volume, group.price * index(year) * self.rng.uniform(0.95, 1.03)
            self._write_plan(year, ("budget", "budget"), planned, scale)
            # Each forecast of the year comes nearer to the beds that are really filled.
            for version, weight, dearer in (("T1", 0.2, 1.005), ("T2", 0.5, 1.01)):
                expected = {
                    group: (
                        round((1 - weight) * volume + weight * group.arsplatser * scale, 2),
                        price * dearer,
                    )
                    for group, (volume, price) in planned.items()
                }
                self._write_plan(year, ("prognos", f"{year}-{version}"), expected, scale)

    def _write_plan(
        self, year: int, series: tuple[str, str], planned: dict[Group, tuple[float, float]], scale: float
    ) -> None:
        """The same plan twice: its money on the accounts, its volumes and prices in ``volymplan``."""
        costs: dict[tuple[str, str], float] = defaultdict(float)
        costs[AID, "4531"] = 1080 * 9700 * 12 * scale * index(year)
        for account, level in OTHER.items():
            costs[account, "4531"] = level * scale * 12 * index(year)
        for account, level in COMMON.items():
            costs[account, "5011"] = level * scale * 12 * index(year)
        for group, (volume, price) in planned.items():
            cost = volume * price * 365
            for konto, share in (*_accounts(group), ("3111", -FEES), ("3511", -GRANTS)):
                costs[group.verksamhet, konto] = cost * share
            self._plan_volume(year, series, group, volume, price * 365 * (1 - FEES - GRANTS))
        for month in range(1, 13):
            for (account, konto), cost in costs.items():
                row = _entry(f"{year}-{month:02d}", series, konto, account, cost / 12)
                self.register.add("ekonomi", row)

    def _plan_volume(
        self, year: int, series: tuple[str, str], group: Group, volume: float, net_price: float
    ) -> None:
        """A twelfth of the year's planned volume each month; December takes what rounding leaves."""
        monthly = round(volume / 12, 4)
        for month in range(1, 13):
            self.register.add(
                "volymplan",
                {
                    "period": f"{year}-{month:02d}",
                    "serie": series[0],
                    "version": series[1],
                    "kostnadsgrupp": group.kostnadsgrupp,
                    "malgrupp": group.malgrupp,
                    "regi": group.forms[0][1],
                    "lagrumsgrupp": group.lagrumsgrupp,
                    "arsplaceringar": f"{volume - 11 * monthly if month == 12 else monthly:.4f}",
                    "kostnad_per_arsplacering_kr": kronor(net_price),
                },
            )


def _accounts(group: Group) -> tuple[tuple[str, float], ...]:
    """Accounts that the cost of a group is booked on, with their shares."""
    if group in (FAMILJEHEM, VARDNADSOVERFLYTTAD):
        return (("5011", 0.6), ("5021", 0.4))
    return (("4531", 1.0),)


def _entry(period: str, series: tuple[str, str | None], konto: str, verksamhet: str, amount: float) -> Row:
    kind = {"3111": "intakt", "3511": "statsbidrag"}.get(konto, "kostnad")
    return {
        "period": period,
        "serie": series[0],
        "version": series[1],
        "konto": konto,
        "kontotyp": kind,
        "verksamhet": verksamhet,
        "motpart": None,
        "ansvar": "41" + verksamhet[:2],
        "projekt": None,
        "enhet": None,
        "rad_id": None,
        "placering_id": None,
        "avser_fran": None,
        "avser_till": None,
        "belopp_kr": kronor(amount),
    }
