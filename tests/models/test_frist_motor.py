"""From the extracts to the clock: every clock of the commonest rules, of a night and of made cases.

Expected clocks are worked out in plain Python from the staging rows, by :func:`expected`, for every
convention. The engine itself is judged for all rules, on far more cases, in ``test_frist_slump.py``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from dateutil.relativedelta import relativedelta
from frist_fall import (
    BOUNDARY_STARTS,
    DAY,
    EXEMPT_DECISIONS,
    LAGE_PER,
    LENGTH,
    NEW_ACT,
    NUMBER_OF_RANDOM_CASES,
    REVIEW_RULES,
    VECTORS,
    Prov,
    Row,
    d,
    read,
)
from frist_orakel import Forlangning, aterkommande, lagg_till, rulla, utfall_lag, utfall_rapportering

from pipelines.settings import SEEDS

Key = tuple[str, str, str, int, str]
"""kommun, regel_id, subjekt_nyckel, tillfalle, konvention"""
Clock = tuple[date, date, date | None, date | None, str]
"""start, frist, förlängd till, stopp, utfall"""

RULES = {"FORHAND", "UTR_BARN", *REVIEW_RULES}
RULES |= {f"EV_RAPP{act}{again}" for act in ("", "_LSS") for again in ("", "_AVBROTT")}
FIRST_FORHAND = date(2013, 1, 1)
HELGDAGAR = {d(row["datum"]) for row in read(SEEDS / "helgdagar.csv")}


# What the engine should say, from the rows that it reads.


def expected(db: duckdb.DuckDBPyConnection) -> dict[Key, Clock]:
    """Every clock under every convention, worked out from staging without SQL."""
    rows = Staging(db)
    found: dict[Key, Clock] = {}
    for clocks in (forhand(rows), utredning(rows), vard(rows), beslut(rows)):
        for key, clock in clocks:
            assert key not in found
            found[key] = clock
    return found


class Staging:
    """The staging tables as dicts, with the lookups that every rule needs."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db
        known = db.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null")
        self.lage = dict(known.fetchall())
        self.forlangningar: dict[tuple[str, str, str], list[Forlangning]] = defaultdict(list)
        for r in self.table("forlangning"):
            subject = (r["kommun"], r["subjekt_typ"], r["subjekt_id"])
            self.forlangningar[subject].append((r["beslutsdatum"], r["ny_frist"]))
        newest: dict[tuple[str, str], tuple[date, date | None]] = {}
        for name in ("aktualisering", "utredning", "placering", "beslut", "insats", "ekonomiskt_bistand"):
            for r in self.table(name):
                person = (r["kommun"], r["person_nyckel"])
                if r["fodelsedatum"] and r["leveransdatum"] >= newest.get(person, (date.min, None))[0]:
                    newest[person] = (r["leveransdatum"], r["fodelsedatum"])
        self.fodd = {person: born for person, (_, born) in newest.items()}

    def table(self, name: str) -> list[Row]:
        return self.db.sql(f"from staging.stg_{name}").pl().to_dicts()

    def too_old(self, row: Row, start: date, under: int) -> bool:
        """Has the person had birthday number ``under`` by ``start``? Born 29 February: on the 28th."""
        born = self.fodd.get((row["kommun"], row["person_nyckel"]))
        return born is not None and born + relativedelta(years=under) <= start


def forhand(rows: Staging) -> Iterator[tuple[Key, Clock]]:
    for r in rows.table("aktualisering"):
        start = r["inkommen"]
        if r["typ"] == "anmalan" and r["malgrupp"] in ("barn", "okand") and start >= FIRST_FORHAND:
            subject = ("aktualisering", r["aktualisering_id"])
            said: Row = {
                "nominal": {"LAG": lagg_till(start, 14, "dag")},
                "exempt": r["beslut"] in EXEMPT_DECISIONS,
            }
            yield from once(rows, r, "FORHAND", subject, start=start, stop=r["beslutsdatum"], **said)


def utredning(rows: Staging) -> Iterator[tuple[Key, Clock]]:
    for r in rows.table("utredning"):
        start = r["inledd"]
        if r["typ"] == "barn_skydd_stod":
            nominal = {"LAG": lagg_till(start, 4, "manad"), "DAGAR_120": lagg_till(start, 120, "dag")}
            stop = r["slutford"] or r["avslutad"]
            subject = ("utredning", r["utredning_id"])
            said: Row = {"nominal": nominal, "exempt": rows.too_old(r, start, 18)}
            yield from once(rows, r, "UTR_BARN", subject, start=start, stop=stop, **said)


def once(
    rows: Staging,
    row: Row,
    rule: str,
    subject: tuple[str, str],
    *,
    start: date,
    stop: date | None,
    nominal: dict[str, date],
    exempt: bool,
) -> Iterator[tuple[Key, Clock]]:
    """One clock of kind lag under its conventions."""
    kommun = row["kommun"]
    extensions = rows.forlangningar.get((kommun, *subject), [])
    for convention, due in [*nominal.items(), ("LAG_RULLAD", rulla(nominal["LAG"], HELGDAGAR))]:
        utfall, extended = utfall_lag(start, due, extensions, stop, rows.lage[kommun])
        impossible = utfall == "ej_bedombar"
        if impossible:
            extended = utfall_lag(start, due, extensions, None, rows.lage[kommun])[1]
        clock = (start, due, extended, None if impossible else stop, "undantagen" if exempt else utfall)
        yield (kommun, rule, row["row_key"], 1, convention), clock


FORMS = read(SEEDS / "placeringsformer.csv")


def form(r: Row) -> dict[str, str]:
    """The row of the code list that holds for a placement on its first day."""
    for f in FORMS:
        until = d(f["giltig_till"]) if f["giltig_till"] else date.max
        if f["placeringsform"] == r["placeringsform"] and d(f["giltig_fran"]) <= r["start"] < until:
            return f
    return {"ar_vard": "nej", "overvagande": "nej"}


Care = dict[tuple[str, str], list[Row]]


def unbroken_care(rows: Staging) -> Care:
    """Placements by kommun and care: those that follow each other within a day, or that say so themselves."""
    persons: Care = defaultdict(list)
    for r in rows.table("placering"):
        if form(r)["ar_vard"] == "ja" and not r["medplacerad"]:
            persons[r["kommun"], r["person_nyckel"] or "placering:" + r["placering_id"]].append(r)
    care: Care = defaultdict(list)
    for (kommun, _), placements in persons.items():
        first, until = "", date.min
        for r in sorted(placements, key=lambda r: (r["start"], r["placering_id"])):
            if not first or r["start"] > until + DAY:
                first = r["placering_id"]
            until = max(until, r["slut"] or date.max - DAY)
            care[kommun, r["vard_id"] or "kedja:" + first].append(r)
    return care


def applies(rule: str, placements: list[Row]) -> bool:
    """Is the care, as its first placement describes it, of the kind that the rule is about?"""
    law = placements[0]["lagrum"]
    section = REVIEW_RULES[rule][1]
    if section:
        return bool(law == f"{section} § LVU")
    reviewed = any(form(r)["overvagande"] == "ja" for r in placements)
    return (law.endswith("SoL") or law == "okand") and reviewed and placements[0]["malgrupp"] == "barn"


def vard(rows: Staging) -> Iterator[tuple[Key, Clock]]:
    """Reviews run on the care: moves neither restart nor end the clock."""
    care = unbroken_care(rows)
    care_of = {(kommun, r["placering_id"]): name for (kommun, name), group in care.items() for r in group}
    reviews: dict[tuple[str, str, str], list[date]] = defaultdict(list)
    for r in rows.table("overvagande"):
        subject = r["subjekt_id"]
        of = care_of.get((r["kommun"], subject), "") if r["subjekt_typ"] == "placering" else subject
        reviews[r["kommun"], of, r["typ"]].append(r["datum"])
    for (kommun, name), placements in care.items():
        lage, ends = rows.lage[kommun], [r["slut"] for r in placements]
        end = None if None in ends else max(ends)
        for rule, (typ, _, under) in REVIEW_RULES.items():
            if not applies(rule, placements):
                continue
            begins = placements[0]["start"]
            for number, due, stop, utfall in aterkommande(begins, end, reviews[kommun, name, typ], 6, lage):
                exempt = rows.too_old(placements[0], begins, under)
                rolled = rulla(due, HELGDAGAR)
                said = {"LAG": (due, utfall), "LAG_RULLAD": (rolled, rolled_utfall(rolled, stop, end, lage))}
                for convention, (day, outcome) in said.items():
                    clock = (begins, day, None, stop, "undantagen" if exempt else outcome)
                    yield (kommun, rule, name, number, convention), clock
                begins = stop or begins


def rolled_utfall(due: date, stop: date | None, end: date | None, lage_per: date) -> str:
    if stop:
        return "i_tid" if stop <= due else "for_sent"
    if end:
        return "upphord" if end <= due else "for_sent"
    return "pagaende" if lage_per <= due else "pagaende_over_frist"


def beslut(rows: Staging) -> Iterator[tuple[Key, Clock]]:
    events: dict[tuple[str, str], dict[str, set[date | None]]] = defaultdict(lambda: defaultdict(set))
    for r in rows.table("handelse"):
        if r["subjekt_typ"] == "beslut":
            events[r["kommun"], r["subjekt_id"]][r["handelse"]].add(r["datum"])
    for r in rows.table("beslut"):
        law = favourable(r)
        if law is None:
            continue
        happened = events[r["kommun"], r["beslut_id"]]
        for column in ("verkstalld", "avbruten", "aterupptagen", "avslutad"):
            if r[column]:
                happened[column].add(r[column])
        if r["avslutad_datum_okant"] and not r["avslutad"]:
            happened["avslutad"].add(None)
        if r["avbruten"] and not r["verkstalld"]:
            happened["verkstalld"].add(None)  # an interruption presupposes execution, on a day unknown
        rule = "EV_RAPP_LSS" if law == "lss" else "EV_RAPP"
        executed, resumed, closed = happened["verkstalld"], happened["aterupptagen"], happened["avslutad"]
        done, whole = r["omfattning_verkstalld"], r["omfattning"]
        if r["verkstalld"] and done is not None and whole is not None and done < whole:
            executed = set()  # a part is left
        yield reported(rows, (r["kommun"], rule, r["beslut_id"], 1), r["beslutsdatum"], executed, closed)
        for number, day in enumerate(sorted(day for day in happened["avbruten"] if day), 1):
            key = (r["kommun"], f"{rule}_AVBROTT", r["beslut_id"], number)
            later = [
                {s for s in stops if number == 1 or s is None or s >= day} for stops in (resumed, closed)
            ]
            yield reported(rows, key, day, *later)


def reported(
    rows: Staging,
    key: tuple[str, str, str, int],
    start: date,
    done: set[date | None],
    closed: set[date | None],
) -> tuple[Key, Clock]:
    """A clock of kind rapportering, stopped by the first stop that is not before its start.

    Nobody knows whether it was in time when a stop lies before the start, or when it was done (executed,
    resumed) on a day unknown, whatever happened to it later; nor when all that is known is that it closed.
    """
    due = lagg_till(start, 3, "manad")
    known = sorted(stop for stop in done | closed if stop)
    stop = next((stop for stop in known if stop >= start), None)
    utfall = utfall_rapportering(start, due, stop, rows.lage[key[0]])
    if None in done or (None in closed and stop is None) or (known and known[0] < start):
        utfall, stop = "ej_bedombar", None
    return (*key, "LAG"), (start, due, None, stop, utfall)


def favourable(r: Row) -> str | None:
    """The act under which a decision is reportable when nobody executes it; None when it is not."""
    if r["utfall"] == "avslag" or r["beslutsfattare"] == "domstol":
        return None
    if r["lagrum"] == "okand":
        return "sol"
    if re.match(r"9 § .*LSS", r["lagrum"]):
        return "lss"
    section = re.match(r"(\d+) kap\.? (\d+) § SoL", r["lagrum"])
    right_of = section.groups() if section else ()
    if right_of == ("4", "1") or (right_of in (("11", "1"), ("12", "1")) and r["beslutsdatum"] >= NEW_ACT):
        return "sol"
    return None


def actual(db: duckdb.DuckDBPyConnection) -> dict[Key, Clock]:
    rows = db.sql("""
        select kommun, regel_id, subjekt_nyckel, tillfalle, konv.konvention,
               start_datum, konv.frist_datum, konv.forlangd_till_datum, stopp_datum, konv.utfall
        from mart.fct_frist as frist
        join mart.fct_frist_konvention as konv using (frist_id, kommun, regel_id)
    """).fetchall()
    found: dict[Key, Clock] = {row[:5]: row[5:] for row in rows if row[1] in RULES}
    assert len(found) == sum(row[1] in RULES for row in rows)
    return found


def assert_agree(db: duckdb.DuckDBPyConnection) -> dict[Key, Clock]:
    """The engine and the oracle say the same of every clock; returns what they say."""
    oracle, engine = expected(db), actual(db)
    differ = [(key, oracle.get(key), engine.get(key)) for key in oracle.keys() | engine.keys()]
    differ = sorted((x for x in differ if x[1] != x[2]), key=lambda x: x[0])
    assert not differ, f"{len(differ)} of {len(oracle)} clocks differ (oracle, engine): {differ[:8]}"
    return engine


@pytest.mark.xdist_group("natt")
def test_every_clock_of_the_night(lager: duckdb.DuckDBPyConnection) -> None:
    clocks = assert_agree(lager)
    assert {key[1] for key in clocks} == RULES
    assert {key[4] for key in clocks} == {"LAG", "LAG_RULLAD", "DAGAR_120"}


@pytest.mark.xdist_group("prov")
def test_made_cases(prov: Prov) -> None:
    with prov.connect() as db:
        clocks = assert_agree(db)
    assert len(clocks) > 4 * NUMBER_OF_RANDOM_CASES * len(LAGE_PER)
    seen = defaultdict(set)
    for (_, rule, *_), clock in clocks.items():
        seen[rule].add(clock[-1])
    once_only = {"i_tid", "for_sent", "pagaende", "pagaende_over_frist", "undantagen"}
    extended = {"i_tid_efter_forlangning", "pagaende_inom_forlangning"}
    reported = {"rapporteringspliktig", "ej_rapporteringspliktig", "vantar"}
    assert seen["FORHAND"] == seen["UTR_BARN"] == once_only | extended
    assert seen["OV_SOL"] == seen["OV_LVU2"] == seen["OMPR_LVU3"] == once_only | {"upphord"}
    assert seen["EV_RAPP"] == seen["EV_RAPP_LSS"] == reported | {"ej_bedombar"}
    assert seen["EV_RAPP_AVBROTT"] == seen["EV_RAPP_LSS_AVBROTT"] == reported


@pytest.mark.xdist_group("prov")
@pytest.mark.parametrize("rule", [*LENGTH, "EV_RAPP_AVBROTT", "EV_RAPP_LSS_AVBROTT"])
def test_boundaries(prov: Prov, rule: str) -> None:
    """Worked by hand, not by the oracle: in time to the end of the last day, over it from the day after."""
    with prov.connect() as db:
        rows = db.execute(
            "select kommun, subjekt_id, tillfalle, utfall from mart.fct_frist where regel_id = ?", [rule]
        ).fetchall()
    found = {(kommun, case.removeprefix("v-"), nr): utfall for kommun, case, nr, utfall in rows}
    made_of = [(c.kommun, of, case, utfall) for c in prov.cases for (of, case), utfall in c.utfall.items()]
    wanted = {(kommun, case, 1): utfall for kommun, of, case, utfall in made_of if of == rule}
    assert len(wanted) >= len(LAGE_PER) * (3 * len(BOUNDARY_STARTS) + 2)
    assert {key: found.get(key) for key in wanted} == wanted


@pytest.mark.xdist_group("prov")
def test_vectors(prov: Prov) -> None:
    with prov.connect() as db:
        rows = db.sql("""
            select frist.start_datum, konv.regel_id, konv.konvention, konv.frist_datum
            from mart.fct_frist as frist join mart.fct_frist_konvention as konv using (frist_id)
            where frist.kommun = '9901' and frist.subjekt_id like 'vektor-%'
        """).fetchall()
    found = {(start, convention): due for start, _, convention, due in rows}
    for v in VECTORS:
        assert found[d(v["start"]), "LAG"] == d(v["nominell"])
        # Reporting is never rolled: it is no time allowed.
        rolled = d(v["laglig"]) if v["langd"] != "3" else None
        assert found.get((d(v["start"]), "LAG_RULLAD")) == rolled


@pytest.mark.xdist_group("prov")
@pytest.mark.parametrize("case", ["udda-avbruten-avslutad", "udda-verkstalld-fore"])
def test_closing_does_not_hide_an_unknown_execution(prov: Prov, case: str) -> None:
    """Executed, but on a day unknown or impossible; then closed. Whether it was in time, nobody knows."""
    with prov.connect() as db:
        found = db.execute(
            "select distinct utfall from mart.fct_frist where regel_id = 'EV_RAPP' and subjekt_id = ?", [case]
        ).fetchall()
    assert found == [("ej_bedombar",)]
