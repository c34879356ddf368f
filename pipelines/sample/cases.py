"""What comes in and what is investigated: ``aktualiseringar``, ``utredningar``, ``forlangningar``."""

from datetime import date
from random import Random

from pipelines.sample.people import People, Person
from pipelines.sample.register import Register
from pipelines.sample.world import (
    NEW_SOL,
    ByMonth,
    Row,
    after,
    age,
    caseworker,
    child_unit,
    flag,
    group_at,
    identities,
    lagrum,
    part,
    shuffled_over_time,
    workday,
)

PER_YEAR: dict[str, float] = {
    "orosanmalan": 4700,  # reports; about one and a half child each
    "barn_ansokan": 170,
    "missbruk": 170,
    "vald": 150,
    "socialpsykiatri": 180,
    "vardnad_boende_umgange": 80,
    "faderskap": 90,
    "familjehem": 45,
    "yttrande": 110,
    "ekonomi": 60,
    "vuxenanmalan": 500,
    "information": 950,
}
UNITS = {
    "missbruk": "vuxen_beroende",
    "vald": "relationsvald",
    "socialpsykiatri": "socialpsykiatri",
    "vardnad_boende_umgange": "familjeratt",
    "faderskap": "familjeratt",
    "familjehem": "familjeratt",
    "yttrande": "mottag_barn",
    "ekonomi": "ekonomiskt_bistand",
}
DAYS = {"missbruk": 70, "vald": 50, "socialpsykiatri": 65, "ekonomi": 20, "yttrande": 30, "faderskap": 60}
"""Mean length of the investigations that no law gives a number of months."""

OF_CHILDREN = ("barn_skydd_stod", "barn_ansokan", "vardnad_boende_umgange", "faderskap")
OF_CHILDREN_OR_YOUNG = (*OF_CHILDREN, "yttrande")
REPORTERS = ("skola", "polis", "hälso- och sjukvård", "privatperson", "anonym", "förskola", "vårdnadshavare")
CAUSES = ("föräldrasvikt", "missbruk i familjen", "våld bevittnat", "skolproblem", "kriminalitet", "ohälsa")
CHANNELS = ("e-tjänst", "telefon", "brev", "besök")


class Cases:
    """Receives, assesses and investigates; it can go on after the history."""

    def __init__(self, rng: Random, people: People, register: Register) -> None:
        self.rng = rng
        self.people = people
        self.register = register
        self.following = ByMonth()
        """Investigations by type and the month they were opened, for placements to follow on."""
        self._arrival_ids = identities("A")
        self._report_ids = identities("M")
        self._case_ids = identities("U")
        self._busy_until: dict[str, date] = {}
        self._came: set[tuple[str, date]] = set()
        """Person and day of everything that came in: about nobody twice a day."""

    def write_history(self, scale: float) -> None:
        for day, kind in shuffled_over_time(self.rng, {k: n * scale for k, n in PER_YEAR.items()}):
            self.receive(kind, day)
        newest = self.register.tables["aktualiseringar"][-12:]
        for row in [row for row in newest if row["beslut"] == "inleds_ej"][-3:]:
            # However small Sampelstad is, something waits for its decision on the last evening.
            row |= {"beslut": None, "beslutsdatum": None, "barn_hord": None}

    def receive(self, kind: str, day: date) -> None:
        """Something comes in: a report about children, or anything else."""
        if kind == "orosanmalan":
            self._report(day)
        else:
            self._other(kind, day)

    # --- reports about children ---

    def _report(self, day: date) -> None:
        """One report about a family: a row per child, now and then under one common id."""
        children = self.people.siblings(day)
        while any((child.number, day) in self._came for child in children):
            children = self.people.siblings(day)
        if part(self.rng, 0.35):
            children = children[:1]
        self._came |= {(child.number, day) for child in children}
        report = next(self._report_ids)
        common_id = len(children) > 1 and part(self.rng, 0.2)
        for group in [children] if common_id else [[child] for child in children]:
            self._assess(group, day, report)

    def _assess(self, children: list[Person], day: date, report: str) -> None:
        rng = self.rng
        arrival = next(self._arrival_ids)
        decided = workday(after(day, self._assessment_days()))
        decided = max(day, decided)
        if any(self._busy_until.get(c.number, day) > day for c in children):
            outcome, decided = "tillfors_utredning", max(day, workday(after(day, rng.randint(0, 5))))
        else:
            outcome = rng.choices(["inleds", "inleds_ej", "tillfors_insats"], [24, 71, 5])[0]
        safety = rng.choices([0, 1, rng.randint(2, 9), None], [89, 7, 2, 2])[0]
        late_entry = part(rng, 0.01)
        for child in children:
            self._arrival_row(
                child,
                arrival,
                day,
                anmalan_id=report,
                typ="anmalan",
                enhet="mottag_barn",
                malgrupp="barn",
                registrerad=after(day, rng.randint(31, 60) if late_entry else rng.choice((0, 0, 0, 1, 3))),
                skyddsbedomning=None if safety is None else self.register.known(after(day, safety)),
                decided=decided,
                outcome=outcome,
            )
        if part(rng, 0.006):
            self._extend("aktualisering", arrival, after(day, 12), after(day, 28), "synnerliga skäl")
        if outcome == "inleds" and decided <= self.register.horizon:
            self.investigate("barn_skydd_stod", children, decided, arrival)

    def _assessment_days(self) -> int:
        luck = self.rng.random()
        if luck < 0.35:
            return self.rng.randint(0, 3)
        if luck < 0.955:
            return self.rng.randint(5, 14)
        return self.rng.randint(16, 24) if luck < 0.99 else self.rng.randint(25, 58)

    # --- everything else ---

    def _other(self, kind: str, day: date) -> None:
        rng = self.rng
        person = self._somebody(kind, day)
        while (person.number, day) in self._came:
            person = self._somebody(kind, day)
        self._came.add((person.number, day))
        child = kind in OF_CHILDREN_OR_YOUNG
        arrival = next(self._arrival_ids)
        typ = {
            "yttrande": "yttrande",
            "information": "information",
            "vuxenanmalan": "anmalan",
            "vardnad_boende_umgange": "yttrande",
            "faderskap": "information",
        }.get(kind)
        typ = typ or rng.choices(["ansokan", "overflyttning", "eget_initiativ"], [92, 4, 4])[0]
        opens = kind != "information" and part(rng, 0.2 if kind == "vuxenanmalan" else 0.93)
        decided = max(day, workday(after(day, rng.randint(0, 12))))
        malgrupp = "barn" if child else "vuxen"
        self._arrival_row(
            person,
            arrival,
            day,
            anmalan_id=None,
            typ=typ,
            enhet=UNITS.get(kind, "mottag_barn" if child else "vuxen_beroende"),
            malgrupp=malgrupp,
            registrerad=after(day, rng.choice((0, 0, 1))),
            skyddsbedomning=None,
            decided=decided,
            outcome="inleds" if opens else "inleds_ej",
        )
        if kind == "vardnad_boende_umgange":
            self._mediate(arrival, person, day)
        if opens and decided <= self.register.horizon:
            self.investigate("missbruk" if kind == "vuxenanmalan" else kind, [person], decided, arrival)

    def _mediate(self, arrival: str, person: Person, day: date) -> None:
        """Half of those who quarrel in court ask for talks about how to work together."""
        luck = Random(f"samtal {arrival}")  # its own, so that nothing else is drawn differently
        asked = after(day, luck.randint(0, 10))
        held = after(asked, luck.choice((4, 7, 9, 11, 12, 13, 14, 14, 17, 25)))
        if part(luck, 0.5):
            for what, when in (("samarbetssamtal_begart", asked), ("samarbetssamtal_hallet", held)):
                self.register.event(("aktualisering", arrival), person, what, when, unit="familjeratt")

    def _somebody(self, kind: str, day: date) -> Person:
        rng = self.rng
        if kind == "faderskap":
            return self.people.invent(after(day, -rng.randint(3, 60)), rng.choice(("kvinna", "man")))
        if kind in OF_CHILDREN:
            return self.people.child(day, 0, 17)
        if kind == "yttrande":
            return self.people.child(day, 15, 20)
        return self.people.adult(day)

    def _arrival_row(
        self,
        person: Person,
        arrival: str,
        day: date,
        *,
        anmalan_id: str | None,
        typ: str,
        enhet: str,
        malgrupp: str,
        registrerad: date,
        skyddsbedomning: date | None,
        decided: date,
        outcome: str,
    ) -> None:
        rng = self.rng
        done = decided <= self.register.horizon
        child = malgrupp == "barn"
        self.register.add(
            "aktualiseringar",
            {
                "aktualisering_id": arrival,
                **person.columns,
                "anmalan_id": anmalan_id,
                "typ": typ,
                "inkommen": day,
                "registrerad": min(registrerad, self.register.horizon),
                "kanal": rng.choice(CHANNELS),
                "orsak": rng.choice(CAUSES) if child else "",
                "anmalare": rng.choice(REPORTERS) if typ == "anmalan" else "",
                "enhet": enhet,
                "malgrupp": malgrupp,
                "skyddsbedomning": skyddsbedomning,
                "beslut": outcome if done else None,
                "beslutsdatum": decided if done else None,
                "barn_hord": flag(part(rng, 0.4)) if child and done else None,
                "handlaggare": caseworker(rng),
            },
        )

    # --- investigations ---

    def investigate(self, typ: str, persons: list[Person], day: date, arrival: str | None) -> None:
        """Open an investigation of one person, or of several siblings under one id."""
        rng = self.rng
        case = next(self._case_ids)
        court_date = after(day, rng.randint(80, 120)) if typ == "vardnad_boende_umgange" else None
        finished = max(day, workday(after(day, self._case_days(typ, case, day, court_date))))
        result = rng.choices(
            ["insats", "ingen_insats", "uppfoljning", "avskriven", "nedlagd", "flyttad"],
            [46, 42, 4, 3, 3, 2],
        )[0]
        assigned = after(day, rng.choices([0, rng.randint(1, 14), rng.randint(15, 45)], [45, 40, 15])[0])
        contact = after(finished, -min(rng.randint(0, 60), (finished - day).days))
        closed = after(finished, rng.choice((0, 0, 1, 3, 7, 14, rng.randint(0, 30))))
        forgotten = part(rng, 0.012)
        for person in persons:
            row: Row = {
                "utredning_id": case,
                "aktualisering_id": arrival,
                **person.columns,
                "typ": typ,
                "lagrum": self._case_law(typ, day),
                "enhet": self._unit(typ, person, day),
                "malgrupp": group_at("barn" if typ in OF_CHILDREN_OR_YOUNG else "vuxen", person.born, day),
                "inledd": day,
                "tilldelad": self.register.known(min(assigned, finished)),
                "senaste_kontakt": self.register.known(contact)
                or max(day, after(self.register.horizon, -rng.randint(0, 50))),
                "slutford": None if forgotten else self.register.known(finished),
                "avslutad": self.register.known(closed),
                "frist_satt": court_date,
                "resultat": result if finished <= self.register.horizon else None,
                "barn_hord": flag(part(rng, 0.85)) if typ in OF_CHILDREN else None,
                "handlaggare": caseworker(rng),
            }
            self.register.add("utredningar", row)
            self._busy_until[person.number] = finished
            self.following.add(typ, day, (person, row))

        def event(what: str, day: date) -> None:
            unit = self._unit(typ, persons[0], day)
            self.register.event(("utredning", case), persons[0], what, day, unit=unit)

        if typ == "faderskap":
            event("fodelse", persons[0].born)
        if result == "uppfoljning":
            begun = after(finished, rng.randint(0, 5))
            event("uppfoljning_inledd", begun)
            event("uppfoljning_avslutad", after(begun, rng.randint(20, 70 if finished < NEW_SOL else 190)))
        if part(rng, 0.012) and finished < self.register.horizon:
            self.investigate(
                typ, persons, min(self.register.horizon, after(finished, rng.randint(0, 6))), None
            )

    @staticmethod
    def _unit(typ: str, person: Person, day: date) -> str:
        return UNITS.get(typ) or child_unit(age(person.born, day), day)

    def _case_days(self, typ: str, case: str, day: date, court_date: date | None) -> int:
        """How long it will take; long investigations of children are sometimes extended, seldom too late."""
        rng = self.rng
        if court_date:
            return (court_date - day).days + rng.choice((-20, -6, -3, -1, 0, 12))
        if typ not in ("barn_skydd_stod", "barn_ansokan", "familjehem"):
            return 3 + int(rng.gammavariate(3, DAYS[typ] / 3))
        luck = rng.random()
        if luck < 0.36:
            return rng.randint(15, 100)
        if luck < 0.835:
            return rng.randint(101, 121)
        days = int(rng.triangular(122, 280, 130))
        if typ == "barn_skydd_stod" and part(rng, 0.45):
            decided = rng.randint(90, 116) if part(rng, 0.88) else rng.randint(126, 140)
            new_end = max(decided + 14, days + rng.choice((-10, 0, 4, 7, 14, 20)))
            self._extend("utredning", case, after(day, decided), after(day, new_end), "särskilda skäl")
            if part(rng, 0.08):
                again = after(day, new_end - 5)
                self._extend("utredning", case, again, after(day, new_end + 45), "särskilda skäl")
        return days

    def _case_law(self, typ: str, day: date) -> str:
        if typ == "faderskap":
            return "2 kap. 1 § FB"
        if typ == "vardnad_boende_umgange":
            return "6 kap. 19 § FB"
        if typ == "missbruk" and part(self.rng, 0.08):
            return "7 § LVM"
        subject = {"barn_skydd_stod": "barnutredning", "familjehem": "familjehem", "ekonomi": "ekonomi"}
        return lagrum(self.rng, subject.get(typ, "utredning"), day)

    def _extend(self, subject: str, subject_id: str, decided: date, new_end: date, ground: str) -> None:
        if decided <= self.register.horizon:
            self.register.add(
                "forlangningar",
                {
                    "subjekt_typ": subject,
                    "subjekt_id": subject_id,
                    "beslutsdatum": decided,
                    "ny_frist": new_end,
                    "skal": ground,
                    "beslutsfattare": self.rng.choice(("utskott", "delegat")),
                },
            )
