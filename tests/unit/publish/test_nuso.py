"""Rows for NUSO: no more than SKR asks for, nobody who is protected, and every row accounted for."""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines import cli, publish
from pipelines.contracts import codes
from pipelines.releases import publish_release
from pipelines.reports import nuso
from pipelines.settings import SEEDS, WAREHOUSE_FILE, Settings, get_settings

FIRST, LAST = date(2025, 1, 1), date(2025, 6, 30)
COLUMNS = ["Kön", "Ålder", "Typ", "Orsak", "Beslut"]


def warehouse(settings: Settings, rows: list[tuple[object, ...]]) -> None:
    """A warehouse with these rows of fct_aktualisering: person, kon, alder, typ, malgrupp, orsak, inkommen,
    beslut. The person ``s`` is protected.
    """
    building = settings.warehouse / "building"
    building.mkdir(parents=True)
    with duckdb.connect(building / WAREHOUSE_FILE) as db:
        db.execute("""
            create schema mart;
            create schema seed;
            create table mart.dim_vintage as select 'natt' as vintage;
            create table mart.dim_kommun as select '9901' as kommun, 'Ängsholm' as namn,
                date '2025-12-31' as lage_per
                union all select '9902', 'Åsby', null;
            create table mart.dim_person as select '9901' as kommun, 's' as person_nyckel, true as ar_skyddad
                union all select '9901', 'a', false;
            create table mart.fct_aktualisering (
                kommun text, person_nyckel text, kon text, alder int, typ text, malgrupp text, orsak text,
                inkommen_datum date, beslut text
            );
        """)
        db.execute(f"create table seed.nuso_koder as from read_csv('{SEEDS / 'nuso_koder.csv'}')")
        db.executemany(
            "insert into mart.fct_aktualisering values ('9901', ?, ?, ?, ?, ?, ?, ?, ?)",
            [list(r) for r in rows],
        )
    publish_release(building, settings.warehouse, "natt", keep=1)


def written(settings: Settings) -> tuple[list[dict[str, str]], dict[str, object], list[Path]]:
    folder = publish.write_nuso(settings, "9901", FIRST, LAST)
    files = nuso.write(folder)
    with files[0].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return rows, json.loads((folder / "underlag.json").read_bytes()), files


USUAL = ("a", "kvinna", 7, "anmalan", "barn", "våld", FIRST, "inleds")


def but(**changes: object) -> tuple[object, ...]:
    names = ("person", "kon", "alder", "typ", "malgrupp", "orsak", "inkommen", "beslut")
    return tuple((dict(zip(names, USUAL, strict=True)) | changes).values())


def test_every_row_by_hand(settings: Settings) -> None:
    warehouse(
        settings,
        [
            *[USUAL] * 5,
            but(person="s"),
            but(typ="yttrande"),
            but(malgrupp="vuxen"),
            but(inkommen=date(2024, 12, 31)),
            but(inkommen=date(2025, 7, 1)),
            but(inkommen=LAST, kon="man", alder=0, typ="ansokan", orsak="bor hos Kim Ek", beslut="inleds_ej"),
            but(person=None, kon="okand", alder=None, orsak=None, beslut=None),
            but(beslut="tillfors_utredning"),
            but(beslut="tillfors_insats"),
        ],
    )
    rows, about, _ = written(settings)
    found = Counter(tuple(row.values()) for row in rows)
    assert found == {
        ("Kvinna", "7", "Anmälan", "våld", "Inleds"): 5,
        ("Man", "0", "Ansökan", "Annan orsak", "Inleds inte"): 1,
        ("", "", "Anmälan", "", ""): 1,
        ("Kvinna", "7", "Anmälan", "våld", "Förs till pågående utredning"): 1,
        ("Kvinna", "7", "Anmälan", "våld", ""): 1,
    }
    counted = {key: value for key, value in about.items() if key.startswith("antal_")}
    assert counted == {
        "antal_rader": 9,
        "antal_skyddade": 1,
        "antal_andra_typer": 1,
        "antal_annan_orsak": 1,
        "antal_annat_beslut": 1,
    }


def test_the_reason_of_few_is_another_reason(settings: Settings) -> None:
    """Below the threshold of publication, protected persons not counted; at the threshold it stands."""
    warehouse(settings, [*[but(orsak="fyra")] * 4, but(orsak="fyra", person="s"), *[but(orsak="fem")] * 5])
    rows, _, _ = written(settings)
    assert Counter(row["Orsak"] for row in rows) == {"Annan orsak": 4, "fem": 5}


def test_the_order_tells_nothing(settings: Settings, tmp_path: Path) -> None:
    """The same rows in another order, as of other days, give the same files."""
    rows = [but(alder=age, inkommen=date(2025, 1, 1 + age)) for age in range(18)]
    turned = [but(alder=age, inkommen=date(2025, 2, 28 - age)) for age in reversed(range(18))]
    warehouse(settings, rows)
    other = Settings(home=tmp_path / "annan")
    other.make_folders()
    warehouse(other, turned)
    one, two = (written(s)[2] for s in (settings, other))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_two_files_with_the_same_rows_for_the_owner_only(settings: Settings) -> None:
    warehouse(settings, [USUAL, but(alder=None, orsak="=1+1")])
    rows, _, files = written(settings)
    assert all(file.stat().st_mode & 0o77 == 0 for file in [*files, *files[0].parent.iterdir()])
    assert files[0].is_relative_to(settings.restricted / "9901" / "nuso")
    book = openpyxl.load_workbook(files[1])
    heading, *lines = book.active.iter_rows(values_only=True)
    assert list(heading) == list(rows[0]) == COLUMNS
    texts = [["" if cell is None else str(cell) for cell in line] for line in lines]
    assert texts == [list(row.values()) for row in rows]


@pytest.mark.parametrize(
    ("kommun", "first", "last", "fault"),
    [
        ("9902", FIRST, LAST, KeyError),
        ("0127", FIRST, LAST, KeyError),
        ("9901", LAST, FIRST, ValueError),
        ("9901", FIRST, date(2026, 1, 1), ValueError),
    ],
)
def test_what_is_not_known_is_refused(
    settings: Settings, kommun: str, first: date, last: date, fault: type[Exception]
) -> None:
    warehouse(settings, [USUAL])
    with pytest.raises(fault):
        publish.write_nuso(settings, kommun, first, last)
    assert not list(settings.restricted.rglob("*.parquet"))


def test_the_night_against_a_count_of_what_was_delivered(
    natt: Settings, lager: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted row by row in the staged extract, without the marts."""
    home = Settings(home=tmp_path / "data")
    home.make_folders()
    home.warehouse.rmdir()
    home.warehouse.symlink_to(natt.warehouse.resolve())
    monkeypatch.setenv("SOCIALSTAT_HOME", str(home.home))
    get_settings.cache_clear()
    first, last = "2020-01-01", "2024-12-31"
    done = CliRunner().invoke(
        cli.app, ["export", "nuso", "--kommun", "9901", "--fran", first, "--till", last, "--json"]
    )
    get_settings.cache_clear()
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    protected = {
        key
        for key, ar_skyddad in lager.execute(
            "select person_nyckel, ar_skyddad from mart.dim_person where kommun = '9901'"
        ).fetchall()
        if ar_skyddad
    }
    names = {"anmalan": "Anmälan", "ansokan": "Ansökan"}
    decisions = {
        "inleds": "Inleds",
        "inleds_ej": "Inleds inte",
        "tillfors_utredning": "Förs till pågående utredning",
    }
    expected: Counter[tuple[str, str]] = Counter()
    left_out = 0
    delivered = lager.execute(
        """
        select person_nyckel, typ, malgrupp, inkommen, beslut
        from staging.stg_aktualisering where kommun = '9901'
        """
    ).fetchall()
    for person, typ, malgrupp, inkommen, beslut in delivered:
        if malgrupp == "barn" and date.fromisoformat(first) <= inkommen <= date.fromisoformat(last):
            if person in protected:
                left_out += 1
            elif typ in names:
                expected[names[typ], decisions.get(beslut, "")] += 1
    with Path(answer["filer"][0]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert Counter((row["Typ"], row["Beslut"]) for row in rows) == expected
    assert (answer["antal_skyddade"], answer["antal_rader"]) == (left_out, expected.total())
    assert left_out > 0

    secrets = {row[0] for row in delivered if row[0]}
    ids = lager.execute("select aktualisering_id, anmalan_id from mart.fct_aktualisering").fetchall()
    secrets |= {cell for row in ids for cell in row if cell}
    for file in Path(answer["filer"][0]).parent.iterdir():
        if file.suffix == ".csv":
            text = file.read_text(encoding="utf-8")
            assert not {cell for line in text.splitlines() for cell in line.split(";")} & secrets
            assert not re.search(r"\d{4}-\d{2}-\d{2}", text)


def test_the_codes_of_the_columns_are_ours() -> None:
    lists = {"kon": "kon", "typ": "aktualisering_typ", "beslut": "aktualisering_beslut"}
    with (SEEDS / "nuso_koder.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["falt"] for row in rows} == set(lists)
    for row in rows:
        assert row["kod"] in codes(lists[row["falt"]]), row
