"""Care days, paid days and their cost, worked out day by day from the definitions.

Shares no code with the models. A placement is a dict with the columns of ``placeringar``, a period one
with those of ``placering_perioder``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from frist_fall import d, read

from pipelines.settings import SEEDS

Row = dict[str, Any]
DAY = timedelta(days=1)
FORMS = read(SEEDS / "placeringsformer.csv")
RULES = {row["debiteringsregel"]: row for row in read(SEEDS / "debiteringsregler.csv")}
ORE = Decimal("0.01")


@dataclass(frozen=True)
class Dag:
    """One day of one placement as it is."""

    form: str
    kostnadsgrupp: str
    lag: str
    ordning: int
    pris: Decimal | None
    franvaro: bool
    betald: Decimal


def in_force(row: Row, day: date) -> bool:
    return d(row["giltig_fran"]) <= day and (not row["giltig_till"] or day < d(row["giltig_till"]))


def act(lagrum: str) -> str:
    """Of "2 § LVU": lvu."""
    found = re.search(r"(?i)\b(sol|lvu|lvm|lss|lsb)\b", lagrum)
    return found[1].lower() if found else "okand"


def form_on(form: str, day: date) -> Row:
    found = (row for row in FORMS if row["placeringsform"] == form and in_force(row, day))
    return next(found, {"kostnadsgrupp": "okand", "ordning_dubbelt_dygn": "999", "utan_tillstand": ""})


def current(periods: Iterable[Row], day: date, *kinds: str) -> Row | None:
    """The period of these kinds that covers the day and began last."""
    covering = [
        p for p in periods if p["slag"] in kinds and p["fran"] <= day and (not p["till"] or day < p["till"])
    ]
    return max(covering, key=lambda p: p["fran"], default=None)


def rule(period: Row | None) -> Row:
    return RULES[(period and period["debiteringsregel"]) or "halvoppen"]


def as_is(placement: Row, periods: list[Row], day: date) -> Dag:
    form = placement["placeringsform"]
    permit = current(periods, day, "tillstand")
    if permit and permit["varde"] == "saknas":
        form = form_on(form, day)["utan_tillstand"] or form
    daily, monthly = current(periods, day, "dygnspris"), current(periods, day, "manadsersattning")
    price: Decimal | None = placement["dygnspris"]
    if daily or monthly:
        price = Decimal(daily["varde"]) if daily else Decimal(0)
        if monthly:
            price += Decimal(monthly["varde"]) * 12 / 365
    law, absence = current(periods, day, "lagrum"), current(periods, day, "franvaro")
    paid = Decimal(1)
    if absence:
        terms = rule(absence if absence["debiteringsregel"] else daily or monthly)
        if (day - absence["fran"]).days + 1 >= int(terms["franvaro_fran_dag"]):
            paid = Decimal(terms["franvaro_andel"])
    kind = form_on(form, day)
    return Dag(
        form=form,
        kostnadsgrupp=kind["kostnadsgrupp"],
        lag=act(law["varde"] if law else placement["lagrum"]),
        ordning=int(kind["ordning_dubbelt_dygn"]),
        pris=price,
        franvaro=absence is not None,
        betald=paid,
    )


Key = tuple[str, str, str, str]
"""placering_id, month, form, act"""


@dataclass
class Manad:
    vard_dygn: int = 0
    franvaro_dygn: int = 0
    betalda_dygn: Decimal = Decimal(0)
    prissatta_dygn: Decimal = Decimal(0)
    kostnad: Decimal | None = None

    def pay(self, share: Decimal, price: Decimal | None) -> None:
        self.betalda_dygn += share
        if price is not None:
            self.prissatta_dygn += share
            self.kostnad = (self.kostnad or Decimal(0)) + share * price


def stay(placement: Row, lage_per: date) -> Iterator[date]:
    end = min(placement["slut"] or lage_per + DAY, lage_per + DAY)
    return (placement["start"] + n * DAY for n in range((end - placement["start"]).days))


def months(placements: list[Row], periods: list[Row], lage_per: date) -> dict[Key, Manad]:
    """What each placement comes to, month by month."""
    of: dict[str, list[Row]] = defaultdict(list)
    for period in periods:
        if not period["till"] or period["till"] > period["fran"]:
            of[period["placering_id"]].append(period)
    found: dict[Key, Manad] = defaultdict(Manad)
    owner: dict[tuple[str, date], tuple[tuple[Any, ...], Key, bool]] = {}
    for p in placements:
        own, name = of[p["placering_id"]], p["placering_id"]
        days = list(stay(p, lage_per))
        for day in days:
            now = as_is(p, own, day)
            key = (name, f"{day:%Y-%m}", now.form, now.lag)
            terms = rule(current(own, day, "dygnspris") or current(own, day, "manadsersattning"))
            arrival = Decimal(terms["ankomst_andel"]) - 1 if day == p["start"] else Decimal(0)
            found[key].pay(now.betald + arrival, now.pris)
            order = (bool(p["medplacerad"]), -p["start"].toordinal(), now.ordning, name)
            who = (p["person_nyckel"] or name, day)
            if who not in owner or order < owner[who][0]:
                owner[who] = (order, key, now.franvaro)
            if day == days[-1] and p["slut"] == day + DAY and Decimal(terms["avresa_andel"]):
                leaving = (name, f"{p['slut']:%Y-%m}", now.form, now.lag)
                found[leaving].pay(Decimal(terms["avresa_andel"]), now.pris)
    for _, key, absent in owner.values():
        found[key].vard_dygn += 1
        found[key].franvaro_dygn += absent
    return found


def kronor(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(ORE, ROUND_HALF_UP)
