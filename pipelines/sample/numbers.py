"""People whose number changes: a temporary number becomes a real one, a wrong one is put right, two
registrations of one person are merged. The case system says so, and leaves older rows as they were.
"""

from datetime import date
from random import Random

from pipelines.sample.people import People, Person
from pipelines.sample.register import Register
from pipelines.sample.world import HISTORY, Row, after

DATED = {
    "aktualiseringar": "inkommen",
    "utredningar": "inledd",
    "placeringar": "start",
    "ej_verkstallda_beslut": "beslutsdatum",
    "handelser": "datum",
    "insatser": "start",
    "ekonomiskt_bistand": "manad",
}
"""The day that says which of the person's numbers a row has."""

TEMPORARY, COORDINATION, REGULAR = "tillfalligt", "samordningsnummer", "personnummer"
LIVES = ((REGULAR,), (COORDINATION, REGULAR), (TEMPORARY, REGULAR))
"""What a newcomer gets: the real number; another on the way to it; or a temporary one by mistake, merged with
the first when the real one comes."""

SHARE_OF_NEWCOMERS, SHARE_OF_OTHERS = 0.5, 0.002


class Numbers:
    """Writes ``personbyten``, and the new number on the rows from its day on."""

    def __init__(self, rng: Random, people: People, register: Register) -> None:
        self.rng, self.people, self.register = rng, people, register
        self._waiting: list[Person] = []

    def write_history(self) -> None:
        """Half of the newcomers have got a real number, and a few numbers were wrong."""
        rows = self._rows()
        known = [self.people[number] for number in sorted(rows)]
        newcomers = [person for person in known if not _is_real(person.number)]
        others = [person for person in known if _is_real(person.number)]
        self.rng.shuffle(newcomers)
        changed = max(len(LIVES), round(SHARE_OF_NEWCOMERS * len(newcomers)))
        for place, person in enumerate(newcomers[:changed]):
            self._live(person, LIVES[place % len(LIVES)], rows[person.number])
        for person in self.rng.sample(others, max(1, round(SHARE_OF_OTHERS * len(others)))):
            self._live(person, (REGULAR,), rows[person.number])
        self._waiting = newcomers[changed:]

    def pass_night(self, day: date) -> None:
        """One more newcomer has got a real number; no row has it yet."""
        if self._waiting:
            person = self._waiting.pop()
            self._link(person, self.people.renumber(person, REGULAR), day, _why(person))

    def _rows(self) -> dict[str, list[tuple[str, Row]]]:
        """Each person's rows with their day."""
        found: dict[str, list[tuple[str, Row]]] = {}
        for table, day in DATED.items():
            for row in self.register.tables[table]:
                if row["personnummer"]:
                    found.setdefault(row["personnummer"], []).append((str(row[day]), row))
        return found

    def _live(self, person: Person, kinds: tuple[str, ...], rows: list[tuple[str, Row]]) -> None:
        first = min(day for day, _ in rows)
        day = date.fromisoformat(first if len(first) == 10 else f"{first}-01")
        earlier = [person]
        for kind in kinds:
            day = after(day, self.rng.randint(0, (HISTORY - day).days))
            new = self.people.renumber(person, kind)
            for written, row in rows:
                if written >= str(day):
                    row["personnummer"] = new.number
            if kind == TEMPORARY:
                earlier.append(new)
                continue
            for number, old in enumerate(earlier):
                self._link(old, new, day, "sammanslagning" if number else _why(old))
            earlier = [new]

    def _link(self, old: Person, new: Person, day: date, why: str) -> None:
        row = {**new.columns, "tidigare_personnummer": old.number, "datum": day, "orsak": why}
        self.register.add("personbyten", row)


def _why(old: Person) -> str:
    return "andrat" if _is_real(old.number) else "fick_nummer"


def _is_real(number: str) -> bool:
    """A personnummer, neither temporary nor a samordningsnummer (whose day is 60 more)."""
    return "T" not in number and number[6] <= "3"
