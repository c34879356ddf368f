"""One person under several numbers is one person in every mart, and protected ones are told everywhere.

The cases are delivered and built as any night; persons are known in the warehouse by what their cases say.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from stdnum import luhn

from pipelines import ingest, warehouse
from pipelines.contracts import table
from pipelines.settings import ROOT, Settings

HERE, THERE = "9901", "0127"
FIRST, SECOND = "2026-10-01", "2026-10-02"
Row = dict[str, str]
Db = duckdb.DuckDBPyConnection


def number(nine: str) -> str:
    """Twelve digits of nobody: year, month, day (61 and up: samordningsnummer) and a serial of three."""
    return nine + luhn.calc_check_digit(nine[2:])


TEMPORARY, COORDINATION, REAL = "20100101-T123", number("20100161981"), number("20120203980")
MERGED, KEPT = number("20130303982"), number("20130304980")
TWICE_OLD, TWICE_NEW = number("20140404981"), number("20140405981")
BACK, AND_FORTH = number("20150505980"), number("20150506980")
PLAIN, ONLY_LINKED = number("20160606981"), number("20170707980")

COMMON = {
    "aktualiseringar": {"typ": "anmalan", "malgrupp": "barn", "enhet": "e"},
    "utredningar": {"typ": "barn_skydd_stod", "lagrum": "20 kap. 3 § SoL", "malgrupp": "barn", "enhet": "e"},
    "placeringar": {
        "placeringsform": "familjehem",
        "lagrum": "22 kap. 2 § SoL",
        "regi": "kommun",
        "malgrupp": "barn",
        "enhet": "e",
    },
    "ej_verkstallda_beslut": {
        "insats": "kontaktfamilj",
        "lagrum": "11 kap. 1 § SoL",
        "malgrupp": "barn",
        "enhet": "e",
    },
    "ekonomiskt_bistand": {"manad": "2026-08"},
    "overvaganden": {"subjekt_typ": "placering", "typ": "overvagande"},
}


def first() -> dict[str, list[Row]]:
    """What the case system says: rows under whichever number was the person's when they were written."""
    return {
        "aktualiseringar": [
            {"aktualisering_id": "A1", "personnummer": TEMPORARY, "inkommen": "2026-01-10"},
            {"aktualisering_id": "A2", "personnummer": PLAIN, "inkommen": "2026-01-10"},
        ],
        "utredningar": [
            {"utredning_id": "U1", "personnummer": TEMPORARY, "inledd": "2026-02-10", "skyddad": "ja"},
            # Delivered under both numbers: one investigation, as the present number has it.
            {"utredning_id": "U2", "personnummer": TWICE_OLD, "inledd": "2026-03-01"},
            {"utredning_id": "U2", "personnummer": TWICE_NEW, "inledd": "2026-03-02"},
            {"utredning_id": "U3", "personnummer": BACK, "inledd": "2026-03-03"},
            {"utredning_id": "U4", "personnummer": AND_FORTH, "inledd": "2026-03-04"},
            {"utredning_id": "U5", "personnummer": PLAIN, "inledd": "2026-03-05"},
        ],
        "placeringar": [
            {"placering_id": "P1", "personnummer": TEMPORARY, "start": "2026-01-20", "slut": "2026-03-01"},
            {"placering_id": "P2", "personnummer": COORDINATION, "start": "2026-03-01", "slut": "2026-05-01"},
            {"placering_id": "P3", "personnummer": REAL, "start": "2026-05-02"},
            # The same days twice: the municipality did not know that it was one child.
            {"placering_id": "P4", "personnummer": MERGED, "start": "2026-02-01", "slut": "2026-03-01"},
            {"placering_id": "P5", "personnummer": KEPT, "start": "2026-02-01", "slut": "2026-04-01"},
        ],
        "ej_verkstallda_beslut": [
            {"beslut_id": "B1", "personnummer": COORDINATION, "beslutsdatum": "2026-04-01"},
            {"beslut_id": "B2", "personnummer": PLAIN, "beslutsdatum": "2026-04-01"},
        ],
        "overvaganden": [{"subjekt_id": "P2", "datum": "2026-04-15"}],
        "ekonomiskt_bistand": [
            {"hushall_id": "H1", "personnummer": REAL, "belopp_kr": "5000"},
            {"hushall_id": "H2", "personnummer": PLAIN, "belopp_kr": "4000"},
        ],
        "personbyten": [
            link(TEMPORARY, COORDINATION, "2026-02-20"),
            link(COORDINATION, REAL, "2026-04-20"),
            link(MERGED, KEPT, "2026-06-01", "sammanslagning"),
            link(TWICE_OLD, TWICE_NEW, "2026-06-02", "andrat"),
            link(BACK, AND_FORTH, "2026-06-03", "andrat"),
            link(AND_FORTH, BACK, "2026-06-04", "andrat"),
            link("20170707-T123", ONLY_LINKED, "2026-06-05"),
        ],
    }


def link(earlier: str, later: str, day: str, why: str = "fick_nummer") -> Row:
    return {"tidigare_personnummer": earlier, "personnummer": later, "datum": day, "orsak": why}


def second() -> dict[str, list[Row]]:
    """The protection has ended since, and nothing else has changed."""
    tables = first()
    tables["utredningar"][0]["skyddad"] = "nej"
    return {name: tables[name] for name in COMMON if table(name).always_delivered}


def elsewhere() -> dict[str, list[Row]]:
    """Another municipality knows the child by the middle number, and of no link."""
    row = {"utredning_id": "U1", "personnummer": COORDINATION, "inledd": "2026-02-10"}
    other = {n: [rows[-1]] for n, rows in first().items() if table(n).always_delivered}
    return other | {"utredningar": [row]}


def deliver(settings: Settings, kommun: str, day: str, tables: dict[str, list[Row]]) -> None:
    folder = settings.landing / kommun / day
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        whole = [COMMON.get(name, {}) | row for row in rows]
        out = io.StringIO()
        writer = csv.DictWriter(out, list(dict.fromkeys(c for row in whole for c in row)))
        writer.writeheader()
        writer.writerows(whole)
        (folder / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8")
    (folder / "KLAR").touch()


@pytest.fixture(scope="module")
def personer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Db]:
    settings = Settings(home=tmp_path_factory.mktemp("personer") / "data")
    settings.make_folders()
    deliver(settings, HERE, FIRST, first())
    deliver(settings, HERE, SECOND, second())
    deliver(settings, THERE, FIRST, elsewhere())
    assert [sum(t.rejected for t in r.tables.values()) for r in ingest.ingest_all(settings)] == [0, 0, 0]
    warehouse.build(settings)
    with duckdb.connect(settings.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        yield db


CASES = {
    "fct_aktualisering": "aktualisering_id",
    "fct_utredning": "utredning_id",
    "fct_placering": "placering_id",
    "fct_beslut": "beslut_id",
}


@pytest.fixture(scope="module")
def persons(personer: Db) -> dict[str, str]:
    """The person of each case here."""
    cases = " union all ".join(f"select {i}, person_nyckel, kommun from mart.{m}" for m, i in CASES.items())
    found = personer.execute(f"select * exclude (kommun) from ({cases}) where kommun = ?", [HERE]).fetchall()
    assert len(found) == len(dict(found))
    return dict(found)


def answer(db: Db, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return db.execute(query, parameters).fetchall()


def test_a_chain_of_numbers_is_one_person(persons: dict[str, str]) -> None:
    assert len({persons[case] for case in ("A1", "U1", "P1", "P2", "P3", "B1")}) == 1
    assert len(set(persons.values())) == 5


def test_a_merger_and_a_circle_are_one_person_each(persons: dict[str, str]) -> None:
    assert persons["P4"] == persons["P5"]
    assert persons["U3"] == persons["U4"]
    assert persons["U5"] == persons["A2"] == persons["B2"] not in (persons["U3"], persons["P4"])


def test_the_present_number_says_who_the_person_is(personer: Db, persons: dict[str, str]) -> None:
    found = answer(
        personer,
        """
        select person_nyckel, antal_nummer, fodelsear, kon, person_id_typ
        from mart.dim_person where kommun = ?
        """,
        HERE,
    )
    who = {key: tuple(told) for key, *told in found}
    assert who == {
        persons["P3"]: (3, 2012, "kvinna", "personnummer"),
        persons["P5"]: (2, 2013, "kvinna", "personnummer"),
        persons["U2"]: (2, 2014, "man", "personnummer"),
        persons["U3"]: (2, 2015, "kvinna", "personnummer"),
        persons["U5"]: (1, 2016, "man", "personnummer"),
    }


def test_care_goes_on_when_the_number_changes(personer: Db, persons: dict[str, str]) -> None:
    care = answer(
        personer,
        """
        select person_nyckel, antal_placeringar, start_datum, slut_datum, alder_vid_start
        from mart.fct_vard where kommun = ? order by start_datum
        """,
        HERE,
    )
    assert care == [
        (persons["P3"], 3, date(2026, 1, 20), None, 13),
        (persons["P5"], 2, date(2026, 2, 1), date(2026, 4, 1), 12),
    ]


def test_a_merged_person_has_one_care_day_per_day(personer: Db) -> None:
    days = answer(
        personer,
        """
        select sum(vard_dygn), sum(betalda_dygn) from mart.fct_placering_manad
        where kommun = ? and placering_id in ('P4', 'P5')
        """,
        HERE,
    )
    assert days == [(59, 28 + 59)]


def test_clocks_are_the_persons(personer: Db, persons: dict[str, str]) -> None:
    reviews = answer(
        personer,
        """
        select tillfalle, person_nyckel, alder_vid_start, start_datum, stopp_datum from mart.fct_frist
        where kommun = ? and regel_id = 'OV_SOL' and person_nyckel = ? order by tillfalle
        """,
        HERE,
        persons["P3"],
    )
    assert reviews == [
        (1, persons["P3"], 13, date(2026, 1, 20), date(2026, 4, 15)),
        (2, persons["P3"], 14, date(2026, 4, 15), None),
    ]


def test_a_case_under_two_numbers_is_one_case(personer: Db) -> None:
    rows = answer(personer, "select inledd_datum from mart.fct_utredning where utredning_id = 'U2'")
    clocks = answer(personer, "select start_datum from mart.fct_frist where subjekt_id = 'U2'")
    assert rows == clocks == [(date(2026, 3, 2),)]


def test_links_stay_in_their_municipality(personer: Db, persons: dict[str, str]) -> None:
    ((there,),) = answer(personer, "select person_nyckel from mart.fct_utredning where kommun = ?", THERE)
    links = answer(personer, "select person_nyckel from staging.stg_person_version where kommun = ?", HERE)
    assert (there,) in links
    assert there != persons["U1"]
    told = "select kommun, antal_nummer, fodelsear, ar_skyddad from mart.dim_person where person_nyckel = ?"
    assert answer(personer, told, there) == [(THERE, 1, 2010, False)]


def test_a_number_says_since_when_it_is_the_persons(personer: Db, persons: dict[str, str]) -> None:
    since = answer(
        personer,
        """
        select giltig_fran, person_nyckel = kanonisk_nyckel from staging.stg_person_version
        where kommun = ? and kanonisk_nyckel = ? order by giltig_fran nulls first
        """,
        HERE,
        persons["P3"],
    )
    assert since == [(None, False), (date(2026, 2, 20), False), (date(2026, 4, 20), True)]


# --- protected persons ---


def test_once_protected_is_protected_under_every_number(personer: Db, persons: dict[str, str]) -> None:
    """The row was protected under the first number only, and is not any more."""
    flagged = answer(personer, "select person_nyckel from mart.dim_person where ar_skyddad")
    assert flagged == [(persons["P3"],)]
    households = answer(personer, "select hushall_id, ar_skyddad from mart.fct_bistand_manad order by all")
    assert households == [("H1", True), ("H2", False)]
    decisions = answer(
        personer,
        """
        select distinct beslut_id, ar_skyddad from mart.ej_verkstallda_kvartal where kommun = ? order by all
        """,
        HERE,
    )
    assert decisions == [("B1", True), ("B2", False)]


def marts_with(db: Db, column: str) -> list[str]:
    found = answer(
        db, "select table_name from duckdb_columns() where schema_name = 'mart' and column_name = ?", column
    )
    return sorted(name for (name,) in found)


@pytest.mark.xdist_group("natt")
def test_every_mart_with_persons_tells_who_is_protected(lager: Db) -> None:
    marts = marts_with(lager, "person_nyckel")
    assert {"dim_person", "fct_frist", "fct_vard", "fct_placering_manad", *CASES} <= set(marts)
    for mart in marts:
        persons, told = answer(
            lager,
            f"""
            select count(*), count(person.ar_skyddad)
            from mart.{mart} as fakta
            left join mart.dim_person as person using (kommun, person_nyckel)
            where fakta.person_nyckel is not null
            """,
        )[0]
        # Sampelstad's extracts are whole: no decision is missing or contradicted.
        assert told == persons and (persons > 0 or mart == "ej_verkstallda_lucka"), mart
    assert {"fct_bistand_manad", "ej_verkstallda_kvartal"} <= set(marts_with(lager, "ar_skyddad"))


def test_no_question_lists_a_protected_persons_case(personer: Db) -> None:
    """Every row begins with its municipality; the other one has an investigation of the same name."""
    asked = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "sql").glob("*.sql"))]
    listed = {
        str(cell)
        for question in asked
        for here, *row in answer(personer, question)
        if here == HERE
        for cell in row
    }
    assert {"U2", "U3", "U4", "U5", "P4", "P5"} <= listed
    assert not {"A1", "U1", "P1", "P2", "P3", "B1", "H1"} & listed
