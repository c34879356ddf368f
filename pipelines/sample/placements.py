"""Care away from home: ``placeringar`` with their prices, decisions, reviews and events.

Each group of placements has a number of beds (``arsplatser``) that are filled by one stay after another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil
from random import Random
from typing import NamedTuple

from pipelines.sample.decisions import Decisions
from pipelines.sample.groups import (
    CUSTODY_FROM,
    FAMILJEHEM,
    GROUPS,
    INSTITUTION_LVU,
    INSTITUTION_SOL,
    NEWCOMERS,
    SIS_FEES,
    STODBOENDE,
    VARDNADSOVERFLYTTAD,
    Group,
)
from pipelines.sample.people import People, Person
from pipelines.sample.register import Register
from pipelines.sample.world import (
    FIRST,
    HISTORY,
    ByMonth,
    Row,
    Steps,
    after,
    age,
    birthday,
    caseworker,
    flag,
    identities,
    index,
    lagrum,
    part,
    workday,
)

PROVIDERS = (
    "Exempelhemmet HVB AB",
    "Påhittade Omsorgen AB",
    "Provgården AB",
    "Stiftelsen Låtsas",
    "Fiktiva AB",
)
HOMES = ("familjehem", "jourhem", "natverkshem", "konsulentstott_familjehem", "vardnadsoverflyttad")
HOME_LAW = "2 § LVU"
"""Compulsory care because of the home, which is left at 18."""

AS_INSATS = {"bostad_sarskild_service": "boende_sarskild_service"}


SOME = 0.4
"""Fewest beds of a group: enough for the smallest Sampelstad to have something of everything."""


@dataclass(frozen=True)
class Placement:
    """What the ledger needs to know about a placement. ``end`` is the first day not paid for."""

    id: str
    group: Group
    form: str
    regi: str
    start: date
    end: date
    prices: Steps
    newcomer: bool
    free: bool


class Step(NamedTuple):
    """One placement of a care, before anything is known but where and when."""

    group: Group
    form: str
    regi: str
    start: date
    end: date


@dataclass
class Care:
    """One person's unbroken care."""

    person: Person
    vard_id: str | None
    law: str
    case: str | None
    newcomer: bool
    unit: str


class Placements:
    def __init__(self, rng: Random, people: People, register: Register, decisions: Decisions) -> None:
        self.rng = rng
        self.people = people
        self.register = register
        self.decisions = decisions
        self.placements: list[Placement] = []
        self._ids = identities("P")
        self._care_ids = identities("V")
        self._home_ids = identities("HEM")
        self._away: dict[str, list[tuple[date, date]]] = {}
        self._guardians: list[tuple[date, date]] = []

    def write_history(self, scale: float, following: ByMonth) -> None:
        self._following = following
        self._guardians_wanted = VARDNADSOVERFLYTTAD.arsplatser * scale
        for _ in range(max(1, round(self._guardians_wanted))):
            child = self.people.child(CUSTODY_FROM, 6, 16)
            self._transfer_custody(child, None, CUSTODY_FROM)
        for group in GROUPS:
            if group is VARDNADSOVERFLYTTAD:
                continue
            for start, length in self._stays(group.arsplatser * scale, group.stay, FIRST):
                self._care(group, start, length)
        for first, beds in NEWCOMERS:
            last = next((day for day, _ in NEWCOMERS if day > first), HISTORY)
            for start, length in self._stays(beds * scale, 300, first, last):
                self._care(self.rng.choice((INSTITUTION_SOL, STODBOENDE)), start, length, newcomer=True)

    def _stays(self, beds: float, mean: int, first: date, last: date = HISTORY) -> Iterator[tuple[date, int]]:
        """(start, length in days) of the stays that keep about ``beds`` beds filled."""
        beds = max(beds, SOME)
        slots = ceil(beds / 0.97)
        gap = mean * (slots - beds) / beds
        for _ in range(slots):
            occupied = part(self.rng, beds / slots)
            day = after(first, -self.rng.randint(0, mean) if occupied else self.rng.expovariate(1 / gap))
            while day < last:
                length = max(5, int(self.rng.gammavariate(2, mean / 2)))
                yield day, length
                day = after(day, length + 1 + self.rng.expovariate(1 / gap))

    # --- one person's care ---

    def _care(self, group: Group, start: date, length: int, *, newcomer: bool = False) -> None:
        rng = self.rng
        person, case = self._who(group, start, length, newcomer)
        law = self._law(group, start, age(person.born, start))
        child = group.malgrupp == "barn"
        if child:
            years = 18 if law == HOME_LAW else 19 if group.ages[1] < 17 else 21
            length = max(5, min(length, (birthday(person.born, years) - start).days - 1))
        if group.name == "institution_lvm":
            length = min(length, 180)
        care = Care(
            person,
            next(self._care_ids) if part(rng, 0.9) else None,
            law,
            case,
            newcomer,
            group.enhet,
        )
        steps = self._steps(group, care, start, length)
        end = steps[-1].end
        self._away.setdefault(person.number, []).append((start, end))
        rows = [self._place(s, care, last=s.end == end) for s in steps if s.start <= HISTORY]
        if group.name == "skyddat_boende":
            self._bring_children(steps[0], care)
        if child:
            self._break_down_again(rows)
            self._stay_longer(rows)
            self._review(care, rows, start, end)
            self._compulsory(care, rows[0], start)
            self._visits(care, rows)
            self._revise_plan(care, rows, start, end)
        if group.name == "institution_lvm":
            self._before_the_court(care, rows[0], start)
        if rows[-1]["slutorsak"] == "vardnadsoverflyttning":
            self._transfer_custody(person, rows[-1], end)

    def _who(self, group: Group, start: date, length: int, newcomer: bool) -> tuple[Person, str | None]:
        """Somebody under investigation near the day, otherwise anybody of the right age at home."""
        rng = self.rng
        low, high = group.ages
        if newcomer:
            return self.people.newcomer(start, max(15, low), 17), None
        if part(rng, 0.85):
            near = self._following.near(group.follows, after(start, -rng.randint(0, 130)))
            for person, row in rng.sample(near, min(len(near), 12)):
                if (
                    low <= age(person.born, start) <= high
                    and row["inledd"] <= start
                    and group.sex in (None, person.sex)
                    and self._at_home(person, start, length)
                ):
                    if row["resultat"]:
                        row["resultat"] = "insats"
                    return person, row["utredning_id"]
        while True:
            if group.malgrupp == "barn":
                person = self.people.child(max(start, FIRST), low, high)
            else:
                person = self.people.adult(start, group.sex)
            if low <= age(person.born, start) and self._at_home(person, start, length):
                return person, None
            if part(rng, 0.02):
                born = self.people.born_for(start, low, high)
                return self.people.invent(born, group.sex or rng.choice(("kvinna", "man"))), None

    def _at_home(self, person: Person, start: date, length: int) -> bool:
        end = after(start, length + 30)
        return all(end < begun or ended < start for begun, ended in self._away.get(person.number, []))

    def _law(self, group: Group, day: date, years: int) -> str:
        rng = self.rng
        if group is INSTITUTION_LVU:
            return "3 § LVU" if part(rng, 0.6) or years >= 17 else HOME_LAW
        if group is FAMILJEHEM and part(rng, 0.38):
            return HOME_LAW
        if group.name == "institution_lvm":
            return "4 § LVM"
        if group.kostnadsgrupp == "boende" and part(rng, 0.3):
            return "9 § p. 9 LSS"
        return lagrum(rng, "insats", day)

    def _steps(self, group: Group, care: Care, start: date, length: int) -> list[Step]:
        """The placements of a care; each starts the day the one before it ended."""
        end = after(start, length)
        if group is FAMILJEHEM:
            return self._steps_of_home(care, start, end)
        rng = self.rng
        form, regi, _ = rng.choices(group.forms, [weight for *_, weight in group.forms])[0]
        if form == "sis" and length > 150 and part(rng, 0.5):
            move = after(start, rng.randint(60, 120))
            return [Step(group, form, regi, start, move), Step(group, "hvb", "privat", move, end)]
        if length > 100 and group.malgrupp == "barn" and part(rng, 0.12):
            move = after(start, rng.randint(20, 80))
            return [Step(group, form, regi, start, move), Step(group, form, regi, move, end)]
        return [Step(group, form, regi, start, end)]

    def _steps_of_home(self, care: Care, start: date, end: date) -> list[Step]:
        """Care in a family: often an emergency home or an institution first, seldom a second home."""
        rng = self.rng
        length = (end - start).days
        first = rng.choices(["jourhem", "hvb", "natverkshem", "familjehem"], [45, 13, 12, 30])[0]
        if length < 150:
            first = rng.choice(("jourhem", "familjehem"))
            return [Step(FAMILJEHEM, first, "egen", start, end)]
        steps = []
        if first in ("jourhem", "hvb"):
            move = after(start, rng.randint(40, 120))
            if first == "hvb":
                institution = INSTITUTION_LVU if "LVU" in care.law else INSTITUTION_SOL
                steps.append(Step(institution, "hvb", "privat", start, move))
            else:
                steps.append(Step(FAMILJEHEM, "jourhem", "egen", start, move))
            first, start = "familjehem", move
        if length > 500 and part(rng, 0.18):
            split = after(start, rng.randint(100, length - 200))
            steps.append(Step(FAMILJEHEM, first, "egen", start, split))
            first, start = "familjehem", split
        return [*steps, Step(FAMILJEHEM, first, "egen", start, end)]

    # --- one placement ---

    def _place(self, step: Step, care: Care, *, last: bool, free: bool = False) -> Row:
        group, form, regi, start, end = step
        rng, known = self.rng, self.register.known
        placement = next(self._ids)
        cause = self._why(step, care, last=last)
        prices = Steps((start, 0)) if free else self._prices(step)
        whole = len(prices.days) == 1
        decision = self._decision(group, care, form, start)
        planned = after(start, 90 * max(1, round((end - start).days / 90)))
        row = self.register.add(
            "placeringar",
            {
                "placering_id": placement,
                **care.person.columns,
                "kon": care.person.sex,
                "fodelsedatum": care.person.born,
                "placeringsform": form,
                "lagrum": decision["lagrum"],
                "regi": regi,
                "utforare": self._provider(regi),
                "hem_id": next(self._home_ids) if form in HOMES else None,
                "vard_id": care.vard_id,
                "beslut_id": decision["beslut_id"],
                "utredning_id": care.case,
                "enhet": care.unit,
                "malgrupp": group.malgrupp,
                "ensamkommande": flag(care.newcomer),
                "medplacerad": flag(free),
                "start": start,
                "planerat_slut": planned if part(rng, 0.7) else None,
                "slut": known(end),
                "slutorsak": cause if known(end) else None,
                "dygnspris": round(prices.values[0]) if whole else None,
                "handlaggare": caseworker(rng),
            },
        )
        if not whole:
            self._write_prices(placement, form, prices, known(end))
        self._write_other_periods(group, row, start, end)
        self.placements.append(
            Placement(placement, group, form, regi, start, end, prices, care.newcomer, free)
        )
        return row

    def _provider(self, regi: str) -> str:
        if regi == "egen":
            return "Sampelstads kommun"
        if regi == "sis":
            return "Statens institutionsstyrelse"
        return self.rng.choice(PROVIDERS) if regi == "privat" else "Grannköpings kommun"

    def _why(self, step: Step, care: Care, *, last: bool) -> str:
        rng = self.rng
        group, _, _, start, end = step
        years = age(care.person.born, end)
        if not last:
            return rng.choices(["flytt", "sammanbrott", "enligt_plan"], [45, 25, 30])[0]
        if group is VARDNADSOVERFLYTTAD or (group.malgrupp == "barn" and years >= 18):
            return "aldersgrans"
        long_stay = (end - start).days > 450 and end >= CUSTODY_FROM and end <= HISTORY
        wanted = sum(a <= end < b for a, b in self._guardians) < 0.95 * self._guardians_wanted
        if group is FAMILJEHEM and long_stay and wanted and 3 <= years <= 15 and part(rng, 0.25):
            return "vardnadsoverflyttning"
        causes = ["enligt_plan", "sammanbrott", "atertagen", "annan", "avliden"]
        return rng.choices(causes, [70, 14, 9, 6, 1])[0]

    @staticmethod
    def _break_down_again(rows: list[Row]) -> None:
        """Who has lost one home loses the next more often than others."""
        first, last = rows[0], rows[-1]
        rng = Random(f"sammanbrott {last['placering_id']}")  # its own chance: nothing else moves for it
        if first["slutorsak"] == "sammanbrott" and last["slutorsak"] == "enligt_plan" and part(rng, 0.6):
            last["slutorsak"] = "sammanbrott"

    def _stay_longer(self, rows: list[Row]) -> None:
        """Some children stay in the emergency home for reasons that the committee has decided on."""
        for row in rows:
            rng = Random(f"jourhem {row['placering_id']}")  # its own chance: nothing else moves for it
            decided = after(row["start"], 75)
            if row["placeringsform"] == "jourhem" and decided < (row["slut"] or HISTORY) and part(rng, 0.4):
                extension = {
                    "subjekt_typ": "placering",
                    "subjekt_id": row["placering_id"],
                    "beslutsdatum": decided,
                    "ny_frist": after(decided, 120),
                    "skal": "särskilda skäl",
                    "beslutsfattare": "utskott",
                }
                self.register.add("forlangningar", extension)

    def _decision(self, group: Group, care: Care, form: str, start: date) -> Row:
        """Each placement has its decision, carried out when it starts."""
        rng = self.rng
        soonest = max(after(start, -30), care.person.born)
        decided = max(soonest, workday(after(start, -rng.choice((0, 0, 1, 2, 5, 9, 14, 21)))))
        compulsory = "LVU" in care.law or "LVM" in care.law
        law = lagrum(rng, "insats", decided) if "SoL" in care.law else care.law
        by = rng.choices(["domstol", "utskott", "ordforande"], [50, 40, 10])[0] if compulsory else "utskott"
        young = age(care.person.born, start) < 21 and group.malgrupp in ("barn", "vuxen_vald")
        return self.decisions.decide(
            care.person,
            decided,
            insats=AS_INSATS.get(form, form),
            lagrum=law,
            enhet=care.unit,
            malgrupp="barn" if young else "vuxen",
            utredning_id=care.case,
            beslutsfattare=by,
            verkstalld=start,
            uppdrag_skickat=decided,
        )

    # --- prices ---

    def _prices(self, step: Step) -> Steps:
        """Kronor per day from each day the price changes; one step when it never does."""
        group, form, _, start, end = step
        if form == "sis":
            changes = [day for day in SIS_FEES.days if start < day < end]
            return Steps(*((day, SIS_FEES.at(day)) for day in (start, *changes)))
        level = group.price * self.rng.triangular(0.7, 1.3)
        years = range(start.year + 1, end.year + 1) if group.yearly_price else ()
        changes = [date(year, 1, 1) for year in years if start < date(year, 1, 1) < end]
        return Steps(*((day, round(level * index(day.year))) for day in (start, *changes)))

    def _write_prices(self, placement: str, form: str, prices: Steps, end: date | None) -> None:
        """Homes are paid by the month, others by the day."""
        monthly = form in HOMES
        ends = [*prices.days[1:], end]
        for day, price, till in zip(prices.days, prices.values, ends, strict=True):
            if day <= HISTORY:
                self._period(
                    placement,
                    "manadsersattning" if monthly else "dygnspris",
                    day,
                    till,
                    f"{price * 365 / 12:.2f}" if monthly else f"{price:.2f}",
                )

    def _write_other_periods(self, group: Group, row: Row, start: date, end: date) -> None:
        """Absence, permits, and care that goes over from one law to another."""
        rng = self.rng
        days = (min(end, HISTORY) - start).days
        if row["placeringsform"] in ("hvb", "sis") and days > 40 and part(rng, 0.12):
            away = after(start, rng.randint(10, days - 20))
            why = rng.choice(("rymning", "permission", "sjukhus"))
            self._period(row["placering_id"], "franvaro", away, after(away, rng.randint(1, 9)), why)
        if row["placeringsform"] == "boende_utan_tillstand":
            self._period(row["placering_id"], "tillstand", start, row["slut"], "saknas")
        if group is FAMILJEHEM and days > 300 and "LVU" in row["lagrum"] and part(rng, 0.1):
            change = after(start, rng.randint(100, days - 50))
            law = lagrum(rng, "insats", change)
            self._period(row["placering_id"], "lagrum", start, change, row["lagrum"])
            self._period(row["placering_id"], "lagrum", change, row["slut"], law)

    def _period(self, placement: str, kind: str, first: date, till: date | None, value: str) -> None:
        self.register.add(
            "placering_perioder",
            {
                "placering_id": placement,
                "slag": kind,
                "fran": first,
                "till": till,
                "varde": value,
                "debiteringsregel": None,
            },
        )

    # --- what happens during care ---

    def _review(self, care: Care, rows: list[Row], start: date, end: date) -> None:
        """The committee looks at each child's care about twice a year, seldom too late."""
        rng = self.rng
        last = min(end, HISTORY, birthday(care.person.born, 18) if "SoL" in care.law else end)
        kind = "omprovning" if care.law.startswith("3 §") else "overvagande"
        day = start
        while True:
            day = workday(after(day, rng.randint(186, 260) if part(rng, 0.03) else rng.randint(142, 180)))
            if day >= last:
                break
            self._reviewed(
                care, rows, kind, day, rng.choice(("vården fortsätter", "vården fortsätter", "bifall"))
            )
        if part(rng, 0.04) and "LVU" in care.law:
            self._restrict_contact(care, rows, start, last)
        for row in rows:
            years = (min(row["slut"] or HISTORY, HISTORY) - row["start"]).days / 365
            home = row["placeringsform"] in ("familjehem", "natverkshem")
            for year in range(2 if row["start"] >= date(2020, 7, 1) else 3, int(years) + 1):
                day = after(row["start"], 365 * year - rng.randint(-20 if part(rng, 0.1) else 0, 40))
                if home and day < last:
                    self._reviewed(None, [row], "vardnadsoverflyttning", day, "ingen ansökan")

    def _restrict_contact(self, care: Care, rows: list[Row], start: date, last: date) -> None:
        day = after(start, 30)
        if day < last:
            self._event(care, rows, "umgangesbegransning", day, "14 § LVU")
        for _ in range(3):
            day = after(day, self.rng.randint(75, 95))
            if day < last:
                self._reviewed(care, rows, "umgange", day, "begränsningen fortsätter")

    def _reviewed(self, care: Care | None, rows: list[Row], kind: str, day: date, outcome: str) -> None:
        subject, subject_id = self._subject(care, rows, day)
        self.register.add(
            "overvaganden",
            {
                "subjekt_typ": subject,
                "subjekt_id": subject_id,
                "typ": kind,
                "datum": day,
                "beslut": outcome,
                "beslutsfattare": "namnd" if kind == "omprovning" and part(self.rng, 0.1) else "utskott",
                "barn_hord": flag(part(self.rng, 0.8)),
            },
        )

    def _event(self, care: Care, rows: list[Row], what: str, day: date, law: str = "") -> None:
        self.register.event(self._subject(care, rows, day), care.person, what, day, unit=care.unit, law=law)

    @staticmethod
    def _subject(care: Care | None, rows: list[Row], day: date = date.max) -> tuple[str, str]:
        """The care, or the placement of that day when the case system has no id for the care."""
        if care and care.vard_id:
            return "vard", care.vard_id
        return "placering", [row for row in rows if row["start"] <= day][-1]["placering_id"]

    def _compulsory(self, care: Care, first: Row, start: date) -> None:
        """Half of the compulsory care begins with the committee's immediate taking into care."""
        rng = self.rng
        if "LVU" not in care.law or not part(rng, 0.55):
            return

        def event(what: str, day: date, law: str) -> None:
            subject = self._subject(care, [first])
            self.register.event(subject, care.person, what, day, unit=care.unit, law=law)

        decided = after(start, -rng.choice((0, 0, 0, 1)))
        event("omhandertagen", decided, "6 § LVU")
        event("verkstalld", start, "6 § LVU")
        event("understalld", after(decided, rng.randint(1, 7) if part(rng, 0.97) else 9), "7 § LVU")
        applied = after(start, rng.randint(14, 27) if part(rng, 0.95) else rng.randint(29, 34))
        event("ansokan_vard", applied, "8 § LVU")
        judged = after(applied, rng.randint(14, 45))
        event("dom", judged, care.law)
        event("laga_kraft", after(judged, 21), care.law)

    def _before_the_court(self, care: Care, first: Row, start: date) -> None:
        """Most care of substance abuse by force begins at once, and the court is asked the next day."""
        rng = Random(f"lvm {first['placering_id']}")  # its own chance: nothing else moves for it
        if not part(rng, 0.7):
            return
        subject = self._subject(care, [first])

        def event(what: str, day: date, law: str) -> None:
            self.register.event(subject, care.person, what, day, unit=care.unit, law=law)

        event("omhandertagen", start, "13 § LVM")
        event("verkstalld", start, "13 § LVM")
        submitted = after(start, 1 if part(rng, 0.95) else 3)
        event("understalld", submitted, "15 § LVM")
        tried = after(submitted, rng.randint(1, 4) if part(rng, 0.95) else 6)
        event("dom", tried, "17 § LVM")
        applied = after(tried, rng.randint(2, 7) if part(rng, 0.95) else 9)
        event("ansokan_vard", applied, "18 § LVM")
        judged = after(applied, rng.randint(4, 7))
        event("dom", judged, "4 § LVM")
        event("laga_kraft", after(judged, 21), "4 § LVM")

    def _revise_plan(self, care: Care, rows: list[Row], start: date, end: date) -> None:
        """A child's plan of care is revised before two years have gone, nearly always."""
        rng = Random(f"vardplan {rows[0]['placering_id']}")
        day = after(start, rng.randint(540, 725) if part(rng, 0.9) else rng.randint(735, 900))
        if day < min(end, HISTORY):
            self._event(care, rows, "vardplan_reviderad", day)

    def _visits(self, care: Care, rows: list[Row]) -> None:
        rng = self.rng
        for row in rows:
            day = after(row["start"], rng.randint(5, 50))
            while day < (row["slut"] or HISTORY):
                subject = ("placering", row["placering_id"])
                self.register.event(subject, care.person, "besok", day, unit=care.unit)
                day = after(day, rng.randint(60, 150))
        if part(rng, 0.8) and after(rows[0]["start"], 20) < (rows[-1]["slut"] or HISTORY):
            day = after(rows[0]["start"], rng.randint(0, 20))
            self._event(care, rows, "vardplan", day)

    def _bring_children(self, step: Step, care: Care) -> None:
        """Children who come along; their days are in the mother's price."""
        start, end = step.start, step.end
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            child = self.people.child(max(start, FIRST), 0, 14)
            if self._at_home(child, start, (end - start).days):
                self._away.setdefault(child.number, []).append((start, end))
                law = lagrum(self.rng, "insats", start)
                self._place(step, Care(child, None, law, None, False, care.unit), last=True, free=True)

    def _transfer_custody(self, person: Person, before: Row | None, start: date) -> None:
        """The foster parents have become guardians: paid for until 18, but no longer a placed child."""
        end = birthday(person.born, 18)
        if end <= start or not self._at_home(person, after(start, 1), 0):
            return
        self._away.setdefault(person.number, []).append((start, end))
        self._guardians.append((start, end))
        law = lagrum(self.rng, "insats", start)
        care = Care(person, None, law, None, False, VARDNADSOVERFLYTTAD.enhet)
        step = Step(VARDNADSOVERFLYTTAD, "vardnadsoverflyttad", "egen", start, end)
        row = self._place(step, care, last=True)
        if before:
            row["hem_id"] = before["hem_id"]
