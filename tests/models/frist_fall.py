"""Cases made to stand on the limits of the deadline rules, written as ingest would have archived them."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
from dateutil.relativedelta import relativedelta
from frist_orakel import lagg_till

from pipelines import contracts, ingest
from pipelines.ingest import Status, archive
from pipelines.ingest.keys import keyed
from pipelines.settings import ROOT, Settings

Row = dict[str, Any]

DAY = timedelta(days=1)
NEW_ACT = date(2025, 7, 1)
EXEMPT_DECISIONS = {"tillfors_utredning", "tillfors_insats"}
REVIEW_RULES = {  # regel_id: (typ of review, section of LVU or None for SoL, age under)
    "OV_SOL": ("overvagande", None, 18),
    "OV_LVU2": ("overvagande", "2", 21),
    "OMPR_LVU3": ("omprovning", "3", 21),
}


def read(path: Path) -> list[dict[str, str]]:
    """A CSV file as dicts."""
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def d(text: str) -> date:
    return date.fromisoformat(text)


VECTORS = read(ROOT / "tests/data/frist_testvektorer.csv")
LAGE_PER = {"9901": d("2030-12-30"), "2280": d("2028-02-29")}
NUMBER_OF_RANDOM_CASES = 700  # of each subject and municipality


@dataclass
class Cases:
    """Archive rows of one municipality, and what each boundary case must come out as."""

    kommun: str
    lage_per: date
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    utfall: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        empty: Row = dict.fromkeys(contracts.table(table).archive_schema)
        assert values.keys() <= empty.keys()
        if "person_nyckel" in values:
            values["person_id_typ"] = "personnummer"
        self.rows[table].append(empty | values)

    def aktualisering(self, case: str, start: date, stop: date | None, beslut: str = "inleds_ej") -> None:
        decision = {"beslut": beslut, "beslutsdatum": stop} if stop else {}
        who = {"person_nyckel": "p-" + case, "fodelsedatum": start - 3000 * DAY}
        what = {"typ": "anmalan", "inkommen": start, "enhet": "mottag", "malgrupp": "barn"}
        self.add("aktualiseringar", aktualisering_id=case, **who, **what, **decision)

    def utredning(self, case: str, start: date, stop: date | None, born: date | None = None) -> None:
        who = {"person_nyckel": "p-" + case, "fodelsedatum": born or start - 3000 * DAY}
        law = "11 kap. 2 § SoL" if start < NEW_ACT else "20 kap. 3 § SoL"
        what = {"typ": "barn_skydd_stod", "lagrum": law, "enhet": "utredning", "malgrupp": "barn"}
        self.add("utredningar", utredning_id=case, inledd=start, slutford=stop, **who, **what)

    def extension(self, subject: str, case: str, decided: date, until: date) -> None:
        if decided <= self.lage_per:
            row = {"subjekt_typ": subject, "subjekt_id": case, "beslutsdatum": decided, "ny_frist": until}
            self.add("forlangningar", **row)

    def placering(self, case: str, law: str, start: date, end: date | None, **values: Any) -> None:
        person = {"person_nyckel": "p-" + case, "fodelsedatum": start - 3000 * DAY}
        what = {"placeringsform": "hvb", "regi": "privat", "enhet": "placering", "malgrupp": "barn"}
        row = {"placering_id": case, "vard_id": "v-" + case, "lagrum": law, "start": start, "slut": end}
        self.add("placeringar", **(person | what | row | values))

    def review(self, case: str, typ: str, day: date) -> None:
        if day <= self.lage_per:
            self.add("overvaganden", subjekt_typ="vard", subjekt_id="v-" + case, typ=typ, datum=day)

    def beslut(self, case: str, law: str, start: date, **values: Any) -> None:
        what = {"insats": "kontaktperson", "enhet": "utredning", "malgrupp": "vuxen", "utfall": "bifall"}
        row = {"beslut_id": case, "lagrum": law, "beslutsdatum": start, "person_nyckel": "p-" + case}
        self.add("ej_verkstallda_beslut", **(row | what | values))

    def event(self, case: str, what: str, day: date) -> None:
        row = {"handelse_id": f"{case}-{what}-{day}", "handelse": what, "datum": day}
        self.add("handelser", subjekt_typ="beslut", subjekt_id=case, **row)

    def write(self, settings: Settings) -> None:
        """One accepted delivery in the archive, as ingest would have left it, after those that are there."""
        parts, place = {}, (self.lage_per, 1)
        for name, rows in self.rows.items():
            table = contracts.table(name)
            frame = pl.DataFrame(rows, schema=table.archive_schema).unique(maintain_order=True)
            draft = settings.work / f"{name}.parquet"
            keyed(table, frame).with_columns(
                change=pl.lit(archive.NEW), leveransdatum=pl.lit(self.lage_per), sekvens=pl.lit(1, pl.Int64)
            ).write_parquet(draft)
            parts[name] = archive.Archived(
                filer=[f"{name}.csv"],
                omfattning="fullstandig",
                rader_in=frame.height,
                accepterade=frame.height,
                avvisade=0,
                nya=frame.height,
                andring=archive.keep(settings, draft, "andring", f"{name}/kommun={self.kommun}", place),
            )
        entry = archive.Entry(
            leveransdatum=self.lage_per,
            sekvens=1,
            innehall_sha256="",
            status=Status.ACCEPTED,
            adaptrar=["standard"],
            nyckel_id="prov",
            tabeller=parts,
        )
        earlier = archive.load(settings, self.kommun).leveranser
        archive.save(settings, archive.Manifest(kommun=self.kommun, leveranser=[*earlier, entry]))


LENGTH = {"FORHAND": (14, "dag"), "UTR_BARN": (4, "manad")}
LENGTH |= dict.fromkeys(["EV_RAPP", "EV_RAPP_LSS"], (3, "manad"))
LENGTH |= dict.fromkeys(REVIEW_RULES, (6, "manad"))
LAW = {"OV_SOL": "4 kap. 1 § SoL", "OV_LVU2": "2 § LVU", "OMPR_LVU3": "3 § LVU"}
BOUNDARY_STARTS = [
    *("2015-03-10", "2023-10-31", "2024-02-29", "2024-08-31", "2025-11-30"),  # plain; clamped; leap day
    *("2024-12-10", "2025-06-24", "2025-09-24", "2025-08-24"),  # due on an eve or a holiday
    *("2025-02-28", "2025-06-16", "2025-06-17", "2025-06-30", "2025-07-01"),  # around the change of act
]


def start_due(due: date, length: int, unit: str) -> date:
    """A start whose period ends on ``due``."""
    found = [due - n * DAY for n in range(400) if lagg_till(due - n * DAY, length, unit) == due]
    return found[-1]


def boundaries(cases: Cases) -> None:
    """For each rule: stopped the day before the limit, on it, after it; open on it and after it."""
    for rule, (length, unit) in LENGTH.items():
        for start in map(d, BOUNDARY_STARTS):
            due = lagg_till(start, length, unit)
            for name, stop in (("fore", due - DAY), ("pa", due), ("efter", due + DAY)):
                boundary(cases, rule, f"{start}-{name}", start, stop, within=stop <= due)
        for name, due in (("oppen-pa", cases.lage_per), ("oppen-efter", cases.lage_per - DAY)):
            start = start_due(due, length, unit)
            boundary(cases, rule, name, start, None, within=due >= cases.lage_per)
    for age, born in (("17", d("2007-03-11")), ("18", d("2007-03-10"))):
        cases.utredning(f"UTR_BARN-{age}", d("2025-03-10"), d("2025-03-20"), born)
        cases.utfall["UTR_BARN", f"UTR_BARN-{age}"] = "i_tid" if age == "17" else "undantagen"
    cases.aktualisering("FORHAND-tillford", d("2025-03-10"), d("2025-03-20"), "tillfors_utredning")
    cases.utfall["FORHAND", "FORHAND-tillford"] = "undantagen"


def boundary(cases: Cases, rule: str, name: str, start: date, stop: date | None, *, within: bool) -> None:
    case = f"{rule}-{name}"
    if rule in REVIEW_RULES:
        typ = REVIEW_RULES[rule][0]
        cases.placering(case, LAW[rule], start, None)
        if stop:
            cases.review(case, typ, stop)
            ended = f"{case}-upphord"
            cases.placering(ended, LAW[rule], start, stop)
            cases.utfall[rule, ended] = "upphord" if within else "for_sent"
    elif rule.startswith("EV_RAPP"):
        law = "9 § p. 4 LSS" if rule == "EV_RAPP_LSS" else "4 kap. 1 § SoL"
        law = law if start < NEW_ACT or rule == "EV_RAPP_LSS" else "11 kap. 1 § SoL"
        cases.beslut(case, law, start, verkstalld=stop)
        cases.utfall[rule, case] = (
            "rapporteringspliktig" if not within else "ej_rapporteringspliktig" if stop else "vantar"
        )
        # The same limit after an interruption.
        again = f"{case}-avbrott"
        broken = {"verkstalld": start, "avbruten": start, "aterupptagen": stop}
        cases.beslut(again, law, start, **broken)
        cases.utfall[f"{rule}_AVBROTT", again] = cases.utfall[rule, case]
        return
    elif rule == "FORHAND":
        cases.aktualisering(case, start, stop)
    else:
        cases.utredning(case, start, stop)
    closed, still_open = ("i_tid", "pagaende") if within else ("for_sent", "pagaende_over_frist")
    cases.utfall[rule, case] = closed if stop else still_open


def vectors(cases: Cases) -> None:
    for v in VECTORS:
        rule = {"14dag": "FORHAND", "4manad": "UTR_BARN", "3manad": "EV_RAPP"}[v["langd"] + v["enhet"]]
        case, start = f"vektor-{v['start']}", d(v["start"])
        if rule == "EV_RAPP":
            cases.beslut(case, "11 kap. 1 § SoL" if start >= NEW_ACT else "4 kap. 1 § SoL", start)
        else:
            (cases.aktualisering if rule == "FORHAND" else cases.utredning)(case, start, None)


def odd(cases: Cases) -> None:
    """Decisions that were executed on a day that is unknown or impossible, and closed long after."""
    closed = {"avslutad": d("2024-12-01")}
    law, start = "4 kap. 1 § SoL", d("2024-01-10")
    cases.beslut("udda-avbruten-avslutad", law, start, avbruten=d("2024-09-01"), **closed)
    cases.beslut("udda-verkstalld-fore", law, start, verkstalld=d("2023-12-01"), **closed)


def overlapping(cases: Cases) -> None:
    """One child in a family home, for some days in two other places as well."""
    who = {"person_nyckel": "p-dubbel", "fodelsedatum": d("2015-05-05")}
    law, first, last = LAW["OV_SOL"], d("2024-01-01"), d("2024-02-01")
    cases.placering("dubbel-hem", law, first, last, placeringsform="familjehem", **who)
    cases.placering("dubbel-hvb", law, d("2024-01-11"), d("2024-01-21"), placeringsform="hvb", **who)
    cases.placering("dubbel-jour", law, d("2024-01-11"), d("2024-01-16"), placeringsform="jourhem", **who)


@dataclass
class Chance:
    """Random days with a taste for the awkward: month ends, leap days, eves, the change of act."""

    rng: Random
    until: date

    def day(self, first: date = date(2010, 1, 1)) -> date:
        span = (self.until - first).days
        day = first + timedelta(days=self.rng.randrange(max(1, span)))
        taste = self.rng.random()
        if taste < 0.15:
            day = day.replace(day=1) - DAY  # the last of a month
        elif taste < 0.2:
            day = date(day.year - day.year % 4, 2, 29)
        elif taste < 0.25:
            day = NEW_ACT + timedelta(days=self.rng.randrange(-2, 3))
        return max(first, day) if day <= self.until else first

    def near(self, due: date, start: date) -> date | None:
        """On the due date, a day from it, some weeks from it, or never; never before ``start`` or unknown."""
        days = self.rng.choice([-1, 0, 1, self.rng.randrange(-60, 90), self.rng.randrange(-400, 700), None])
        if days is None:
            return None
        found = max(start, due + timedelta(days=days))
        return found if found <= self.until else None


def random_cases(cases: Cases, rng: Random) -> None:
    chance = Chance(rng, cases.lage_per)
    for number in range(NUMBER_OF_RANDOM_CASES):
        for subject, length, unit in (("aktualisering", 14, "dag"), ("utredning", 4, "manad")):
            case, start = f"slump-{subject[0]}{number}", chance.day()
            due = lagg_till(start, length, unit)
            if subject == "aktualisering":
                decision = rng.choice(["inleds", "inleds_ej", *sorted(EXEMPT_DECISIONS)])
                cases.aktualisering(case, start, chance.near(due, start), decision)
            else:
                born = start - relativedelta(years=rng.randrange(19)) + rng.randrange(-2, 3) * DAY
                cases.utredning(case, start, chance.near(due, start), born)
            extended = due
            for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):  # valid, late, shortening, repeated
                decided = max(start, extended + rng.choice([-30, -1, 0, 1, 20]) * DAY)
                extended += rng.choice([-10, 0, 14, 61]) * DAY
                cases.extension(subject, case, decided, extended)
        random_care(cases, chance, f"slump-v{number}")
        random_decision(cases, chance, f"slump-b{number}")


def random_care(cases: Cases, chance: Chance, case: str) -> None:
    rng, start = chance.rng, chance.day()
    end = chance.near(lagg_till(start, rng.choice([6, 12, 24]), "manad"), start)
    law = rng.choice(list(LAW.values()))
    born = start - relativedelta(years=rng.randrange(21), days=rng.randrange(400))
    moves = sorted({chance.day(start) for _ in range(rng.choice([0, 0, 1, 2]))})
    moves = [day for day in moves if start < day < (end or cases.lage_per)]
    stops = [day - rng.choice([0, 1]) * DAY for day in moves]  # gap of at most one day: the same care
    chained = rng.random() < 0.3  # the case system says nothing of the care
    for number, (first, last) in enumerate(zip([start, *moves], [*stops, end], strict=True)):
        placed = {
            "vard_id": None if chained else "v-" + case,
            "placeringsform": rng.choice(["hvb", "familjehem"]),
        }
        who = {"person_nyckel": "p-" + case, "fodelsedatum": born}
        cases.placering(f"{case}-{number}", law, first, last, **(placed | who))
    due = start
    for _ in range(rng.randrange(5)):
        due = lagg_till(due, 6, "manad")
        if day := chance.near(due, start):
            due = day
            typ = rng.choice(["overvagande", "omprovning"])
            if chained:
                placement = {"subjekt_typ": "placering", "subjekt_id": f"{case}-0"}
                cases.add("overvaganden", **placement, typ=typ, datum=day)
            else:
                cases.review(case, typ, day)


def random_decision(cases: Cases, chance: Chance, case: str) -> None:
    rng, start = chance.rng, chance.day()
    sol = ["4 kap. 1 § SoL", "4 kap 1 § SoL", "11 kap. 1 § SoL"]
    law = rng.choice([*sol, "9 § p. 4 LSS", "2 § LVU", "okand"])
    executed = chance.near(lagg_till(start, 3, "manad"), start)
    outcome = rng.choice(["bifall", "bifall", "delvis_bifall", "avslag", None])
    values: Row = {"verkstalld": executed, "utfall": outcome}
    values["beslutsfattare"] = rng.choice(["namnd", "delegat", None, "domstol"])
    if executed is None and rng.random() < 0.4:
        closed = chance.near(lagg_till(start, 3, "manad"), start)
        values |= {"avslutad": closed, "avslutad_datum_okant": closed is None}
    if executed and rng.random() < 0.5:
        day: date | None = chance.near(executed, executed)
        for number in range(rng.choice([1, 2, 3])):
            if day is None:
                break
            again = chance.near(lagg_till(day, 3, "manad"), day + DAY)
            if number == 0:
                values |= {"avbruten": day, "aterupptagen": again}
            else:
                cases.event(case, "avbruten", day)
                if again:
                    cases.event(case, "aterupptagen", again)
            day = chance.near(again + 40 * DAY, again + DAY) if again else None
    cases.beslut(case, law, start, **values)


def make(kommun: str, lage_per: date) -> Cases:
    """Boundary cases, test vectors, oddities and random cases of one municipality: the same every time."""
    cases = Cases(kommun, lage_per)
    boundaries(cases)
    vectors(cases)
    odd(cases)
    overlapping(cases)
    random_cases(cases, Random(f"frist {kommun}"))
    return cases


@dataclass(frozen=True)
class Prov:
    """An installation with made deadline cases, Botkyrka's list with its dates as printed, and Härnösand's
    printed table of placement costs."""

    settings: Settings
    cases: list[Cases]
    printed: ingest.DeliveryResult

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(self.settings.warehouse / "current" / "socialstat.duckdb", read_only=True)
