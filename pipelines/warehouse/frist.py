"""Why a deadline is what it is: the clocks of one subject, and what each was worked out from.

Reads a finished warehouse. Start, stop, last day and outcome are those of ``mart.fct_frist``; the steps from
the start to the last day are worked out again here, and a test holds the two equal for a whole night. What is
returned names no person: several of them under one id are numbered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse import wording

Row = dict[str, Any]

ADD = {"dag": "to_days", "vecka": "to_weeks", "manad": "to_months", "ar": "to_years"}
ROWS = Path(__file__).with_name("frist_uttag.sql")


class UnknownSubject(LookupError):  # noqa: N818
    """No row of the warehouse has the id; the message is Swedish."""


class UnknownRule(LookupError):  # noqa: N818
    """No rule has the id; the message is Swedish."""


@dataclass(frozen=True)
class Event:
    """An event that the rule listens to, and the row of the extract that it comes from."""

    handelse: str
    namn: str
    roll: str
    datum: date | None
    uttag: str | None
    kolumn: str | None
    leveransdatum: date | None


@dataclass(frozen=True)
class Extension:
    """A decided extension under one convention; ``orsak`` says why it does not count."""

    beslutsdatum: date
    ny_frist: date | None
    raknas: bool
    orsak: str | None
    leveransdatum: date | None


@dataclass(frozen=True)
class Transition:
    """A later version that took the pending clock."""

    regelversion: int
    giltig_fran: date
    frist_datum: date


@dataclass(frozen=True)
class FreeDay:
    """A day that the last day rolled over."""

    datum: date
    skal: str


@dataclass(frozen=True)
class Counting:
    """One clock under one convention: the way to its last day, and what came out."""

    konvention: str
    namn: str
    steg: tuple[str, ...]
    ar_satt_av_ratten: bool
    overgangar: tuple[Transition, ...]
    nominell_datum: date
    ar_manadens_sista: bool
    rullad_over: tuple[FreeDay, ...]
    frist_datum: date
    forlangningar: tuple[Extension, ...]
    forlangd_till_datum: date | None
    utfall: str
    utfall_namn: str
    dagar: int | None
    dagar_over: int | None


@dataclass(frozen=True)
class Source:
    """Where a version of the rule says so, and how surely."""

    regelversion: int
    kalla: str
    evidens: str
    evidens_namn: str
    forbehall: str | None


@dataclass(frozen=True)
class Clock:
    """One occurrence of the duty: ``regelversion`` gives the length, ``lagrum`` is that of the last day."""

    tillfalle: int
    regelversion: int
    lagrum: str | None
    kallor: tuple[Source, ...]
    start_datum: date
    start_handelser: tuple[str, ...]
    stopp_datum: date | None
    stopp_handelse: str | None
    upphord_datum: date | None
    upphor_handelser: tuple[str, ...]
    vantar_pa: tuple[str, ...]
    vantar_namn: tuple[str, ...]
    forklaring: str | None
    konventioner: tuple[Counting, ...]


@dataclass(frozen=True)
class Duty:
    """A rule and one subject with the id: its clocks, and the events that they were made of."""

    kommun: str
    kommun_namn: str
    lage_per: date
    person: int
    antal_personer: int
    ar_skyddad: bool
    subjekt_typ: str
    subjekt_id: str
    regel_id: str
    namn: str
    slag: str
    fraga: str
    raknas: str | None
    klockor: tuple[Clock, ...]
    handelser: tuple[Event, ...]


def explain(
    database: Path, subjekt_id: str, kommun: str | None = None, regel_id: str | None = None
) -> tuple[Duty, ...]:
    """Every duty of the subjects with the id; none when no rule gives them a clock.

    The id of a placement also finds the care and the stay that it is part of. Raises UnknownSubject or
    UnknownRule.
    """
    with duckdb.connect(database, read_only=True) as db:
        if regel_id and not _rows(db, "from mart.dim_fristregel where regel_id = ?", [regel_id]):
            raise UnknownRule(f"Ingen fristregel heter {regel_id}. Se docs/frister.md.")
        subjects = _rows(
            db,
            """
            select
                subjekt.kommun, kommun.namn as kommun_namn, kommun.lage_per, subjekt.subjekt_nr,
                subjekt.subjekt_typ, subjekt.subjekt_nyckel, subjekt.subjekt_id,
                coalesce(person.ar_skyddad, false) as ar_skyddad,
                dense_rank() over (partition by subjekt.kommun order by subjekt.person_nyckel) as person
            from intermediate.int_subjekt as subjekt
            inner join mart.dim_kommun as kommun on kommun.kommun = subjekt.kommun
            left join mart.dim_person as person
                on person.kommun = subjekt.kommun and person.person_nyckel = subjekt.person_nyckel
            where subjekt.kommun = coalesce($kommun, subjekt.kommun) and (
                subjekt.subjekt_id = $id
                or (subjekt.kommun, subjekt.subjekt_id) in (
                    select (kommun, vard_id) from intermediate.int_vard_placering where placering_id = $id
                ) and (subjekt.subjekt_typ in ('vard', 'vardtid') or subjekt.subjekt_nyckel like 'vard|%')
                or (subjekt.kommun, subjekt.subjekt_nyckel) in (
                    select (kommun, hem_vistelse_id) from intermediate.int_hem
                    where list_contains(placering_id_lista, $id)
                ) and subjekt.subjekt_typ = 'hem'
            )
            order by subjekt.kommun, person, subjekt.subjekt_typ, subjekt.subjekt_nyckel
            """,
            {"id": subjekt_id, "kommun": kommun},
        )
        if not subjects:
            where = f" i kommun {kommun}" if kommun else ""
            raise UnknownSubject(f"Inget ärende har det id:t{where}.")
        book = _Book(db)
        persons = {s["kommun"]: s["person"] for s in subjects}  # in order, so the last is the number of them
        return tuple(duty for s in subjects for duty in book.duties(s, persons[s["kommun"]], regel_id))


class _Book:
    """The rules, words and calendar of one warehouse."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db
        self.versions: dict[str, list[Row]] = {}
        for row in _rows(db, "from mart.dim_fristregel order by regel_id, giltig_fran"):
            self.versions.setdefault(row["regel_id"], []).append(row)
        self.conventions = {
            row["konvention"]: row for row in _rows(db, "from seed.fristkonventioner order by rowid")
        }
        self.codes = {(r["kodlista"], r["kod"]): r["namn"] for r in _rows(db, "from seed.koder")}
        self.sections = {
            r["lagrum_id"]: wording.section(r["lag_namn"], r["sfs"], r["kapitel"], r["paragraf"], r["punkt"])
            for r in _rows(db, "from mart.dim_lagrum")
        }

    def duties(self, subject: Row, persons: int, regel_id: str | None) -> Iterator[Duty]:
        clocks = _rows(
            self.db,
            """
            select frist.*, klocka.ar_forsta, klocka.satt_frist_datum
            from mart.fct_frist as frist
            inner join intermediate.int_frist_klocka as klocka
                on klocka.subjekt_nr = $subjekt_nr and klocka.regel_id = frist.regel_id
                and klocka.tillfalle = frist.tillfalle
            where frist.kommun = $kommun and frist.subjekt_typ = $subjekt_typ
                and frist.subjekt_nyckel = $subjekt_nyckel
                and frist.regel_id = coalesce($regel_id, frist.regel_id)
            order by frist.regel_id, frist.tillfalle
            """,
            {k: subject[k] for k in ("subjekt_nr", "kommun", "subjekt_typ", "subjekt_nyckel")}
            | {"regel_id": regel_id},
        )
        if not clocks:
            return
        key = {k: subject[k] for k in ("kommun", "subjekt_typ", "subjekt_nyckel", "subjekt_id")}
        rows = _rows(self.db, ROWS.read_text(encoding="utf-8"), key)
        extensions = _rows(
            self.db,
            """
            select f.beslutsdatum, f.ny_frist, max(rad.leveransdatum) as leveransdatum
            from intermediate.int_forlangning as f
            left join staging.stg_forlangning as rad
                on rad.kommun = f.kommun and rad.beslutsdatum = f.beslutsdatum
                and rad.ny_frist is not distinct from f.ny_frist
                and rad.subjekt_id in (
                    select $subjekt_id
                    union
                    select unnest(placering_id_lista) from intermediate.int_hem
                    where kommun = $kommun and hem_vistelse_id = $subjekt_nyckel
                )
            where f.kommun = $kommun and f.subjekt_typ = $subjekt_typ and f.subjekt_nyckel = $subjekt_nyckel
            group by f.beslutsdatum, f.ny_frist
            order by f.beslutsdatum, f.ny_frist
            """,
            key,
        )
        for rule in dict.fromkeys(clock["regel_id"] for clock in clocks):
            newest = self.versions[rule][-1]
            events = tuple(self._events(newest, rows))
            yield Duty(
                **{
                    k: subject[k]
                    for k in ("kommun", "kommun_namn", "lage_per", "person", "ar_skyddad", "subjekt_id")
                },
                antal_personer=persons,
                **{k: newest[k] for k in ("subjekt_typ", "regel_id", "namn", "slag", "fraga", "raknas")},
                klockor=tuple(
                    self._clock(clock, newest, events, extensions, subject["lage_per"])
                    for clock in clocks
                    if clock["regel_id"] == rule
                ),
                handelser=events,
            )

    def _events(self, rule: Row, rows: list[Row]) -> Iterator[Event]:
        roles: dict[str, str] = {}
        for role in ("start", "stopp", "upphor"):
            for code in _codes(rule[f"{role}_handelse"]):
                roles.setdefault(code, role)
        for row in rows:
            if (heard := roles.get(row["handelse"])) is not None:
                name = wording.event(rule["subjekt_typ"], row["handelse"], self.codes)
                yield Event(namn=name, roll=heard, **row)

    def _clock(
        self, clock: Row, rule: Row, events: Sequence[Event], extensions: list[Row], lage_per: date
    ) -> Clock:
        versions = self.versions[clock["regel_id"]]
        counted = _rows(
            self.db,
            "from mart.fct_frist_konvention where frist_id = ?",
            [clock["frist_id"]],
        )
        by_convention = {row["konvention"]: row for row in counted}
        conventions = tuple(
            self._counting(clock, by_convention[name], versions, extensions, lage_per)
            for name in self.conventions
            if name in by_convention
        )
        due = next((v for v in versions if _in_force(v, clock["frist_datum"])), None)
        used = [v for v in versions if v is due or v["regelversion"] == clock["regelversion"]]
        starts = _codes(rule["start_handelse"]) if clock["ar_forsta"] else _codes(rule["stopp_handelse"])
        is_open = clock["stopp_datum"] is None and clock["upphord_datum"] is None
        judged = clock["utfall"] not in ("undantagen", "ej_bedombar")
        waits = _codes(rule["stopp_handelse"]) if is_open and judged else ()
        own = ("tillfalle", "regelversion", "start_datum", "stopp_datum", "stopp_handelse", "upphord_datum")
        return Clock(
            **{k: clock[k] for k in own},
            lagrum=self.sections.get(clock["lagrum"]),
            kallor=tuple(
                Source(
                    evidens_namn=wording.evidence(v["evidens"], self.codes),
                    **{k: v[k] for k in ("regelversion", "kalla", "evidens", "forbehall")},
                )
                for v in used
            ),
            start_handelser=_on(clock["start_datum"], starts, events),
            upphor_handelser=_on(clock["upphord_datum"], _codes(rule["upphor_handelse"]), events),
            vantar_pa=waits,
            vantar_namn=tuple(wording.event(rule["subjekt_typ"], code, self.codes) for code in waits),
            forklaring=self._reason(clock, rule, events),
            konventioner=conventions,
        )

    def _reason(self, clock: Row, rule: Row, events: Sequence[Event]) -> str | None:
        """Why a clock is exempt or cannot be judged, or was stopped before it started."""
        if clock["utfall"] == "undantagen":
            age, lowest, under = clock["alder_vid_start"], rule["alder_fran"], rule["alder_under"]
            if age is not None and (age < (lowest or 0) or (under is not None and age >= under)):
                return f"{age} år vid starten; regeln gäller {wording.ages(lowest, under)}."
            exempt = "from seed.fristregler_villkor where regel_id = ? and verkan = 'undantagen'"
            return " ".join(r["forklaring"] for r in _rows(self.db, exempt, [rule["regel_id"]]))
        stops = [e for e in events if e.handelse in _codes(rule["stopp_handelse"])]
        if clock["utfall"] == "ej_bedombar":
            for e in stops:
                if e.datum is None:
                    return f"{wording.large(e.namn)}, men dagen är okänd."
            early = [f"{e.namn} {e.datum}" for e in stops if e.datum and e.datum <= clock["start_datum"]]
            return f"Ligger före starten: {', '.join(early)}. Uppgifterna motsäger varandra."
        if clock["stopp_datum"] and clock["stopp_datum"] < clock["start_datum"]:
            return "Var redan gjort vid starten."
        return None

    def _counting(
        self, clock: Row, counted: Row, versions: list[Row], extensions: list[Row], lage_per: date
    ) -> Counting:
        convention = self.conventions[counted["konvention"]]
        start, court, clamped = clock["start_datum"], clock["satt_frist_datum"], False
        transitions: list[Transition] = []
        if court is not None:
            steps, nominal = [f"Rätten har satt den sista dagen: {court}. Den flyttas inte."], court
        elif convention["langd"] is not None:
            text, nominal, clamped = self._sum(start, convention["langd"], convention["enhet"])
            steps = [text]
        else:
            steps, nominal, transitions, clamped = self._by_law(clock, versions)
        free: tuple[FreeDay, ...] = ()
        if convention["rullas"] == "ja" and court is None:
            free = self._free_days(nominal)
            steps += [f"{day.datum} är {day.skal}." for day in free]
            if free:
                weekday = wording.WEEKDAYS[counted["frist_datum"].weekday()]
                steps.append(f"Nästa vardag är {weekday} {counted['frist_datum']}.")
            else:
                known = _rows(self.db, "from mart.dim_datum where datum = ?", [nominal])
                what = "är en vardag" if known else "ligger utanför kalendern"
                steps.append(f"{nominal} {what}: flyttas inte.")
        last_day = counted["forlangd_till_datum"] or counted["frist_datum"]
        ended = clock["stopp_datum"] or clock["upphord_datum"] or lage_per
        return Counting(
            **{k: counted[k] for k in ("konvention", "frist_datum", "forlangd_till_datum", "utfall")},
            namn=convention["namn"],
            steg=tuple(steps),
            ar_satt_av_ratten=court is not None,
            overgangar=tuple(transitions),
            nominell_datum=nominal,
            ar_manadens_sista=clamped,
            rullad_over=free,
            forlangningar=tuple(_judged(counted["frist_datum"], extensions, versions[-1])),
            utfall_namn=self.codes["frist_utfall", counted["utfall"]],
            dagar=clock["dagar"],
            dagar_over=None if clock["dagar_over"] is None else max(0, (ended - last_day).days),
        )

    def _by_law(self, clock: Row, versions: list[Row]) -> tuple[list[str], date, list[Transition], bool]:
        """The last day by the version of the start, and by the later ones that take pending clocks."""
        start, ended = clock["start_datum"], clock["stopp_datum"] or clock["upphord_datum"]
        due, clamped = None, False
        steps: list[str] = []
        transitions: list[Transition] = []
        for v in versions:
            is_first = _in_force(v, start)
            if not is_first and not _takes(v, start, due, ended):
                continue
            langd = (v["langd_forsta"] if clock["ar_forsta"] else None) or v["langd"]
            text, due, clamped = self._sum(start, langd, v["langd_enhet"])
            if is_first:
                steps.append(text)
                continue
            begins = v["giltig_fran"]
            steps.append(f"Version {v['regelversion']} gäller från {begins}, även det som pågick: {text}")
            if due < begins:
                due = begins
                steps.append(f"Inget förfaller före {begins}.")
            transitions.append(Transition(v["regelversion"], begins, due))
        assert due is not None, "a clock under no version is none"
        return steps, due, transitions, clamped

    def _sum(self, start: date, langd: int, enhet: str) -> tuple[str, date, bool]:
        reached = later(self.db, start, langd, enhet)
        clamped = enhet in ("manad", "ar") and reached.day != start.day
        text = f"{start} + {wording.length(langd, enhet)} = {reached}"
        return f"{text} ({wording.clamp(start, reached)})" if clamped else text, reached, clamped

    def _free_days(self, nominal: date) -> tuple[FreeDay, ...]:
        days = _rows(
            self.db,
            """
            select datum, helgdag_namn from mart.dim_datum
            where datum >= $dag and datum < (select nasta_vardag from mart.dim_datum where datum = $dag)
            order by datum
            """,
            {"dag": nominal},
        )
        return tuple(FreeDay(d["datum"], wording.free_day(d["datum"], d["helgdag_namn"])) for d in days)


def later(db: duckdb.DuckDBPyConnection, start: date, langd: int, enhet: str) -> date:
    """A day plus a length (lag 1930:173, 1 §): months and years clamp to the last day of the month."""
    sql = f"select cast(cast(? as date) + {ADD[enhet]}(cast(? as integer)) as date)"
    ((reached,),) = db.execute(sql, [start, langd]).fetchall()
    assert isinstance(reached, date)
    return reached


def _judged(due: date, extensions: list[Row], rule: Row) -> Iterator[Extension]:
    """Each extension in the order of decision: it counts if it came in time and moves the last day on."""
    for e in extensions:
        reason = None
        if not rule["ar_forlangning_tillaten"]:
            reason = "regeln tillåter ingen förlängning"
        elif e["ny_frist"] is None:
            reason = "utan ny sista dag"
        elif e["beslutsdatum"] > due:
            reason = f"beslutad efter den sista dag som då gällde, {due}"
        elif e["ny_frist"] <= due:
            reason = f"flyttar inte fram den sista dagen, {due}"
        else:
            due = e["ny_frist"]
        yield Extension(raknas=reason is None, orsak=reason, **e)


def _takes(version: Row, start: date, due: date | None, ended: date | None) -> bool:
    """Whether a later version gives its length to a clock: it says so, and the clock is pending, not overdue.

    ``due`` is None for a clock older than the rule.
    """
    begins = version["giltig_fran"]
    pending = version["regelversion"] == 1 if due is None else due >= begins
    ends_later = ended is None or ended >= begins
    return bool(version["overgang"] == "ny" and begins > start and pending and ends_later)


def _in_force(version: Row, day: date) -> bool:
    until = version["giltig_till"]
    return bool(version["giltig_fran"] <= day and (until is None or day < until))


def _codes(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.split("|")) if joined else ()


def _on(day: date | None, codes: Sequence[str], events: Sequence[Event]) -> tuple[str, ...]:
    """Which of the events happened that day."""
    return tuple(e.handelse for e in events if day is not None and e.datum == day and e.handelse in codes)


def _rows(db: duckdb.DuckDBPyConnection, sql: str, params: Any = ()) -> list[Row]:
    answer = db.execute(sql, params)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
