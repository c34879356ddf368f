"""The invented people that social services meet: families with children, and adults.

Serial numbers 980-999 are those the Swedish Tax Agency keeps for test persons, so no number here can
belong to anybody.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pipelines.sample.world import FIRST, HISTORY, YEARS, age, flag, part


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    born: date
    sex: str
    columns: dict[str, str] = field(compare=False, hash=False)
    """The columns that every person table has."""


def luhn(digits: str) -> int:
    """Check digit of nine digits (YYMMDDNNN)."""
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(digits))
    return -sum(d // 10 + d % 10 for d in doubled) % 10


class People:
    """Everybody known to social services; more can be invented at any time."""

    def __init__(self, rng: Random, scale: float) -> None:
        self._rng = rng
        self._used: Counter[tuple[str, date, str]] = Counter()
        self._by_number: dict[str, Person] = {}
        self._families: dict[int, list[list[Person]]] = {year: [] for year in (*YEARS, HISTORY.year + 1)}
        for _ in range(max(60, round(9000 * scale))):
            self._add_family()
        self._adults = [
            self.invent(self._born(1940, 2004), self._sex()) for _ in range(max(120, round(9000 * scale)))
        ]

    def invent(self, born: date, sex: str, kind: str = "personnummer") -> Person:
        """A new person; ``kind`` is personnummer, samordningsnummer or tillfalligt."""
        born, number = self._free_number(born, sex, kind)
        protected = flag(part(self._rng, 0.008))
        return self._know(Person(number, born, sex, {"personnummer": number, "skyddad": protected}))

    def renumber(self, person: Person, kind: str) -> Person:
        """The same person under another number. No lots are drawn: all else is as it would have been."""
        born, number = self._free_number(person.born, person.sex, kind)
        return self._know(Person(number, born, person.sex, person.columns | {"personnummer": number}))

    def _free_number(self, born: date, sex: str, kind: str) -> tuple[date, str]:
        """A number that nobody has, on that birthday or the first after it that has one."""
        serial = self._used[kind, born, sex]
        if serial >= 10:
            return self._free_number(born + timedelta(days=1), sex, kind)
        self._used[kind, born, sex] += 1
        return born, self._number(born, sex, kind, serial)

    def _know(self, person: Person) -> Person:
        self._by_number[person.number] = person
        return person

    def __getitem__(self, number: str) -> Person:
        return self._by_number[number]

    @staticmethod
    def _number(born: date, sex: str, kind: str, serial: int) -> str:
        odd = sex == "man"
        if kind == "tillfalligt":
            suffix = f"T{serial}{2 + odd}{serial}" if serial % 2 else f"TF{2 + odd}{serial}"
            return f"{born:%Y%m%d}-{suffix}"
        day = born.day + (60 if kind == "samordningsnummer" else 0)
        short = f"{born:%y%m}{day:02d}{980 + 2 * serial + odd}"
        return f"{born:%Y%m}{day:02d}-{short[6:]}{luhn(short)}"

    def siblings(self, day: date) -> list[Person]:
        """The children under 18 (seldom up to 20) of one family; some families come back more than others."""
        families = self._families[day.year]
        limit = 21 if part(self._rng, 0.04) else 18
        while True:
            family = families[int(len(families) * self._rng.random() ** 1.6)]
            children = [c for c in family if c.born <= day and age(c.born, day) < limit]
            if children:
                return children

    def child(self, day: date, youngest: int, oldest: int) -> Person:
        """A child of that age, known before or not."""
        for _ in range(40):
            for person in self._rng.choice(self._families[day.year]):
                if person.born <= day and youngest <= age(person.born, day) <= oldest:
                    return person
        return self.invent(self.born_for(day, youngest, oldest), self._sex())

    def adult(self, day: date, sex: str | None = None, oldest: int = 75) -> Person:
        while True:
            person = self._adults[int(len(self._adults) * self._rng.random() ** 1.3)]
            if 21 <= age(person.born, day) <= oldest and sex in (None, person.sex):
                return person

    def newcomer(self, day: date, youngest: int, oldest: int, sex: str | None = None) -> Person:
        """Somebody new to the country, mostly without a personnummer."""
        kind = self._rng.choices(["tillfalligt", "samordningsnummer", "personnummer"], [5, 3, 2])[0]
        return self.invent(self.born_for(day, youngest, oldest), sex or self._sex(), kind)

    def born_for(self, day: date, youngest: int, oldest: int) -> date:
        return day - timedelta(days=self._rng.randint(365 * youngest + 30, 365 * oldest + 300))

    def _add_family(self) -> None:
        eldest = self._born(FIRST.year - 18, HISTORY.year - 1)
        size = self._rng.choices([1, 2, 3, 4], [45, 35, 15, 5])[0]
        births = [eldest + timedelta(days=self._rng.randint(650, 1100) * n) for n in range(size)]
        family = [self.invent(born, self._sex()) for born in births]
        for year, families in self._families.items():
            if eldest.year < year <= family[-1].born.year + 17:
                families.append(family)

    def _born(self, first: int, last: int) -> date:
        return date(first, 1, 1) + timedelta(days=self._rng.randrange(365 * (last - first + 1)))

    def _sex(self) -> str:
        return self._rng.choice(("kvinna", "man"))
