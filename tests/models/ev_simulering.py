"""Twelve quarters of Sampelstad's decisions with late registrations, and an oracle that keeps the books in
Python.

The world knows when things happened and when somebody wrote it down; each quarter it delivers what is
written by then. The oracle reads the same deliveries with sets and dates: nothing of it is shared with the
warehouse.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

Row = dict[str, Any]
Key = tuple[str, str]  # beslut_id, klocka

QUARTERS = [f"{year}-K{n}" for year in (2023, 2024, 2025, 2026) for n in (1, 2, 3, 4)][3:15]
FIRST_DAY = date(2023, 4, 1)
ENDED = ("verkstalld", "avslutad")


def cut(quarter: str) -> date:
    """The last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return date(year, 3 * number, 1) + relativedelta(months=1, days=-1)


def delivered(quarter: str) -> date:
    """The day the extract of a quarter is taken."""
    return cut(quarter) + timedelta(days=12)


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def read(folder: Path, table: str) -> tuple[list[str], list[Row]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as f:
        rows = csv.DictReader(f, restkey="rest")
        return list(rows.fieldnames or []), list(rows)


@dataclass
class Life:
    """One decision: its row as it is in truth, and the days on which each thing was written down."""

    row: Row
    written: date
    known: dict[str, date] = field(default_factory=dict)
    wrong: dict[str, tuple[Any, date]] = field(default_factory=dict)
    """column: what was written first, and the day it was put right"""

    missing: tuple[date, date] | None = None

    def as_known(self, day: date) -> Row | None:
        if self.written > day or (self.missing and self.missing[0] <= day < self.missing[1]):
            return None
        row = dict(self.row)
        for column, when in self.known.items():
            if when > day:
                row[column] = None
        for column, (value, until) in self.wrong.items():
            if day < until:
                row[column] = value
        return row


class World:
    """The decisions of three years, slower and worse kept than Sampelstad's own."""

    def __init__(self, history: Path, planted: Path, seed: int = 1) -> None:
        self.rng = Random(seed)
        with planted.open(encoding="utf-8", newline="") as f:
            bad = {(r["tabell"], int(r["rad"])) for r in csv.DictReader(f)}
        self.tables: dict[str, list[Row]] = {}
        self.header: dict[str, list[str]] = {}
        for table in (
            "aktualiseringar",
            "utredningar",
            "placeringar",
            "ej_verkstallda_beslut",
            "insatser",
            "enheter",
        ):
            self.header[table], rows = read(history, table)
            self.tables[table] = [r for line, r in enumerate(rows, 2) if (table, line) not in bad]
        first = FIRST_DAY.isoformat()
        placed = {r["beslut_id"] for r in self.tables["placeringar"]}
        decisions = self.tables["ej_verkstallda_beslut"]
        chosen = [r for r in decisions if r["beslutsdatum"] >= first and r["beslut_id"] not in placed]
        ids = {r["beslut_id"] for r in chosen}
        cases = {(r["utredning_id"], r["personnummer"]) for r in chosen}
        for row in chosen:
            row["ersatter_beslut_id"] = row["ersatter_beslut_id"] if row["ersatter_beslut_id"] in ids else ""
        keep: dict[str, Callable[[Row], bool]] = {
            "aktualiseringar": lambda r: r["personnummer"] in {person for _, person in cases},
            "utredningar": lambda r: (r["utredning_id"], r["personnummer"]) in cases,
            "placeringar": lambda r: r["start"] < first,
            "insatser": lambda r: not r["beslut_id"] or r["beslut_id"] in ids,
        }
        for table, wanted in keep.items():
            self.tables[table] = [r for r in self.tables[table] if wanted(r)]
        self.lives = [self._live(r) for r in chosen]
        self._give()

    def _late(self, day: date) -> date:
        """Most is written within days; some after months."""
        rng = self.rng
        return day + timedelta(days=rng.randint(25, 260) if rng.random() < 0.18 else rng.randint(0, 4))

    def _live(self, row: Row) -> Life:
        rng, decided = self.rng, date.fromisoformat(row["beslutsdatum"])
        row = {k: v or None for k, v in row.items()}
        for column in ("erbjudande", "tackat_nej", "giltig_till", "avslutad_datum_okant", "avslutsorsak"):
            row[column] = None
        row |= {"ansvarig_kommun": None, "verkstallande_kommun": None}
        if row["utfall"] != "avslag" and rng.random() < 0.5:
            row |= dict.fromkeys(("verkstalld", "avbruten", "aterupptagen", "avslutad", "omfattning"))
            row["omfattning_verkstalld"] = None
            ends = decided + timedelta(days=rng.randint(70, 420))
            row["verkstalld" if rng.random() < 0.8 else "avslutad"] = ends.isoformat()
            if row["verkstalld"] and rng.random() < 0.15:
                broken = ends + timedelta(days=rng.randint(10, 60))
                row["avbruten"] = broken.isoformat()
                row["aterupptagen"] = (broken + timedelta(days=rng.randint(40, 250))).isoformat()
        life = Life(row, self._late(decided))
        for column in ("verkstalld", "avslutad", "avbruten", "aterupptagen"):
            if row[column]:
                life.known[column] = max(life.written, self._late(date.fromisoformat(row[column])))
        # An interruption is not written before what it interrupts, nor its end before it.
        for before, after in (("verkstalld", "avbruten"), ("avbruten", "aterupptagen")):
            if row[before] and row[after]:
                life.known[after] = max(life.known[after], life.known[before])
        self._blunder(life, decided)
        return life

    def _blunder(self, life: Life, decided: date) -> None:
        rng = self.rng
        until = life.written + timedelta(days=rng.randint(100, 400))
        what = rng.random()
        if what < 0.04:
            wrong = decided - timedelta(days=rng.randint(20, 120))
            life.wrong["beslutsdatum"] = (wrong.isoformat(), until)
        elif what < 0.08:
            life.wrong["insats"] = ("annan", until)
        elif what < 0.16:
            life.wrong["enhet"] = ("vuxen_beroende", until)
        elif what < 0.20 and not life.row["avslutad"]:
            seen = (decided + timedelta(days=rng.randint(5, 200))).isoformat()
            life.wrong["verkstalld"] = (seen, until)
        elif what < 0.23:
            life.missing = (until, until + timedelta(days=150))
        elif what < 0.26:
            life.wrong["utfall"] = ("avslag", until)

    def _give(self) -> None:
        """What is executed has help or a placement that names it, from that day on."""
        given = {r["beslut_id"]: r for r in self.tables["insatser"] if r["beslut_id"]}
        for life in self.lives:
            row = life.row
            if not row["verkstalld"]:
                continue
            help_ = given.get(row["beslut_id"])
            if help_ is None:
                help_ = dict.fromkeys(self.header["insatser"], "")
                help_ |= {
                    "insats_id": f"X{row['beslut_id']}",
                    "behovsprovad": "ja",
                    "insatstyp": row["insats"],
                }
                help_ |= {
                    c: row[c] for c in ("personnummer", "beslut_id", "enhet", "malgrupp", "beslutsdatum")
                }
                self.tables["insatser"].append(help_)
            help_ |= {"start": row["verkstalld"], "slut": "", "slutorsak": ""}

    def pending(self, day: date) -> set[str]:
        """The decisions that the case system had not got right on ``day``."""
        return {
            life.row["beslut_id"]
            for life in self.lives
            if life.written > day
            or any(when > day for when in life.known.values())
            or any(day < until for _, until in life.wrong.values())
            or (life.missing and life.missing[0] <= day < life.missing[1])
        }

    def snapshot(self, day: date) -> list[Row]:
        """What the case system holds of decisions on ``day``: nothing that happens later."""
        rows = [row for life in self.lives if (row := life.as_known(day))]
        for row in rows:
            for column in (*ENDED, "avbruten", "aterupptagen", "uppdrag_skickat"):
                if row[column] and row[column] > day.isoformat():
                    row[column] = None
            if not row[
                "verkstalld"
            ]:  # something that is not written to have begun is not written to have broken off
                row["avbruten"] = row["aterupptagen"] = None
        return [row for row in rows if row["beslutsdatum"] <= day.isoformat()]

    def others(self, day: date, decisions: list[Row]) -> dict[str, list[Row]]:
        """The other tables on ``day``: what had happened by then."""
        text = day.isoformat()
        begun = {r["beslut_id"] for r in decisions if r["verkstalld"]}
        dates = {
            "aktualiseringar": ("inkommen", ("registrerad", "skyddsbedomning", "beslutsdatum")),
            "utredningar": ("inledd", ("tilldelad", "senaste_kontakt", "slutford", "avslutad")),
            "placeringar": ("start", ("slut",)),
            "insatser": ("start", ("slut",)),
        }
        found = {"enheter": self.tables["enheter"]}
        for table, (first, later) in dates.items():
            rows = [dict(r) for r in self.tables[table] if r[first] <= text]
            for row in rows:
                for column in later:
                    if (row[column] or "") > text:
                        row[column] = ""
            if table == "insatser":
                rows = [r for r in rows if not r["beslut_id"] or r["beslut_id"] in begun]
            if table == "utredningar":
                for row in rows:
                    if not row["slutford"] and not row["avslutad"]:
                        row["resultat"] = ""
            found[table] = rows
        return found

    def write(self, folder: Path, tables: dict[str, list[Row]]) -> None:
        folder.mkdir(parents=True)
        for table, rows in tables.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as f:
                writer = csv.DictWriter(f, self.header[table], extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
        (folder / "KLAR").touch()


# --- the oracle ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clock:
    """A reporting clock as one delivery tells of it; one that is impossible cannot be judged."""

    start: date
    stop: date | None
    how: str | None
    place: tuple[str, str]  # enhet, insats
    is_possible: bool = True

    @property
    def reportable_from(self) -> date:
        return self.start + relativedelta(months=3) + timedelta(days=1)

    def late(self, day: date) -> bool:
        """Three months had passed by ``day`` before anything ended it."""
        return self.reportable_from <= day and (self.stop is None or self.stop >= self.reportable_from)

    def over(self, day: date) -> bool:
        return self.stop is not None and self.stop <= day


def _clock(start: date, ends: list[tuple[date | None, str]], place: tuple[str, str]) -> Clock:
    dated = [(day, how) for day, how in ends if day]
    if any(day < start for day, _ in dated):
        return Clock(start, None, None, place, is_possible=False)
    first = min(dated, key=lambda end: end[0], default=(None, None))
    return Clock(start, *first, place)


def clocks(rows: list[Row]) -> dict[Key, Clock]:
    """Every clock of the favourable decisions that the duty names."""
    found: dict[Key, Clock] = {}
    for row in rows:
        # A section is read in the act of that day: 11 kap. 1 § was another thing before July 2025.
        chapters = "4" if row["beslutsdatum"] < "2025-07-01" else "4|11|12"
        is_named = re.fullmatch(rf"({chapters}) kap\.? 1 § SoL|9 §.* LSS", row["lagrum"])
        if row["utfall"] == "avslag" or row["beslutsfattare"] == "domstol" or not is_named:
            continue
        place = (row["enhet"], row["insats"])
        executed, closed = day_of(row["verkstalld"]), day_of(row["avslutad"])
        if (
            row["omfattning"]
            and executed
            and float(row["omfattning_verkstalld"] or 0) < float(row["omfattning"])
        ):
            executed = None
        decided, broken = day_of(row["beslutsdatum"]), day_of(row["avbruten"])
        assert decided
        found[row["beslut_id"], "beslut"] = _clock(
            decided, [(executed, "verkstallda"), (closed, "avslutade")], place
        )
        if broken:
            ends = [(day_of(row["aterupptagen"]), "verkstallda"), (closed, "avslutade")]
            found[row["beslut_id"], "avbrott"] = _clock(broken, ends, place)
    return found


class Books:
    """What has been sent, round by round, as somebody with a ledger and a pencil would keep it."""

    def __init__(self, known: dict[Key, Clock], last: date) -> None:
        """Open the books on ``last``: what was late and open then, as it is known when they are opened."""
        late = {key: c for key, c in known.items() if c.is_possible and c.late(last)}
        self.open = {key: c.place for key, c in late.items() if not c.over(last)}
        self.said = set(late)

    def turn(self, known: dict[Key, Clock], present: set[str], last: date, cut: date) -> Counter[Any]:
        """One round: the flows per (enhet, insats, post); the books are then as sent."""
        flows: Counter[Any] = Counter()
        going_on: dict[Key, tuple[str, str]] = {}

        def end_or_go_on(key: Key, clock: Clock) -> None:
            if clock.over(cut):
                flows[(*clock.place, clock.how)] += 1
            else:
                going_on[key] = clock.place

        for key, place in self.open.items():
            flows[(*place, "ingaende")] += 1
            clock = known.get(key)
            here = clock.place if clock else place
            if here[0] != place[0]:
                flows[(*place, "flyttade_ut")] += 1
                flows[(here[0], place[1], "flyttade_in")] += 1
            if here[1] != place[1]:
                flows[(here[0], place[1], "andrade_ut")] += 1
                flows[(*here, "andrade_in")] += 1
            if key[0] not in present or (clock and not clock.is_possible):
                going_on[key] = here  # not delivered, or cannot be judged: it stands
            elif clock is None or not clock.late(cut):
                flows[(*here, "strukna")] += 1
                self.said.discard(key)
            else:
                end_or_go_on(key, clock)
        for key, clock in known.items():
            if key in self.open or not clock.is_possible or not clock.late(cut):
                continue
            if key in self.said and clock.over(last):
                continue  # was reported, and has not come back
            is_late = key in self.said or clock.reportable_from <= last
            flows[(*clock.place, "tillagda" if is_late else "nya")] += 1
            self.said.add(key)
            end_or_go_on(key, clock)
        self.open = going_on
        for place in going_on.values():
            flows[(*place, "utgaende")] += 1
        return flows


@dataclass
class Hidden:
    """Thirty decisions hidden in an extract: how each was, and whether anything else tells of it."""

    how: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def hide(
        self, rows: list[Row], others: dict[str, list[Row]], before: list[Row], rng: Random
    ) -> list[Row]:
        """The extract without them, or with them under a wrong status. ``before``: the extract before this
        one.
        """
        open_ = [
            r
            for r in rows
            if not r["verkstalld"] and not r["avslutad"] and (r["beslut_id"], "beslut") in clocks([r])
        ]
        late = [r for r in rows if r["verkstalld"] and (r["beslut_id"], "beslut") in clocks([r])]
        was_open = {
            r["beslut_id"]
            for r in before
            if not r["verkstalld"] and not r["avslutad"] and r["utfall"] != "avslag"
        }
        links = dict(links_to(rows, others))
        taken: set[str] = set()

        def pick(pool: list[Row], number: int, how: str, wanted: Any) -> list[Row]:
            fit = [r for r in pool if r["beslut_id"] not in taken and wanted(r)]
            chosen = rng.sample(fit, number)
            for row in chosen:
                taken.add(row["beslut_id"])
                self.how[row["beslut_id"]] = how
            return chosen

        def linked(row: Row, *kinds: str) -> bool:
            return bool(links[row["beslut_id"]] & set(kinds))

        fresh = [r for r in open_ if r["beslut_id"] not in was_open]
        bare = [r for r in fresh if not links[r["beslut_id"]]]
        for row in pick(open_, 7, "sägs vara verkställd", lambda r: True):
            row["verkstalld"] = row["beslutsdatum"]
            self.seen.add(row["beslut_id"])
        for row in pick(open_, 4, "sägs vara avslag", lambda r: linked(r, "utredning")):
            row["utfall"] = "avslag"
            self.seen.add(row["beslut_id"])
        for row in pick(open_, 3, "sägs vara avslag", lambda r: not r["utredning_id"]):
            row["utfall"] = "avslag"
        for row in pick(open_, 3, "sägs vara domstolens", lambda r: True):
            row["beslutsfattare"] = "domstol"
        gone = pick(late, 4, "saknas", lambda r: linked(r, "insats"))
        gone += pick(fresh, 3, "saknas", lambda r: linked(r, "utredning"))
        gone += pick(open_, 3, "saknas", lambda r: r["beslut_id"] in was_open)
        self.seen |= {r["beslut_id"] for r in gone}
        gone += pick(bare, 3, "saknas", lambda r: True)
        away = {r["beslut_id"] for r in gone}
        return [r for r in rows if r["beslut_id"] not in away]


def links_to(decisions: list[Row], others: dict[str, list[Row]]) -> Iterator[tuple[str, set[str]]]:
    """Each decision with what would tell of it if it were gone from the extract."""
    helped = {r["beslut_id"] for t in ("insatser", "placeringar") for r in others[t] if r["beslut_id"]}
    followed = {r["ersatter_beslut_id"] for r in decisions if r["ersatter_beslut_id"]}
    placed = {(r["utredning_id"], r["personnummer"]) for r in others["placeringar"]}
    per_case = Counter((r["utredning_id"], r["personnummer"]) for r in decisions if r["utredning_id"])
    ended = {
        (r["utredning_id"], r["personnummer"]) for r in others["utredningar"] if r["resultat"] == "insats"
    }
    for row in decisions:
        case = (row["utredning_id"], row["personnummer"])
        links = set()
        if row["beslut_id"] in helped:
            links.add("insats")
        if row["beslut_id"] in followed:
            links.add("nyare beslut")
        if per_case[case] == 1 and case in ended and case not in placed:
            links.add("utredning")
        yield row["beslut_id"], links
