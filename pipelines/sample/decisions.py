"""Decisions about help and what they led to: ``ej_verkstallda_beslut`` (all decisions) and ``insatser``."""

from datetime import date
from random import Random
from typing import Any

from pipelines.sample.people import People, Person
from pipelines.sample.register import Register
from pipelines.sample.world import (
    HISTORY,
    Row,
    after,
    caseworker,
    days_of_arrival,
    flag,
    group_at,
    identities,
    lagrum,
    part,
)

INSATSER: dict[str, dict[str, int]] = {
    "barn_skydd_stod": {
        "oppenvard": 38,
        "familjebehandling": 26,
        "kontaktperson": 16,
        "kontaktfamilj": 14,
        "sarskilt_kvalificerad_kontaktperson": 4,
        "annan": 2,
    },
    "missbruk": {"oppenvard": 70, "kontraktsvard": 10, "sysselsattning": 12, "annan": 8},
    "vald": {"oppenvard": 80, "kontaktperson": 10, "annan": 10},
    "socialpsykiatri": {
        "boendestod": 50,
        "sysselsattning": 16,
        "ips": 10,
        "kontaktperson": 10,
        "traningslagenhet": 6,
        "ledsagarservice": 5,
        "boende_sarskild_service": 3,
    },
    "ekonomi": {"ekonomiskt_bistand": 1},
}
INSATSER["barn_ansokan"] = INSATSER["barn_skydd_stod"]

LSS = {"kontaktperson": "9 § p. 4 LSS", "ledsagarservice": "9 § p. 3 LSS"}
UNITS = {
    "barn_skydd_stod": "oppenvard_barn",
    "barn_ansokan": "oppenvard_barn",
    "missbruk": "vuxen_beroende",
    "vald": "relationsvald",
    "socialpsykiatri": "socialpsykiatri",
    "ekonomi": "ekonomiskt_bistand",
}
WHY_WAITING = {
    "kontaktperson": "saknar_uppdragstagare",
    "kontaktfamilj": "saknar_uppdragstagare",
    "traningslagenhet": "saknar_bostad",
    "boende_sarskild_service": "saknar_plats",
    "boendestod": "resursbrist",
}
OTHER_REASONS = ("vill_vanta", "nar_ej_den_enskilde", "matchning", "inget_svar", "annan_vard")
CLOSED_BECAUSE = ("Ansökan återtagen", "Behovet har upphört", "Flyttat från kommunen", "Avliden")
IN_HOURS = ("boendestod", "ledsagarservice")
RENEWED_PER_YEAR = 520
OPEN_DOOR_PER_YEAR = 300
"""Help without a decision, mostly given without writing down who got it."""


class Decisions:
    def __init__(self, rng: Random, people: People, register: Register) -> None:
        self.rng = rng
        self.people = people
        self.register = register
        self._ids = identities("B")
        self._help_ids = identities("I")

    def write_history(self, scale: float) -> None:
        """Decisions that follow on investigations, renewals of them, and help without a decision."""
        cases = [
            case
            for case in self.register.tables["utredningar"]
            if case["resultat"] == "insats" and (case["slutford"] or case["avslutad"])
        ]
        taken = {row["utredning_id"] for row in self.register.tables["placeringar"]}
        decided = [
            self.after_investigation(case)
            for case in cases
            if case["typ"] in INSATSER and case["utredning_id"] not in taken
        ]
        for row in self.rng.sample(decided, min(len(decided), round(RENEWED_PER_YEAR * scale * 10))):
            self._renew(row)
        for day in days_of_arrival(self.rng, OPEN_DOOR_PER_YEAR * scale):
            self._open_door(day)
        self._always()

    def _always(self) -> None:
        """What is rare and must exist in the smallest Sampelstad too: help still waited for, aid refused."""
        day = date(2026, 5, 5)
        of_child = {"enhet": "oppenvard_barn", "malgrupp": "barn", "lagrum": lagrum(self.rng, "insats", day)}
        of_adult = {"enhet": "socialpsykiatri", "malgrupp": "vuxen", "lagrum": LSS["kontaktperson"]}
        child, adult = self.people.child(day, 8, 15), self.people.adult(day)
        waiting = self.decide(child, day, insats="kontaktperson", orsak="tackat_nej", **of_child)
        waiting |= {
            "uppdrag_skickat": after(day, 3),
            "erbjudande": after(day, 98),
            "tackat_nej": after(day, 100),
        }
        for offered in (34, 98):
            self._event(waiting, "erbjudande", after(day, offered))
            self._event(waiting, "tackat_nej", after(day, offered + 2))
        self.decide(adult, day, insats="kontaktperson", orsak="saknar_uppdragstagare", **of_adult)
        broken = self.decide(child, day, insats="kontaktfamilj", orsak="avbrott", **of_child)
        broken |= {"verkstalld": after(day, 12), "avbruten": after(day, 46)}
        self.give(broken, broken["verkstalld"], broken["avbruten"])
        self._event(broken, "avbruten", after(day, 46))
        partly = self.decide(adult, day, insats="boendestod", **(of_adult | {"lagrum": of_child["lagrum"]}))
        partly |= {"omfattning": 8, "omfattning_verkstalld": 5, "verkstalld": after(day, 20)}
        self.give(partly, partly["verkstalld"])
        of_aid = {"enhet": UNITS["ekonomi"], "malgrupp": "vuxen", "lagrum": lagrum(self.rng, "ekonomi", day)}
        self.decide(adult, day, insats="ekonomiskt_bistand", utfall="avslag", **of_aid)

    def decide(self, person: Person, day: date, **columns: Any) -> Row:
        """One favourable decision; ``columns`` are insats, lagrum, enhet, malgrupp and what more is known."""
        row: Row = {
            "beslut_id": next(self._ids),
            **person.columns,
            "utredning_id": None,
            "insats": None,
            "lagrum": None,
            "enhet": None,
            "malgrupp": None,
            "beslutsdatum": day,
            "utfall": "bifall",
            "beslutsfattare": "delegat",
            "giltig_till": None,
            "ersatter_beslut_id": None,
            "omfattning": None,
            "omfattning_verkstalld": None,
            "ansvarig_kommun": None,
            "verkstallande_kommun": None,
            "verkstalld": None,
            "avbruten": None,
            "aterupptagen": None,
            "avslutad": None,
            "avslutad_datum_okant": None,
            "avslutsorsak": None,
            "orsak": None,
            "uppdrag_skickat": None,
            "erbjudande": None,
            "tackat_nej": None,
            "handlaggare": caseworker(self.rng),
        }
        return self.register.add("ej_verkstallda_beslut", row | columns)

    def after_investigation(self, case: Row) -> Row:
        """The decision an investigation ended in, and everything that then happened to it."""
        rng = self.rng
        kinds = INSATSER[case["typ"]]
        insats = rng.choices(list(kinds), list(kinds.values()))[0]
        day = case["slutford"] or case["avslutad"]
        person = self.people[case["personnummer"]]
        row = self.decide(
            person,
            day,
            insats=insats,
            lagrum=self._law(case["typ"], insats, day),
            enhet=UNITS[case["typ"]],
            malgrupp=group_at(case["malgrupp"], person.born, day),
            utredning_id=case["utredning_id"],
            beslutsfattare=rng.choices(["delegat", "utskott", "domstol"], [93, 6, 1])[0],
            ansvarig_kommun="9902" if part(rng, 0.004) else None,
            verkstallande_kommun="9903" if part(rng, 0.004) else None,
        )
        if part(rng, 0.09):
            row["utfall"], case["resultat"] = "avslag", "ingen_insats"
        else:
            row["utfall"] = "delvis_bifall" if part(rng, 0.02) else "bifall"
            self._carry_out(row)
        return row

    def _renew(self, old: Row) -> None:
        """The same help again a year later: a new decision in the old one's place."""
        day = after(old["verkstalld"] or old["beslutsdatum"], self.rng.randint(150, 400))
        if old["utfall"] == "avslag" or day > HISTORY:
            return
        subject = "ekonomi" if old["insats"] == "ekonomiskt_bistand" else "insats"
        law = old["lagrum"] if "LSS" in old["lagrum"] else lagrum(self.rng, subject, day)
        person = self.people[old["personnummer"]]
        row = self.decide(
            person,
            day,
            insats=old["insats"],
            lagrum=law,
            enhet=old["enhet"],
            malgrupp=group_at(old["malgrupp"], person.born, day),
            ersatter_beslut_id=old["beslut_id"],
        )
        self._carry_out(row)

    def _law(self, typ: str, insats: str, day: date) -> str:
        if typ == "socialpsykiatri" and insats in LSS and part(self.rng, 0.6):
            return LSS[insats]
        return lagrum(self.rng, "ekonomi" if typ == "ekonomi" else "insats", day)

    # --- from decision to help ---

    def _carry_out(self, row: Row) -> None:
        """Most help starts within weeks; some waits for months; some never starts."""
        rng, known = self.rng, self.register.known
        decided: date = row["beslutsdatum"]
        slow = part(rng, 0.057)
        wait = 95 + rng.expovariate(1 / 170) if slow else min(85, rng.gammavariate(1.6, 14))
        starts = after(decided, wait)
        row["uppdrag_skickat"] = known(after(decided, rng.randint(0, 8))) if part(rng, 0.97) else None
        if row["insats"] in IN_HOURS:
            row["omfattning"] = rng.choice((2, 3, 5, 8))
        if slow:
            self._wait(row, starts)
        if part(rng, 0.04):
            ends = after(decided, rng.randint(10, 160))
            if known(ends):
                row["avslutsorsak"] = rng.choice(CLOSED_BECAUSE)
                row["avslutad"] = None if part(rng, 0.05) else ends
                row["avslutad_datum_okant"] = flag(row["avslutad"] is None)
            return
        row["verkstalld"] = known(starts)
        if known(starts):
            self._start_help(row, starts)

    def _wait(self, row: Row, starts: date) -> None:
        """Why it takes time: offers that are declined (the last one on the row, all of them as events)."""
        rng, known = self.rng, self.register.known
        own_reason = part(rng, 0.4)
        ours = WHY_WAITING.get(row["insats"], "resursbrist")
        row["orsak"] = rng.choice(OTHER_REASONS) if own_reason else ours
        if row["uppdrag_skickat"] is None:
            row["orsak"] = "uppdrag_ej_skickat"
        offers = rng.choice((0, 0, 0, 0, 0, 0, 1, 2, 3))
        days = sorted(after(row["beslutsdatum"], rng.randint(20, 90)) for _ in range(offers))
        for offered in filter(known, days):
            declined = after(offered, rng.randint(1, 10))
            self._event(row, "erbjudande", offered)
            row["erbjudande"] = offered
            if declined < starts and known(declined):
                self._event(row, "tackat_nej", declined)
                row["tackat_nej"], row["orsak"] = declined, "tackat_nej"

    def _start_help(self, row: Row, starts: date) -> None:
        rng, known = self.rng, self.register.known
        ends = after(starts, rng.gammavariate(2, 140))
        if row["omfattning"]:
            partly = row["omfattning"] > 2 and part(rng, 0.06)
            row["omfattning_verkstalld"] = row["omfattning"] - 2 * partly
        if part(rng, 0.035):
            self._interrupt(row, starts)
        if part(rng, 0.5):
            row["giltig_till"] = max(ends, after(starts, 180))
        stopped = row["avbruten"] and not row["aterupptagen"]
        last = row["avbruten"] if stopped else known(ends)
        self.give(row, starts, last)

    def give(self, row: Row, start: date, end: date | None = None) -> None:
        """The help that carries out a decision."""
        same = {column: row[column] for column in ("beslut_id", "enhet", "beslutsdatum")}
        person = self.people[row["personnummer"]]
        group = group_at(row["malgrupp"], person.born, start)
        self._help(person, start, end, behovsprovad="ja", insatstyp=row["insats"], malgrupp=group, **same)

    def _interrupt(self, row: Row, starts: date) -> None:
        """Help that breaks off: mostly taken up again, else closed, else somebody is waiting once more."""
        rng, known = self.rng, self.register.known
        broken = after(starts, rng.randint(20, 300))
        if not known(broken):
            return
        row["avbruten"], row["orsak"] = broken, "avbrott"
        self._event(row, "avbruten", broken)
        again = after(broken, rng.randint(10, 150))
        if part(rng, 0.65):
            row["aterupptagen"] = known(again)
            self._event(row, "aterupptagen", again)
        elif known(after(again, 60)):
            row["avslutad"], row["avslutsorsak"] = after(again, 60), "Behovet har upphört"

    def _event(self, row: Row, what: str, day: date) -> None:
        person = self.people[row["personnummer"]]
        self.register.event(("beslut", row["beslut_id"]), person, what, day, unit=row["enhet"])

    # --- help ---

    def _open_door(self, day: date) -> None:
        child = part(self.rng, 0.6)
        person = None
        if part(self.rng, 0.1):
            person = self.people.child(day, 10, 17) if child else self.people.adult(day)
        last = self.register.known(after(day, self.rng.randint(0, 90)))
        group = {"enhet": "oppenvard_barn", "malgrupp": "barn"}
        if not child:
            group = {"enhet": "vuxen_beroende", "malgrupp": "vuxen"}
        self._help(person, day, last, behovsprovad="nej", insatstyp="oppenvard", **group)

    def _help(self, person: Person | None, start: date, end: date | None, **columns: Any) -> None:
        """Help that is given; without a person when nobody wrote down who it was."""
        reasons = ("enligt plan", "enligt plan", "avbruten av den enskilde", "flytt", "annan insats")
        row: Row = {
            "insats_id": next(self._help_ids),
            "personnummer": None,
            "skyddad": None,
            "beslut_id": None,
            "behovsprovad": None,
            "insatstyp": None,
            "enhet": None,
            "malgrupp": None,
            "beslutsdatum": None,
            "start": start,
            "slut": end,
            "slutorsak": self.rng.choice(reasons) if end else None,
        }
        self.register.add("insatser", row | (person.columns if person else {}) | columns)
