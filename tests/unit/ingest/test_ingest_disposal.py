"""Disposal: what goes and when, what is kept, what is no deletion, and that nothing is left."""

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import typer
from sender import Row, Sender, as_csv, row
from stdnum import luhn
from typer.testing import CliRunner

from pipelines import cli_purge, ingest
from pipelines.contracts import tables
from pipelines.ingest import archive, disposal, pseudonym, retention
from pipelines.ingest.archive import file_hash
from pipelines.settings import SEEDS, STOCKHOLM, Settings, get_settings

Rows = dict[str, list[dict[str, Any]]]
ADULT = {"fodelsedatum": date(1980, 1, 2), "person_nyckel": "p"}
CHILD = {"fodelsedatum": date(2012, 6, 2), "person_nyckel": "p"}
CLOSED = date(2020, 3, 15)
DUE = date(2025, 3, 15)


# --- what is due ---


def utredning(id: str = "U1", **values: Any) -> dict[str, Any]:
    closed = {"inledd": date(2020, 1, 7), "slutford": CLOSED, "typ": "missbruk", "malgrupp": "vuxen"}
    return (
        {"row_key": f"{id}|{values.get('person_nyckel', 'p')}", "utredning_id": id} | ADULT | closed | values
    )


def placering(id: str = "P1", **values: Any) -> dict[str, Any]:
    ended = {"start": date(2020, 1, 1), "slut": CLOSED, "malgrupp": "vuxen_beroende"}
    return {"row_key": id, "placering_id": id} | ADULT | ended | values


def beslut(**values: Any) -> dict[str, Any]:
    row = {"row_key": "B1", "beslut_id": "B1", "beslutsdatum": date(2020, 2, 1), "verkstalld": CLOSED}
    return ADULT | row | values


def judged(db: duckdb.DuckDBPyConnection, known: Rows, per: date, kommun: str = "9901") -> dict[str, date]:
    """What is due of some known rows, as ``tabell row_key`` → gallras_fran."""
    for contract in tables().values():
        schema = {**contract.archive_schema, "row_key": pl.String}
        rows = pl.DataFrame(known.get(contract.name, []), schema=schema)
        db.register("rader", rows)
        db.execute(f"create or replace temp table {contract.name} as from rader")
    retention.due(db, kommun, per)
    found = db.execute("select tabell || ' ' || row_key, gallras_fran from gallringsbar").fetchall()
    assert len(dict(found)) == len(found)
    return dict(found)


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        yield made


@pytest.mark.parametrize(
    ("noted", "due_from", "latest"),
    [
        (date(2020, 3, 15), date(2025, 3, 15), date(2026, 12, 31)),
        (date(2020, 2, 29), date(2025, 2, 28), date(2026, 12, 31)),
        (date(2019, 12, 31), date(2024, 12, 31), date(2025, 12, 31)),
        (date(2020, 1, 1), date(2025, 1, 1), date(2026, 12, 31)),
    ],
)
def test_five_years_after_the_last_note(
    db: duckdb.DuckDBPyConnection, noted: date, due_from: date, latest: date
) -> None:
    known = {"utredningar": [utredning(inledd=date(2019, 1, 1), slutford=noted)]}
    for days in (-1, 0, 1):
        due = judged(db, known, due_from + timedelta(days))
        assert due == ({} if days < 0 else {"utredningar U1|p": due_from}), days
    assert db.execute("select gallras_senast from gallringsbar").fetchone() == (latest,)


def test_the_law_of_the_day_is_asked(db: duckdb.DuckDBPyConnection) -> None:
    known = {"utredningar": [utredning(**CHILD, typ="barn_skydd_stod", malgrupp="barn")]}
    assert judged(db, known, date(2025, 12, 31)) == {"utredningar U1|p": DUE}
    # From 2026 nothing of a child's investigation goes before the child is thirty.
    assert judged(db, known, date(2026, 1, 1)) == {}
    assert db.execute("select regel_id, till from gallring_hinder").fetchall() == [
        ("BARNUTREDNING", date(2042, 6, 2))
    ]
    assert judged(db, known, date(2042, 6, 1)) == {}
    assert judged(db, known, date(2042, 6, 2)) == {"utredningar U1|p": date(2042, 6, 2)}


def test_a_report_that_was_not_investigated_does_not_wait_for_thirty(db: duckdb.DuckDBPyConnection) -> None:
    def report(id: str, decision: str) -> dict[str, Any]:
        decided = {"beslut": decision, "inkommen": CLOSED, "beslutsdatum": CLOSED, "malgrupp": "barn"}
        return CHILD | {"row_key": f"{id}|p", "aktualisering_id": id} | decided

    def about(id: str) -> dict[str, Any]:
        subject = {"subjekt_typ": "aktualisering", "subjekt_id": id}
        return {"row_key": f"F{id}", "beslutsdatum": CLOSED, "ny_frist": CLOSED} | subject

    known = {
        "aktualiseringar": [report("A1", "inleds"), report("A2", "inleds_ej")],
        "forlangningar": [about("A1"), about("A2")],
        "utredningar": [utredning(**CHILD, typ="barn_skydd_stod", malgrupp="barn")],
    }
    assert judged(db, known, date(2030, 1, 1)).keys() == {"aktualiseringar A2|p", "forlangningar FA2"}
    del known["utredningar"]
    assert judged(db, known, date(2030, 1, 1)).keys() == {
        "aktualiseringar A1|p", "aktualiseringar A2|p", "forlangningar FA1", "forlangningar FA2"
    }  # fmt: skip


EXEMPT: dict[str, Rows] = {
    "FODELSEDAG": {"utredningar": [utredning(fodelsedatum=date(1980, 1, 25))]},
    "FADERSKAP": {"utredningar": [utredning(typ="faderskap")]},
    "FODELSEDATUM_OKANT": {"utredningar": [utredning(fodelsedatum=None)]},
    "PLACERAT_BARN": {
        "utredningar": [utredning(**ADULT | {"fodelsedatum": date(2002, 1, 2)})],
        "placeringar": [placering(fodelsedatum=date(2002, 1, 2), start=date(2020, 1, 1))],
    },
    "PAGAENDE": {"utredningar": [utredning()], "placeringar": [placering(slut=None)]},
    "AVTAL_VARDNAD": {"utredningar": [utredning(**CHILD, typ="vardnad_boende_umgange", malgrupp="barn")]},
}
ALMOST: dict[str, Rows] = {
    "FODELSEDAG": {"utredningar": [utredning(fodelsedatum=date(1980, 1, 24))]},
    "FADERSKAP": {"utredningar": [utredning(typ="missbruk")]},
    "FODELSEDATUM_OKANT": {  # another row of the akt knows
        "utredningar": [utredning(fodelsedatum=None), utredning("U2")]
    },
    "PLACERAT_BARN": {
        "utredningar": [utredning(fodelsedatum=date(2002, 1, 1))],
        "placeringar": [placering(fodelsedatum=date(2002, 1, 1), start=date(2020, 1, 1))],
    },
    "PAGAENDE": {"utredningar": [utredning(), utredning("U2", slutford=None, avslutad=CLOSED)]},
    "AVTAL_VARDNAD": {"utredningar": [utredning(typ="vardnad_boende_umgange")]},
}


@pytest.mark.parametrize("rule", EXEMPT)
def test_each_exemption_keeps_the_whole_akt(db: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert judged(db, EXEMPT[rule], date(2025, 12, 31)) == {}
    kept = db.execute("select tabell || ' ' || row_key, regel_id from gallring_hinder").fetchall()
    assert kept
    assert {r for _, r in kept} == {rule}
    assert {k for k, _ in kept} == {f"{t} {r['row_key']}" for t, rows in EXEMPT[rule].items() for r in rows}
    due = judged(db, ALMOST[rule], date(2025, 12, 31))
    assert due.keys() == {f"{t} {r['row_key']}" for t, rows in ALMOST[rule].items() for r in rows}


def test_municipalities_of_the_research_sample_keep_all(db: duckdb.DuckDBPyConnection) -> None:
    known = {"utredningar": [utredning()]}
    assert judged(db, known, DUE, "2280") == {}
    assert judged(db, known, DUE, "0127") != {}


@pytest.mark.parametrize("day", [5, 15, 25])
def test_days_of_the_research_sample(db: duckdb.DuckDBPyConnection, day: int) -> None:
    assert judged(db, {"utredningar": [utredning(fodelsedatum=date(1980, 2, day))]}, DUE) == {}


@pytest.mark.parametrize(
    ("values", "open_"),
    [
        ({}, True),  # until further notice, and nothing says that it has ended
        ({"verkstalld": None}, True),
        ({"giltig_till": date(2020, 3, 15)}, False),
        ({"giltig_till": date(2030, 1, 1)}, True),
        ({"utfall": "avslag", "verkstalld": None}, False),
        ({"avslutad": CLOSED}, False),
        ({"avslutad_datum_okant": True}, False),
    ],
)
def test_a_decision_that_applies_keeps_the_akt(
    db: duckdb.DuckDBPyConnection, values: dict[str, Any], open_: bool
) -> None:
    known = {"ej_verkstallda_beslut": [beslut(**values)]}
    assert (judged(db, known, date(2025, 6, 1)) == {}) is open_
    if not values:  # what it led to has ended, or another decision has replaced it
        ended = {"row_key": "I1|p", "insats_id": "I1", "beslut_id": "B1", "start": CLOSED, "slut": CLOSED}
        assert len(judged(db, known | {"insatser": [ADULT | ended]}, date(2025, 6, 1))) == 2
        newer = beslut(row_key="B2", beslut_id="B2", ersatter_beslut_id="B1", avslutad=CLOSED)
        assert len(judged(db, {"ej_verkstallda_beslut": [beslut(), newer]}, date(2025, 6, 1))) == 2


def test_what_the_case_system_has_deleted_is_not_under_way(db: duckdb.DuckDBPyConnection) -> None:
    known = {"utredningar": [utredning()], "placeringar": [placering(slut=None)]}
    db.execute("create temp table gallring_borttagen as select 'placeringar' as tabell, 'P1' as row_key")
    assert judged(db, known, DUE).keys() == {"utredningar U1|p", "placeringar P1"}


LINKED: Rows = {
    "handelser": [{"row_key": "H1", "subjekt_typ": "utredning", "subjekt_id": "U1", "datum": CLOSED}],
    "forlangningar": [
        {"row_key": "F1", "subjekt_typ": "utredning", "subjekt_id": "U1", "beslutsdatum": CLOSED}
    ],
    "overvaganden": [{"row_key": "O1", "subjekt_typ": "vard", "subjekt_id": "V1", "datum": CLOSED}],
    "placering_perioder": [{"row_key": "PP1", "placering_id": "P1", "fran": CLOSED}],
}
OF_THE_AKT: Rows = {"utredningar": [utredning()], "placeringar": [placering(vard_id="V1")]}
DATES = {
    "handelser": "datum",
    "forlangningar": "ny_frist",
    "overvaganden": "datum",
    "placering_perioder": "till",
}


@pytest.mark.parametrize("name", LINKED)
def test_rows_without_a_person_go_with_what_they_are_about(db: duckdb.DuckDBPyConnection, name: str) -> None:
    known = OF_THE_AKT | {name: LINKED[name]}
    everything = {f"{t} {r['row_key']}": DUE for t, rows in known.items() for r in rows}
    assert judged(db, known, DUE) == everything
    # A note in one of them is a note in the akt.
    later = known | {name: [LINKED[name][0] | {DATES[name]: date(2021, 5, 1)}]}
    assert judged(db, later, date(2026, 4, 30)) == {}
    assert judged(db, later, date(2026, 5, 1)).keys() == everything.keys()


def test_what_is_about_several_waits_for_the_last(db: duckdb.DuckDBPyConnection) -> None:
    sibling = utredning(person_nyckel="q", fodelsedatum=date(1981, 1, 2))
    later = utredning("U2", person_nyckel="q", fodelsedatum=date(1981, 1, 2), slutford=date(2021, 1, 1))
    known = {"utredningar": [utredning(), sibling, later], "forlangningar": LINKED["forlangningar"]}
    assert judged(db, known, DUE).keys() == {"utredningar U1|p"}
    assert len(judged(db, known, date(2026, 1, 1))) == 4


def test_two_numbers_are_one_akt(db: duckdb.DuckDBPyConnection) -> None:
    link = {"row_key": "pb", "tidigare_person_nyckel": "p", "person_nyckel": "q", "datum": date(2019, 1, 1)}
    new = utredning("U2", person_nyckel="q", slutford=date(2021, 1, 1))
    known = {"utredningar": [utredning(), new], "personbyten": [link]}
    assert judged(db, known, DUE) == {}
    assert len(judged(db, known, date(2026, 1, 1))) == 3
    exempt = utredning("U2", person_nyckel="q", fodelsedatum=date(1980, 1, 5))
    assert judged(db, known | {"utredningar": [utredning(), exempt]}, date(2026, 1, 1)) == {}


def test_an_id_that_holds_a_number_names_a_person(db: duckdb.DuckDBPyConnection) -> None:
    p, q = "0" * 32, "1" * 32
    household = {"hushall_id": f"pn:{p}", "fodelsedatum": date(1980, 1, 2)}
    known = {
        "ekonomiskt_bistand": [
            household | {"row_key": "1", "manad": "2019-06", "person_nyckel": p},
            household | {"row_key": "2", "manad": "2020-03", "person_nyckel": q},
        ]
    }
    assert judged(db, known, date(2025, 3, 30)) == {}
    assert len(judged(db, known, date(2025, 3, 31))) == 2


def test_ledger_goes_seven_years_after_its_year_when_the_placement_is_gone(
    db: duckdb.DuckDBPyConnection,
) -> None:
    ledger = [
        {"row_key": "1", "period": "2020-13", "placering_id": "P9"},
        {"row_key": "2", "period": "2020-04", "placering_id": "P1"},
        {"row_key": "3", "period": "2001-04", "placering_id": None},
    ]
    known = {"ekonomi": ledger, "placeringar": [placering(slut=None)]}
    assert judged(db, known, date(2027, 12, 31)) == {}
    assert judged(db, known, date(2028, 1, 1)) == {"ekonomi 1": date(2028, 1, 1)}
    assert db.execute("select gallras_senast from gallringsbar").fetchone() == (None,)


def test_the_seed_is_whole() -> None:
    """Every table has one rule on every day, every rule over rows is coded, and versions meet."""
    in_sql = {path.stem for path in retention.FOLDER.glob("[!_]*.sql")}
    over_rows = [r for r in retention.rules() if r.slag in ("frist", "uppskov", "undantag")]
    assert {r.regel_id for r in over_rows} == in_sql
    for day in (date(2024, 1, 1), date(2025, 7, 1), date(2026, 11, 1)):
        ruled = [t for r in retention.in_force(day, "frist", "bevaras") for t in r.tabeller]
        assert sorted(ruled) == sorted(tables())
        names = [r.regel_id for r in retention.in_force(day, "frist", "uppskov", "undantag", "fil")]
        assert len(names) == len(set(names))
    assert all((r.tid is None) == (r.enhet == "") for r in retention.rules())
    with (SEEDS / "lagrum.csv").open(encoding="utf-8", newline="") as f:
        sections = {line["lagrum_id"] for line in csv.DictReader(f)}
    with retention.SEED.open(encoding="utf-8", newline="") as f:
        assert {line["lagrum_id"] for line in csv.DictReader(f)} - {""} <= sections


# --- whole installations ---

ADAPTER = "namn: blandat\nbeskrivning: Alla tabeller.\nkommuner: '*'\nfiler:\n" + "".join(
    f"  - {{monster: '{name}.csv', tabell: {name}}}\n" for name in tables()
)
LATER = date(2026, 11, 15)


def number(day: str, serial: int) -> str:
    nine = f"{day.replace('-', '')[2:]}{serial:03}"
    return f"{day[:2]}{nine}{luhn.calc_check_digit(nine)}"


OLD, LIVING = number("1980-01-02", 101), number("1985-03-04", 201)


def case(id: str, person: str, day: str) -> Row:
    return row("utredningar", 1) | {
        "utredning_id": id, "personnummer": person, "typ": "missbruk", "malgrupp": "vuxen",
        "lagrum": "20 kap. 3 § SoL", "inledd": day, "slutford": day,
    }  # fmt: skip


def event(id: str, case_id: str, day: str) -> Row:
    subject = {"handelse_id": id, "subjekt_typ": "utredning", "subjekt_id": case_id, "personnummer": ""}
    return row("handelser", 1) | subject | {"handelse": "besok", "datum": day}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Sender]:
    def made(name: str = "data", max_lost_share: float = 1) -> Sender:
        sources = tmp_path / "sources"
        sources.mkdir(exist_ok=True)
        (sources / "blandat.yaml").write_text(ADAPTER, encoding="utf-8")
        key = tmp_path / "nyckel"
        settings = Settings(
            home=tmp_path / name, sources=sources, key_file=key, max_lost_share=max_lost_share
        )
        settings.make_folders()
        return Sender(settings)

    return made


def content(settings: Settings, kommun: str = "9901") -> dict[str, Any]:
    """All that the archive says, but for when and under which file names; the files are what they say."""
    found: dict[str, Any] = {}
    for entry in archive.load(settings, kommun).leveranser:
        parts = {"fynd": entry.fynd}
        for name, part in entry.tabeller.items():
            parts |= {f"{name} andring": part.andring, f"{name} utsaga": part.utsaga}
            found[f"{entry.place} {name}"] = part.model_dump(exclude={"andring", "utsaga"})
        for name, named in parts.items():
            if named is not None:
                assert file_hash(settings.archive / named.fil) == named.sha256
                frame = pl.read_parquet(settings.archive / named.fil, hive_partitioning=False)
                found[f"{entry.place} {name} rader"] = sorted(
                    map(repr, frame.select(sorted(frame.columns)).rows())
                )
                if name.endswith("andring"):
                    part = entry.tabeller[name.split()[0]]
                    counts = dict(frame["change"].value_counts().iter_rows())
                    counted = {"ny": part.nya, "andrad": part.andrade, "borttagen": part.borttagna}
                    assert counts == {k: v for k, v in counted.items() if v}
    return found


def everything(folder: Path) -> str:
    """The text of every cell of every Parquet file, and of every other file, below a folder."""
    texts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            texts.append(repr(pl.read_parquet(path, hive_partitioning=False).rows()))
        else:
            texts.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(texts)


def names_of(settings: Settings, person: str, *ids: str) -> list[str]:
    """What a person and their cases are called in the archive."""
    pseudonyms = pseudonym.load(settings, "9901", create=False)
    return [pseudonyms.of("person", person), *(pseudonyms.of("falt", id) for id in ids), *ids]


def test_gone_by_disposal_is_no_deletion(make: Callable[..., Sender]) -> None:
    sender = make()
    cases = [
        case("U-GAMMAL", OLD, "2019-05-01"),
        case("U-NY", LIVING, "2026-01-05"),
        case("U-3", LIVING, "2026-02-01"),
    ]
    cases += [case(f"U-ANNAN{n}", number("1990-03-04", 300 + n), "2026-02-01") for n in range(5)]
    events = [event("H1", "U-GAMMAL", "2019-05-01"), event("H2", "U-NY", "2026-01-05")]
    sender.send({"utredningar.csv": as_csv(cases), "handelser.csv": as_csv(events)}, "2026-11-01")
    for day in ("2026-11-02", "2026-11-03"):
        sent = {"utredningar.csv": as_csv(cases[2:]), "handelser.csv": as_csv(events[1:])}
        sender.send(sent, day)
    first, second, third = archive.load(sender.settings, "9901").accepted
    counts = [
        {n: (p.nya, p.borttagna, p.gallrade) for n, p in e.tabeller.items()} for e in (first, second, third)
    ]
    assert counts == [
        {"utredningar": (8, 0, 0), "handelser": (2, 0, 0)},
        {"utredningar": (0, 1, 1), "handelser": (0, 0, 1)},
        {"utredningar": (0, 0, 1), "handelser": (0, 0, 1)},
    ]


def test_mass_disposal_does_not_hold_a_delivery(make: Callable[..., Sender]) -> None:
    sender = make("data", 0.4)
    old = [case(f"U{n}", number("1980-01-02", 100 + n), "2019-05-01") for n in range(9)]
    living = case("U-NY", LIVING, "2026-01-05")
    sender.send({"utredningar.csv": as_csv([*old, living])})
    result = sender.send({"utredningar.csv": as_csv([living])}, "2026-11-02")
    assert result.status is not ingest.Status.HELD
    assert result.tables["utredningar"].removed == 0
    # The same loss of what was not due is held.
    result = sender.send({"utredningar.csv": as_csv([case("U-0", LIVING, "2026-01-05")])}, "2026-11-03")
    assert result.tables["utredningar"].removed == 1
    sender = make("annan", 0.4)
    young = [case(f"U{n}", number("1980-01-02", 100 + n), "2026-05-01") for n in range(9)]
    sender.send({"utredningar.csv": as_csv([*young, living])})
    result = sender.send({"utredningar.csv": as_csv([living])}, "2026-11-02")
    assert result.status is ingest.Status.HELD


def test_disposal_is_judged_alike_in_any_order(make: Callable[..., Sender]) -> None:
    """A late note in another table makes a disposal a deletion after all."""
    old, living = case("U-GAMMAL", OLD, "2019-05-01"), case("U-NY", LIVING, "2026-01-05")
    sent = {
        "2026-11-01": {"utredningar.csv": as_csv([old, living])},
        "2026-11-02": {"handelser.csv": as_csv([event("H1", "U-GAMMAL", "2026-10-01")])},
        "2026-11-03": {"utredningar.csv": as_csv([living])},
        "2026-11-04": {"handelser.csv": as_csv([event("H2", "U-NY", "2026-10-01")])},
    }

    def archived(days: tuple[str, ...], withdrawn: str | None = None) -> dict[str, Any]:
        sender = make("-".join(day[-2:] for day in days) + f"-{withdrawn}")
        for day in days:
            sender.send(sent[day], day)
        if withdrawn:
            ingest.withdraw(sender.settings, "9901", str(withdrawn), "prov")
        found = content(sender.settings)
        return {k: v for k, v in found.items() if not withdrawn or place(withdrawn) not in k}

    def place(day: str) -> str:
        return str((date.fromisoformat(day), 1))

    expected = archived(tuple(sent))
    third = place("2026-11-03")
    assert (
        expected[f"{third} utredningar"] | {"borttagna": 1, "gallrade": 0} == expected[f"{third} utredningar"]
    )
    first, *rest = sent
    for days in ((first, *reversed(rest)), (*rest, first)):
        assert archived(days) == expected, days
    without = tuple(day for day in sent if day != "2026-11-02")
    fewer = archived(without)
    assert fewer[f"{third} utredningar"] | {"borttagna": 0, "gallrade": 1} == fewer[f"{third} utredningar"]
    assert archived(tuple(sent), "2026-11-02") == fewer


def full_life(sender: Sender, kommun: str = "9901") -> None:
    """A person to be disposed of, everywhere that an archive can name somebody; another who stays."""
    old, living = case("U-GAMMAL", OLD, "2019-05-01"), case("U-NY", LIVING, "2026-01-05")
    bad = old | {"inledd": "2019-06-01"}  # opened after it was finished: refused, with a readable key
    nameless = old | {"utredning_id": ""}  # refused, and known by its person alone
    household = row("ekonomiskt_bistand", 1) | {"personnummer": OLD, "hushall_id": OLD, "manad": "2019-06"}
    strange = household | {"hushall_id": f"H-{OLD}", "personnummer": ""}  # refused, a number in its id
    events = [event("H-GAMMAL", "U-GAMMAL", "2019-05-01"), event("H-NY", "U-NY", "2026-01-05")]
    orphan = event("H-LOS", "U-FINNSEJ", "2026-01-05")
    days: dict[str, dict[str, str | bytes]] = {
        "2026-11-01": {
            "utredningar.csv": as_csv([old, living]),
            "handelser.csv": as_csv([*events, orphan]),
            "ekonomiskt_bistand.csv": as_csv([household, strange]),
        },
        "2026-11-02": {"utredningar.csv": as_csv([bad, nameless, living | {"enhet": "annan"}])},
        "2026-11-03": {"utredningar.csv": as_csv([old | {"enhet": "annan"}, living]) + "U-GAMMAL,x\n"},
        "2026-11-04": {"utredningar.csv": as_csv([living]), "handelser.csv": as_csv([*events[1:], orphan])},
        "2026-11-05": {"utredningar.csv": as_csv([old, bad, living])},
    }
    for day, files in days.items():
        sender.send(files, day, kommun)
    ingest.withdraw(sender.settings, kommun, "2026-11-05", "prov")


def test_nothing_of_a_purged_person_is_left_in_the_archive(make: Callable[..., Sender]) -> None:
    sender = make()
    full_life(sender)
    settings = sender.settings
    names = names_of(settings, OLD, "U-GAMMAL", "H-GAMMAL")
    before = everything(settings.archive)
    assert all(name in before for name in (*names[:2], *names[3:]))  # and in a broken row's fields
    kept = pseudonym.load(settings, "9901", create=False).of("person", LIVING)
    stays = {k: [r for r in v if kept in r] for k, v in content(settings).items() if k.endswith("rader")}

    planned = disposal.plan(settings, LATER)
    assert everything(settings.archive) == before
    receipt = disposal.purge(settings, LATER)

    after = everything(settings.archive)
    assert not [name for name in names if name in after]
    assert "U-FINNSEJ" in after
    now = content(settings)
    assert {k: [r for r in v if kept in r] for k, v in now.items() if k.endswith("rader")} == {
        k: v for k, v in stays.items() if k in now
    }
    assert [c for c in planned if not c.behalls] == receipt.antal
    assert {(c.tabell, c.antal) for c in receipt.antal} == {
        ("utredningar", 1), ("handelser", 1), ("ekonomiskt_bistand", 1)
    }  # fmt: skip
    assert archive.load(settings, "9901").handelser[-1].slag == "gallring"
    there = {p.relative_to(settings.archive).as_posix() for p in settings.archive.rglob("*.parquet")}
    assert there == archive.load(settings, "9901").named()
    # Late deliveries and withdrawals go in afterwards as if the person had never been there.
    sender.send({"utredningar.csv": as_csv([case("U-NY", LIVING, "2025-01-05")])}, "2026-10-31")
    ingest.withdraw(settings, "9901", "2026-11-03", "prov")
    assert not [name for name in names if name in everything(settings.archive)]
    assert not [c for c in disposal.plan(settings, LATER) if not c.behalls]


def test_the_receipt_says_what_and_names_nobody(make: Callable[..., Sender]) -> None:
    sender = make()
    full_life(sender)
    settings, manifest = sender.settings, archive.manifest_path(sender.settings, "9901")
    before = file_hash(manifest)
    receipt = disposal.purge(settings, LATER)
    text = receipt.path.read_text(encoding="utf-8")
    said = json.loads(text)
    assert receipt.path.parent == settings.home / "kvitton"
    assert receipt.path.stat().st_mode & 0o077 == 0
    assert said["per"] == str(LATER)
    assert said["manifest"] == {"9901": {"fore": before, "efter": file_hash(manifest), "klar": True}}
    assert "PERSONAKT 2" in said["regler"] and "PERSONAKT 1" not in said["regler"]
    assert said["av"]
    assert said["antal"][0].keys() == {"kommun", "tabell", "regel_id", "antal", "gallras_senast", "behalls"}
    secrets = names_of(settings, OLD, "U-GAMMAL", "H-GAMMAL", "U-NY")
    assert not [s for s in (*secrets, OLD, LIVING) if s in text]
    assert receipt.path.name in str(archive.load(settings, "9901").handelser[-1].skal)


def test_nothing_due_changes_nothing(make: Callable[..., Sender]) -> None:
    sender = make()
    sender.send({"utredningar.csv": as_csv([case("U-NY", LIVING, "2026-01-05")])})
    before = everything(sender.settings.archive)
    receipt = disposal.purge(sender.settings, LATER)
    assert everything(sender.settings.archive) == before
    assert (receipt.antal, receipt.manifest) == ([], {})


def test_what_the_case_system_deleted_is_disposed_of_too(make: Callable[..., Sender]) -> None:
    sender = make()
    gone = [case("U-FEL", OLD, "2026-01-05")] + [case(f"U{n}", LIVING, "2026-01-05") for n in range(5)]
    sender.send({"utredningar.csv": as_csv(gone)})
    sender.send({"utredningar.csv": as_csv(gone[1:])}, "2026-11-02")
    names = names_of(sender.settings, OLD)
    assert archive.load(sender.settings, "9901").accepted[1].tabeller["utredningar"].borttagna == 1
    disposal.purge(sender.settings, date(2031, 1, 4))
    assert names[0] in everything(sender.settings.archive)
    disposal.purge(sender.settings, date(2031, 1, 5))
    assert names[0] not in everything(sender.settings.archive)


def test_an_earlier_version_that_names_a_person_goes_with_the_row(make: Callable[..., Sender]) -> None:
    """The person of a placement was corrected: the old version names somebody else."""
    sender = make()
    adult = {
        "malgrupp": "vuxen_beroende",
        "placeringsform": "hvb",
        "start": "2019-01-01",
        "slut": "2019-05-01",
    }
    placed = row("placeringar", 1) | {"placering_id": "P1", "personnummer": OLD} | adult
    sender.send({"placeringar.csv": as_csv([placed])})
    sender.send({"placeringar.csv": as_csv([placed | {"personnummer": LIVING}])}, "2026-11-02")
    sender.send({"utredningar.csv": as_csv([case("U-NY", LIVING, "2026-01-05")])}, "2026-11-03")
    assert [c for c in disposal.plan(sender.settings, LATER) if not c.behalls] == []
    disposal.purge(sender.settings, date(2031, 1, 5))
    left = everything(sender.settings.archive)
    assert not [p for p in (OLD, LIVING) if names_of(sender.settings, p)[0] in left]


def test_a_row_that_is_delivered_again_is_new(make: Callable[..., Sender]) -> None:
    sender = make()
    both = [case("U-GAMMAL", OLD, "2019-05-01"), case("U-NY", LIVING, "2026-01-05")]
    sender.send({"utredningar.csv": as_csv(both)})
    disposal.purge(sender.settings, LATER)
    result = sender.send({"utredningar.csv": as_csv(both)}, "2026-11-16")
    assert result.tables["utredningar"].new == 1
    receipt = disposal.purge(sender.settings, LATER)
    assert [c.antal for c in receipt.antal] == [1]


def test_a_crash_leaves_each_municipality_before_or_after(
    make: Callable[..., Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = make()
    settings = sender.settings
    for kommun in ("0127", "9901"):
        full_life(sender, kommun)
    before, save = content(settings, "9901"), archive.save

    def crash(settings: Settings, manifest: archive.Manifest) -> None:
        if manifest.kommun == "9901":
            raise KeyboardInterrupt
        save(settings, manifest)

    with monkeypatch.context() as patched:
        patched.setattr(archive, "save", crash)
        with pytest.raises(KeyboardInterrupt):
            disposal.purge(settings, LATER)
    assert content(settings, "9901") == before
    assert content(settings, "0127") != before
    (told,) = (settings.home / "kvitton").glob("*.json")
    done = json.loads(told.read_text(encoding="utf-8"))["manifest"]
    assert {k: v["klar"] for k, v in done.items()} == {"0127": True, "9901": False}
    assert "gallring" not in {e.slag for e in archive.load(settings, "9901").handelser}

    receipt = disposal.purge(settings, LATER)
    assert receipt.manifest.keys() == {"9901"}
    assert receipt.path != told
    assert not [n for n in names_of(settings, OLD, "U-GAMMAL") if n in everything(settings.archive)]


def test_quarantine_and_error_lists_go_by_their_age(make: Callable[..., Sender]) -> None:
    sender = make()
    bad = case("U-FEL", LIVING, "2026-01-05") | {"inledd": "2026-02-30"}
    for day in ("2026-11-01", "2026-11-02"):
        sender.send({"utredningar.csv": as_csv([bad, case("U-NY", LIVING, "2026-01-05")])}, day)
    settings = sender.settings
    folders = [root / "9901" / "2026-11-01" for root in (settings.quarantine, settings.rejected)]
    for folder in folders:
        for path in (*folder.rglob("*"), folder):
            os.utime(path, (datetime(2026, 6, 30, tzinfo=STOCKHOLM).timestamp(),) * 2)
    for folder in (folder.with_name("2026-11-02") for folder in folders):
        for path in (*folder.rglob("*"), folder):
            os.utime(path, (datetime(2026, 11, 2, tzinfo=STOCKHOLM).timestamp(),) * 2)
    assert disposal.purge(settings, date(2026, 9, 29)).antal == []
    receipt = disposal.purge(settings, date(2026, 9, 30))
    assert [(c.tabell, c.antal) for c in receipt.antal] == [("karantan", 1)]
    assert [folder.exists() for folder in folders] == [False, True]
    disposal.purge(settings, date(2027, 6, 30))
    assert [folder.exists() for folder in folders] == [False, False]
    assert folders[1].with_name("2026-11-02").exists()


def test_findings_about_rows_go_by_their_age(make: Callable[..., Sender]) -> None:
    sender = make()
    bad = case("U-FEL", OLD, "2026-01-05") | {"inledd": "2026-02-30"}
    sender.send({"utredningar.csv": as_csv([bad, case("U-NY", LIVING, "2030-01-05")])}, "2031-11-01")
    (name, *_) = names_of(sender.settings, OLD)
    archived = everything(sender.settings.archive)
    assert name in archived and "U-FEL" in archived
    disposal.purge(sender.settings, date(2036, 10, 31))
    # The other person's case went by its own rule; it is not about that.
    assert name in everything(sender.settings.archive)
    receipt = disposal.purge(sender.settings, date(2036, 11, 1))
    assert "fynd" in {c.tabell for c in receipt.antal}
    left = everything(sender.settings.archive)
    assert name not in left and "U-FEL" not in left
    part = archive.load(sender.settings, "9901").accepted[0].tabeller["utredningar"]
    assert (part.rader_in, part.accepterade, part.avvisade) == (2, 1, 1)


# --- the command ---


def persons_of(archive_folder: Path, *, minus: set[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[str]]:
    """The rows of the archive as (table, key), and the persons of those that are not in ``minus``."""
    keys, persons = set(), set()
    for name, contract in tables().items():
        for path in (archive_folder / name).rglob("*.parquet"):
            frame = pl.read_parquet(path, hive_partitioning=False)
            keys |= {(name, key) for key in frame["row_key"]}
            if "person_nyckel" in contract.archive_schema:
                gone = frame.filter(~pl.col("row_key").is_in([k for n, k in minus if n == name]))
                persons |= set(gone["person_nyckel"].drop_nulls())
    return keys, persons


def facts(settings: Settings) -> dict[str, pl.DataFrame]:
    """Every mart that knows persons."""
    with duckdb.connect(settings.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        names = db.execute(
            "select table_name from information_schema.columns "
            "where table_schema = 'mart' and column_name = 'person_nyckel' order by 1"
        ).fetchall()
        return {name: db.execute(f"select * from mart.{name}").pl() for (name,) in names}


def test_the_command_rebuilds_the_warehouse_without_them(
    natt: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "natt")
    shutil.copytree(natt.home, settings.home, symlinks=True)
    shutil.copy(natt.pseudonym_key, settings.pseudonym_key)
    current = (settings.warehouse / "current").resolve()
    shutil.copytree(current, current.with_name("2000-01-01T000000"))
    published, before, archived = everything(settings.published), facts(settings), tmp_path / "archive"
    shutil.copytree(settings.archive, archived)
    monkeypatch.setenv("SOCIALSTAT_HOME", str(settings.home))
    get_settings.cache_clear()
    app = typer.Typer()
    app.command()(cli_purge.purge)
    try:
        shown = CliRunner().invoke(app, ["--per", "2031-01-01"])
        assert shown.exit_code == 0 and "PERSONAKT" in shown.output
        assert not (settings.home / "kvitton").exists()
        done = CliRunner().invoke(app, ["--per", "2031-01-01", "--verkstall", "--json"])
    finally:
        get_settings.cache_clear()
    assert done.exit_code == 0, done.output
    release = (settings.warehouse / "current").resolve()
    assert [p.name for p in (settings.warehouse / "releases").iterdir()] == [release.name]
    assert release.name != current.name
    receipt = json.loads(done.output)
    assert receipt["lager"]["vintage"] == release.name
    assert sorted(receipt["lager"]["borttagna_utgavor"]) == ["2000-01-01T000000", current.name]
    assert everything(settings.published) == published

    left, _ = persons_of(settings.archive, minus=set())
    _, touched = persons_of(archived, minus=left)
    assert touched
    after = facts(settings)
    assert len(after) > 5
    for name, rows in before.items():
        untouched = ~pl.col("person_nyckel").is_in(list(touched))
        expected, found = rows.filter(untouched), after[name].filter(untouched)
        assert sorted(map(repr, expected.rows())) == sorted(map(repr, found.rows())), name
    _, gone = persons_of(archived, minus=set())
    gone -= persons_of(settings.archive, minus=set())[1]
    assert gone
    assert not [n for n, rows in after.items() if rows["person_nyckel"].is_in(list(gone)).any()]
