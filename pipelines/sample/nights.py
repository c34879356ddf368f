"""What changes from one night to the next: new cases, closings, late corrections, a row that goes away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.sample.cases import Cases
from pipelines.sample.decisions import Decisions
from pipelines.sample.ledger import Ledger
from pipelines.sample.numbers import Numbers
from pipelines.sample.people import People
from pipelines.sample.register import Register
from pipelines.sample.world import FIRST, Row, after, lagrum, unit_row

ALWAYS = ("aktualiseringar", "utredningar", "placeringar", "ej_verkstallda_beslut")
"""Tables that a delivery in the canonical form must have."""

AGAIN = {1: ("befolkning",), 2: ("befolkning",)}
"""Tables that are delivered again though nothing in them has changed."""

NEW_UNIT = ("mottag_vuxen", "Mottag vuxna", "vuxna")


@dataclass(frozen=True)
class Nights:
    """Lives through one night at a time by changing the rows of the register."""

    rng: Random
    people: People
    register: Register
    cases: Cases
    decisions: Decisions
    ledger: Ledger
    numbers: Numbers
    scale: float

    def pass_night(self, number: int, day: date) -> list[str]:
        """Change what happened on ``day``; returns the tables that are delivered after it."""
        before = {name: len(rows) for name, rows in self.register.tables.items()}
        self.register.horizon = day
        self._open(day)
        self._close(day)
        self._correct(day)
        if number == 1:
            self.numbers.pass_night(day)
        if number == 2:
            self.register.add("enheter", unit_row(*NEW_UNIT, day, None))
            self.cases.receive("missbruk", day)
            self.register.tables["aktualiseringar"][-1]["enhet"] = NEW_UNIT[0]
        if number == 3:
            self.register.tables["ekonomi"] += self.ledger.late
        self._remove()
        sure = ALWAYS + AGAIN.get(number, ())
        return [
            name for name, rows in self.register.tables.items() if name in sure or len(rows) != before[name]
        ]

    def _many(self, number: float) -> int:
        return max(1, round(number * self.scale))

    def _open(self, day: date) -> None:
        for _ in range(self._many(14)):
            self.cases.receive("orosanmalan", day)
        for kind in ("vald", "socialpsykiatri", "barn_ansokan"):
            for _ in range(self._many(1)):
                self.cases.receive(kind, day)
        child = self.people.child(day, 6, 15)
        unit = {"enhet": "oppenvard_barn", "malgrupp": "barn"}
        law = lagrum(self.rng, "insats", day)
        self.decisions.decide(child, day, insats="kontaktfamilj", lagrum=law, **unit)
        for row in self._pick("placeringar", 1, lambda r: r["slut"] is None):
            subject = ("placering", row["placering_id"])
            self.register.event(subject, self.people[row["personnummer"]], "besok", day, unit=row["enhet"])

    def _close(self, day: date) -> None:
        """Some of what was open when the day began is decided, finished, ended or carried out."""
        for row in self._pick("aktualiseringar", 20, lambda r: r["beslut"] is None and r["inkommen"] < day):
            row |= {"beslut": "inleds_ej", "beslutsdatum": day}
        for row in self._pick("utredningar", 6, lambda r: _open_case(r) and r["inledd"] < day):
            row |= {"slutford": day, "senaste_kontakt": day, "resultat": "ingen_insats"}
        for row in self._pick("placeringar", 1, lambda r: r["slut"] is None and r["start"] < day):
            row |= {"slut": day, "slutorsak": "enligt_plan"}
        for row in self._pick("ej_verkstallda_beslut", 4, _waiting):
            self._carry_out(row, day)

    def _correct(self, day: date) -> None:
        """What was known too late or wrongly, dated back: a report, an end, a start."""
        arrivals = self.register.tables["aktualiseringar"]
        known = len(arrivals)
        self.cases.receive("orosanmalan", after(day, -35))
        for row in arrivals[known:]:
            row["registrerad"] = day
        for row in self._pick("utredningar", 2, lambda r: (r["slutford"] or day).year == day.year - 1):
            row["slutford"] = max(row["tilldelad"] or row["inledd"], after(row["slutford"], -20))
        for row in self._pick(
            "placeringar", 1, lambda r: _of_adult(r) and (r["slut"] or FIRST).year == day.year
        ):
            row["slut"] = max(after(row["start"], 1), after(row["slut"], -9))
        for row in self._pick("ej_verkstallda_beslut", 1, lambda r: _waiting(r) and _old(r, day)):
            self._carry_out(row, after(row["beslutsdatum"], 30))

    def _carry_out(self, row: Row, day: date) -> None:
        row["verkstalld"] = day
        self.decisions.give(row, day)

    def _remove(self) -> None:
        """A row entered by mistake, that nothing else refers to, goes away."""
        extended = {row["subjekt_id"] for row in self.register.tables["forlangningar"]}
        for row in self._pick(
            "aktualiseringar",
            1,
            lambda r: r["beslut"] == "inleds_ej" and r["aktualisering_id"] not in extended,
        ):
            self.register.tables["aktualiseringar"].remove(row)

    def _pick(self, table: str, number: float, suits: Callable[[Row], bool]) -> list[Row]:
        rows = [row for row in self.register.tables[table] if suits(row)]
        return self.rng.sample(rows, min(len(rows), self._many(number)))


def _open_case(row: Row) -> bool:
    return row["slutford"] is None and row["avslutad"] is None


def _of_adult(row: Row) -> bool:
    """A placement whose end can move back: the committee reviews those of children, up to their end."""
    return bool(row["malgrupp"] != "barn")


def _waiting(row: Row) -> bool:
    ended = row["verkstalld"] or row["avslutad"] or row["avslutad_datum_okant"]
    return not ended and row["utfall"] != "avslag"


def _old(row: Row, day: date) -> bool:
    return bool(row["beslutsdatum"] < after(day, -60))
