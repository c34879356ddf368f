"""Households with financial aid, and the tables that are not cases: units and population."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from pipelines.sample.people import People, Person
from pipelines.sample.register import Register
from pipelines.sample.world import HISTORY, UNITS, YEARS, flag, identities, index, part, unit_row

PER_MONTH = 1082
NEWCOMERS_PER_MONTH = 3
TYPES: dict[str, tuple[int, int]] = {
    "ensam_man": (38, 8250),
    "ensam_kvinna": (26, 8350),
    "ensam_kvinna_barn": (16, 11000),
    "ensam_man_barn": (3, 10400),
    "par": (5, 11600),
    "par_barn": (11, 14700),
    "barn": (1, 4200),
}
"""Weight and kronor a month in 2020."""

OTHER_KIND = {
    "ensam_man": "ensam_man_barn",
    "ensam_kvinna": "ensam_kvinna_barn",
    "par": "par_barn",
}
OTHER_KIND |= {after: before for before, after in OTHER_KIND.items()}
"""What a household becomes when a child moves in or out."""
CHANGES = 0.012
"""Chance each month that a household changes: the case system closes it and opens another."""


@dataclass
class Household:
    id: str
    kind: str
    adults: list[Person]
    newcomer: bool
    leaves: float
    """Chance each month that the household manages without aid."""


class Households:
    def __init__(self, rng: Random, changes: Random, people: People, register: Register) -> None:
        self.rng = rng
        self.changes = changes
        self.people = people
        self.register = register
        self._ids = identities("HH")

    def write_history(self, scale: float) -> None:
        self._months(PER_MONTH * scale, newcomers=False)
        self._months(max(1, NEWCOMERS_PER_MONTH * scale), newcomers=True)
        self.register.tables["ekonomiskt_bistand"].sort(key=lambda row: (row["manad"], row["hushall_id"]))

    def _months(self, level: float, *, newcomers: bool) -> None:
        """Keep the number of households near ``level``; one in three that comes has had aid before."""
        now: list[Household] = []
        before: list[Household] = []
        for year in YEARS:
            for month in range(1, 13 if year < HISTORY.year else HISTORY.month + 1):
                left = [h for h in now if part(self.rng, h.leaves)]
                gone = {h.id for h in left}
                now = [self._changed(h) for h in now if h.id not in gone]
                wanted = round(level * self.rng.uniform(0.96, 1.04))
                while len(now) < wanted:
                    known = before and not newcomers and part(self.rng, 0.3)
                    first = date(year, month, 1)
                    now.append(
                        before.pop(self.rng.randrange(len(before))) if known else self._new(first, newcomers)
                    )
                before += left
                for household in now:
                    self._pay(household, year, month)

    def _new(self, day: date, newcomers: bool) -> Household:
        rng = self.rng
        kind = rng.choices(list(TYPES), [weight for weight, _ in TYPES.values()])[0]
        man, woman = ("man" in kind.split("_")), ("kvinna" in kind.split("_"))
        sex = "man" if man else "kvinna" if woman else None
        if newcomers:
            adults = [self.people.newcomer(day, 20, 50, sex)]
        elif kind == "barn":
            adults = [self.people.child(day, 16, 17)]
        else:
            adults = [self.people.adult(day, sex, 66)]
        if kind.startswith("par"):
            partner = self.people.newcomer(day, 20, 50) if newcomers else self.people.adult(day, None, 66)
            adults += [partner] if partner.number != adults[0].number else []
        long_stay = part(rng, 0.38)
        return Household(next(self._ids), kind, adults, newcomers, 0.03 if long_stay else 0.26)

    def _changed(self, household: Household) -> Household:
        """The same applicant under a new household id, now and then."""
        if household.kind not in OTHER_KIND or not part(self.changes, CHANGES):
            return household
        return replace(household, id=next(self._ids), kind=OTHER_KIND[household.kind])

    def _pay(self, household: Household, year: int, month: int) -> None:
        level = TYPES[household.kind][1] * index(year) * (1.5 if household.newcomer else 1)
        for adult in household.adults:
            applicant = adult is household.adults[0]
            self.register.add(
                "ekonomiskt_bistand",
                {
                    "manad": f"{year}-{month:02d}",
                    "hushall_id": household.id,
                    **adult.columns,
                    "hushallstyp": household.kind,
                    "nyanland": flag(household.newcomer),
                    "belopp_kr": round(level * self.rng.uniform(0.75, 1.25)) if applicant else 0,
                },
            )


def write_society(rng: Random, register: Register, scale: float) -> None:
    """``enheter`` and ``befolkning`` (about 100 000 at scale 1)."""
    for unit in UNITS:
        register.add("enheter", unit_row(*unit))
    for year in range(YEARS[0] - 1, YEARS[-1]):
        for sex in ("kvinna", "man"):
            for years in range(101):
                many = 630 * min(1, max(0.02, (100 - years) / 32)) * (1 + 0.007 * (year - 2021))
                antal = max(1, round(many * scale * rng.uniform(0.93, 1.07)))
                register.add("befolkning", {"ar": year, "kon": sex, "alder": years, "antal": antal})
