"""Real deliveries, good and bad, through ingest and night.

The installation starts as a copy of the shared night. Its next deliveries are those of the sample's last
night, first sound and then spoiled. A night costs seconds, so the story is told once, in order, by the
fixture :func:`story`; the tests read what it wrote down.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import ingest, sample, warehouse
from pipelines.ingest import DeliveryResult, Status
from pipelines.ingest.rules import rules
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natter")

KOMMUN = "9901"
LAST = date(2026, 11, 3)
"""The newest delivery of the shared night."""
DATABASE = "socialstat.duckdb"
PART = ["fct_aktualisering", "fct_placering", "fct_avvisning", "fct_leverans", "dim_kommun"]
"""What is asked of the nights that follow; the whole of the shared night is built once more, as then."""
Files = dict[str, bytes]


def planted(home: Path) -> list[dict[str, str]]:
    with (home / "sample" / "planterade_fel.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def sound_delivery(tmp: Path) -> Files:
    """The files of the sample's last night without the lines that it spoiled on purpose."""
    sample.write(tmp / "landing", scale=0.02)
    wrong = {(k["tabell"], int(k["rad"])) for k in planted(tmp) if k["leveransdatum"] == LAST.isoformat()}
    files = {}
    for path in (tmp / "landing" / KOMMUN / LAST.isoformat()).glob("*.csv"):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        kept = [line for place, line in enumerate(lines, 1) if (path.stem, place) not in wrong]
        files[path.name] = "".join(kept).encode()
    return files


def send(settings: Settings, day: str, files: Files) -> DeliveryResult:
    folder = settings.landing / KOMMUN / day
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "KLAR").touch()
    (result,) = ingest.ingest_all(settings)
    return result


def error_list(result: DeliveryResult) -> pl.DataFrame:
    """What is new on the error list, less what takes more than a row to find."""
    assert result.error_list and result.error_list.exists()
    several = [rule.regel_id for rule in rules().values() if rule.omfattning == "samband"]
    return result.findings.filter(sedan_forra="ny").filter(~pl.col("regel_id").is_in(several))


# What can be wrong with a delivery.


def lines_of(files: Files, name: str) -> list[str]:
    return files[name].decode().splitlines()


def cell(files: Files, name: str, line: int, column: str, value: str) -> str:
    """One line of a file (the header is line 1) with another value in one column; no field is quoted."""
    lines = lines_of(files, name)
    fields = lines[line - 1].split(",")
    fields[lines[0].split(",").index(column)] = value
    return ",".join(fields)


def without_placements(files: Files) -> Files:
    return {name: content for name, content in files.items() if name != "placeringar.csv"}


def empty(files: Files) -> Files:
    return files | {"utredningar.csv": b""}


def semicolons(files: Files) -> Files:
    return files | {"aktualiseringar.csv": files["aktualiseringar.csv"].replace(b",", b";")}


def windows_encoding(files: Files) -> Files:
    lines = files["aktualiseringar.csv"].splitlines(keepends=True)
    lines[6] = lines[6].replace(b",", b"\xe5,", 1)
    return files | {"aktualiseringar.csv": b"".join(lines)}


REFUSED: dict[str, tuple[Callable[[Files], Files], str, int | None, str]] = {
    # rule: (how the delivery is spoiled, file, line, words of what was expected)
    "FIL_SAKNAS": (without_placements, "", None, "placeringar"),
    "FIL_TOM": (empty, "utredningar.csv", None, "rubrikrad"),
    "FIL_AVGRANSARE": (semicolons, "aktualiseringar.csv", None, "avgränsade med"),
    "FIL_KODNING": (windows_encoding, "aktualiseringar.csv", 7, "teckenkodningen"),
}
FUTURE, TWICE, TOO_MANY, UNKNOWN = "A-FRAMTID", 5, 9, 4
"""The id of a report from the future; lines that are doubled, get a field too many, get an unknown code."""


def spoiled_rows(files: Files) -> Files:
    """Four faults of rows and one of a column, each in a place of its own."""
    reports = lines_of(files, "aktualiseringar.csv")
    header = reports[0].split(",")
    future = cell(files, "aktualiseringar.csv", 2, "inkommen", "2026-12-24").split(",")
    for column in ("registrerad", "skyddsbedomning", "beslut", "beslutsdatum"):
        future[header.index(column)] = ""
    future[header.index("aktualisering_id")] = FUTURE
    reports = [*reports[: TOO_MANY - 1], reports[TOO_MANY - 1] + ",överflödigt", *reports[TOO_MANY:]]
    placements = lines_of(files, "placeringar.csv")
    placements[UNKNOWN - 1] = cell(files, "placeringar.csv", UNKNOWN, "placeringsform", "kollektiv")
    placements.append(placements[TWICE - 1])
    decisions = [line + ",x" for line in lines_of(files, "ej_verkstallda_beslut.csv")]
    decisions[0] = decisions[0].removesuffix(",x") + ",systemkod"
    spoiled = {"aktualiseringar": [*reports, ",".join(future)], "placeringar": placements}
    spoiled["ej_verkstallda_beslut"] = decisions
    return files | {f"{name}.csv": ("\n".join(lines) + "\n").encode() for name, lines in spoiled.items()}


# The story.


@dataclass
class Story:
    """What happened, in order."""

    settings: Settings
    sound: Files
    spoiled: Files
    shared: Path
    sent: DeliveryResult
    partly: DeliveryResult
    refused: dict[str, DeliveryResult]
    findings: dict[str, pl.DataFrame]
    current_after_refused: Path
    read_before: int
    read_during: int
    night: warehouse.Night
    again: warehouse.Night
    as_then: warehouse.Night
    tampered: Exception | None
    broken: Exception | None
    current_after_broken: Path


def current(settings: Settings) -> Path:
    return (settings.warehouse / "current").resolve()


def count(db: duckdb.DuckDBPyConnection) -> int:
    (rows,) = db.sql("select count(*) from mart.fct_aktualisering").fetchall()
    return int(rows[0])


def break_archive(settings: Settings) -> None:
    """Put a placement into an archived file a second time, as under another key: no source can say that."""
    path = min((settings.archive / "placeringar" / f"kommun={KOMMUN}").glob("*.parquet"))
    rows = pl.read_parquet(path)
    twin = rows.head(1).with_columns(row_key=pl.lit("tvilling"))
    pl.concat([rows, twin]).write_parquet(path)
    manifest = settings.archive / "manifest" / f"{KOMMUN}.json"
    content = json.loads(manifest.read_text("utf-8"))
    for delivery in content["leveranser"]:
        for table in delivery["tabeller"].values():
            named = table["andring"]
            if named and named["fil"] == path.relative_to(settings.archive).as_posix():
                named["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content), "utf-8")


def failed_build(settings: Settings) -> warehouse.BuildError | None:
    try:
        warehouse.build(settings, only=PART)
    except warehouse.BuildError as error:
        return error
    return None


@pytest.fixture(scope="module")
def story(natt: Settings, tmp_path_factory: pytest.TempPathFactory) -> Story:
    tmp = tmp_path_factory.mktemp("natter")
    settings = Settings(home=tmp / "data", key_file=natt.pseudonym_key)
    shutil.copytree(natt.home, settings.home, symlinks=True)
    sound = sound_delivery(tmp / "sound")
    shared = current(settings)

    refused, findings = {}, {}
    for place, (rule, (spoil, *_)) in enumerate(REFUSED.items()):
        refused[rule] = send(settings, f"2026-11-{4 + place:02}", spoil(sound))
        findings[rule] = error_list(refused[rule])
    after_refused = current(settings)
    sent = send(settings, "2026-11-10", sound)
    spoiled = spoiled_rows(sound)
    partly = send(settings, "2026-11-11", spoiled)
    findings["partly"] = error_list(partly)

    with duckdb.connect(shared / DATABASE, read_only=True) as reader:
        before = count(reader)
        night = warehouse.build(settings, only=PART)
        during = count(reader)
    again = warehouse.build(settings, only=PART)
    as_then = warehouse.build(settings, lage_per=LAST)
    archived = min((settings.archive / "placeringar" / f"kommun={KOMMUN}").glob("*.parquet"))
    sound_bytes = archived.read_bytes()
    archived.write_bytes(sound_bytes + b" ")
    tampered = failed_build(settings)
    archived.write_bytes(sound_bytes)
    break_archive(settings)
    broken = failed_build(settings)
    return Story(
        settings=settings,
        sound=sound,
        spoiled=spoiled,
        shared=shared,
        sent=sent,
        partly=partly,
        refused=refused,
        findings=findings,
        current_after_refused=after_refused,
        read_before=before,
        read_during=during,
        night=night,
        again=again,
        as_then=as_then,
        tampered=tampered,
        broken=broken,
        current_after_broken=current(settings),
    )


@pytest.mark.parametrize("rule", REFUSED)
def test_refused_delivery_says_why(story: Story, rule: str) -> None:
    _, file, line, words = REFUSED[rule]
    assert story.refused[rule].status is Status.REFUSED
    (finding,) = story.findings[rule].filter(allvar="fel").to_dicts()
    assert finding["regel_id"] == rule
    assert (finding["fil"] or "") == file
    assert line is None or finding["rad"] == line
    assert words in finding["forvantat"]
    assert finding["ansvarig"] == "Systemförvaltaren"


def test_refused_deliveries_leave_the_warehouse_as_it_was(story: Story) -> None:
    assert story.current_after_refused == story.shared
    with duckdb.connect(story.shared / DATABASE, read_only=True) as db:
        assert count(db) == story.read_before > 1000


def test_sound_delivery_is_accepted(story: Story) -> None:
    assert story.sent.status in (Status.ACCEPTED, Status.WITH_WARNINGS)
    assert sum(table.rejected for table in story.sent.tables.values()) == 0


def test_spoiled_rows_are_found_where_they_are(story: Story) -> None:
    found = {(f["regel_id"], f["fil"], f["rad"], f["kolumn"]) for f in story.findings["partly"].to_dicts()}
    last_report = len(lines_of(story.spoiled, "aktualiseringar.csv"))
    last_placement = len(lines_of(story.spoiled, "placeringar.csv"))
    wanted = {
        ("DATUM_FRAMTID", "aktualiseringar.csv", last_report, "inkommen"),
        ("RAD_FALT", "aktualiseringar.csv", TOO_MANY, None),
        ("NYCKEL_DUBBLETT", "placeringar.csv", last_placement, None),
        ("KOD_OKAND", "placeringar.csv", UNKNOWN, "placeringsform"),
        ("KOLUMN_OKAND", "ej_verkstallda_beslut.csv", 1, "systemkod"),
    }
    assert {(rule, fil, rad, kolumn or None) for rule, fil, rad, kolumn in found} == wanted


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("DATUM_FRAMTID", "Ett datum senast 2026-11-11"),
        ("RAD_FALT", "fält, som rubrikraden"),
        ("NYCKEL_DUBBLETT", f"placeringar.csv, rad {TWICE}"),
        ("KOD_OKAND", "familjehem"),
        ("KOLUMN_OKAND", "En rubrik som källbeskrivningen nämner"),
    ],
)
def test_finding_says_in_swedish_what_was_expected(story: Story, rule: str, words: str) -> None:
    (finding,) = story.findings["partly"].filter(regel_id=rule).to_dicts()
    assert words in finding["forvantat"]


def test_only_what_is_wrong_is_rejected(story: Story) -> None:
    assert story.partly.status is Status.PARTLY
    rejected = {name: table.rejected for name, table in story.partly.tables.items() if table.rejected}
    assert rejected == {"aktualiseringar": 2, "placeringar": 1}
    for name, table in story.partly.tables.items():
        assert table.rows_in == len(lines_of(story.spoiled, f"{name}.csv")) - 1
        assert table.accepted == table.rows_in - rejected.get(name, 0)


def test_rejected_rows_are_not_in_the_night_and_the_list_is(story: Story) -> None:
    with duckdb.connect(story.night.release / DATABASE, read_only=True) as db:
        reports = db.sql(
            f"select * from mart.fct_aktualisering where aktualisering_id = '{FUTURE}'"
        ).fetchall()
        rules = db.sql("""
            select regel_id from mart.fct_avvisning
            where leveransdatum = date '2026-11-11' and fil is not null order by 1
        """).fetchall()
        statuses = dict(
            db.sql("""
                select leveransdatum, any_value(status) from mart.fct_leverans
                where kommun = '9901' and leveransdatum > date '2026-11-03' group by 1
            """).fetchall()
        )
    assert reports == []
    listed = story.findings["partly"].filter(pl.col("fil").is_not_null())
    assert [rule for (rule,) in rules] == sorted(listed["regel_id"])
    # A row that the delivery spoiled keeps the version of the day before.
    assert statuses[date(2026, 11, 10)] == story.sent.status
    assert statuses[date(2026, 11, 11)] == "delvis accepterad"


def test_reader_goes_on_reading_during_a_night(story: Story) -> None:
    assert story.night.is_new
    assert story.night.release != story.shared
    assert story.read_during == story.read_before


def test_a_release_is_whole_and_never_changes(story: Story) -> None:
    """Later nights of the same process write their own files."""
    for release in (story.night.release, story.as_then.release):
        assert sorted(path.name for path in release.iterdir()) == ["fingerprint.json", DATABASE]
    with duckdb.connect(story.night.release / DATABASE, read_only=True) as db:
        known = db.sql(f"select lage_per from mart.dim_kommun where kommun = '{KOMMUN}'").fetchall()
    assert known == [(date(2026, 11, 11),)]


def test_nothing_new_is_no_new_night(story: Story) -> None:
    assert not story.again.is_new
    assert story.again.release == story.night.release


def test_earlier_night_is_rebuilt_as_it_was_known(story: Story) -> None:
    """Every mart row of the night that was built before the later deliveries came."""
    assert story.as_then.is_new
    with duckdb.connect(story.shared / DATABASE, read_only=True) as db:
        db.execute(f"attach '{story.as_then.release / DATABASE}' as nu (read_only)")
        tables = [
            name
            for (name,) in db.sql(
                "select table_name from duckdb_tables() where schema_name = 'mart'"
                " and database_name = current_database()"
            ).fetchall()
        ]
        assert len(tables) > 20
        differ = []
        for name in sorted(set(tables) - {"dim_vintage"}):
            (rows,) = db.sql(f"""
                select count(*) from (
                    (from mart.{name} except all from nu.mart.{name})
                    union all (from nu.mart.{name} except all from mart.{name})
                )
            """).fetchall()
            if rows[0]:
                differ.append((name, rows[0]))
    assert differ == []


def test_night_that_fails_its_tests_changes_nothing(story: Story) -> None:
    assert "not what the manifest says" in str(story.tampered)
    assert story.broken is not None
    assert "placering" in str(story.broken)
    assert story.current_after_broken == story.as_then.release
    with duckdb.connect(story.current_after_broken / DATABASE, read_only=True) as db:
        assert count(db) == story.read_before


def test_planted_errors_are_found_to_the_last(natt: Settings) -> None:
    """The sample's key against what was found on lines: each under its rule, and nothing else."""
    found = pl.concat(
        pl.read_parquet(path).with_columns(leveransdatum=pl.lit(path.name[:10]))
        for path in (natt.archive / "fynd" / f"kommun={KOMMUN}").glob("*.parquet")
    ).filter(pl.col("rad").is_not_null())
    lines = {rule.regel_id for rule in rules().values() if rule.omfattning != "samband"}
    rows = found.select("leveransdatum", "tabell", "rad", "regel_id").rows()
    wanted = [
        (k["leveransdatum"], k["tabell"], int(k["rad"]), k["regel_id"])
        for k in planted(natt.home)
        if k["regel_id"] in lines
    ]
    assert len(wanted) > 25
    assert sorted(rows) == sorted(wanted)
