"""No identity leaves ingest: a whole night with planted persons, and every byte of what it wrote is searched.

Planted are numbers in every form that senders write, in columns where they belong and where they do not, in
headers, broken lines and file names; and names and prose where the contracts have no place for them. Only
landing, the quarantine and the key file may hold any of it.
"""

import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from stdnum import luhn

from pipelines import sample
from pipelines.settings import ROOT, Settings

pytestmark = pytest.mark.xdist_group("identitet")

SCALE = 0.005
KOMMUN, REFUSED = "9901", "0180"
NAME, PROSE = "Planterad Efternamnsson", "i djupaste hemlighet vid samtalet"
BORN = "710213"
"""All the planted are born on one day, so that one search finds them; a form is this and what follows."""

ADAPTER = """
namn: namngivna
beskrivning: Filer med vad som helst i namnet.
kommuner: ["9901"]
omfattning: delta
filer:
  - {monster: "utdrag_*.csv", tabell: utredningar}
"""

Rows = list[dict[str, str]]


def number(place: int) -> str:
    """Twelve digits of somebody who does not exist, with a right check digit."""
    nine = f"{BORN}{980 + place % 20 - 20 * (place // 20):03}"
    return f"19{nine}{luhn.calc_check_digit(nine)}"


def forms(twelve: str) -> set[str]:
    ten = twelve[2:]
    return {twelve, f"{twelve[:8]}-{twelve[8:]}", ten, f"{ten[:6]}-{ten[6:]}", f"{ten[:6]}+{ten[6:]}"}


def wrong(twelve: str) -> str:
    """With another check digit: no number, but it looks like one and is a slip of the pen from one."""
    return twelve[:-1] + str((int(twelve[-1]) + 1) % 10)


PERSONS = [number(place) for place in range(40)]
TEMPORARY = f"19{BORN}-T472"
NEEDLES = {form.encode() for twelve in PERSONS for form in forms(twelve) | forms(wrong(twelve))}
NEEDLES |= {f"{BORN}-T472".encode(), f"{BORN}T472".encode(), NAME.encode(), PROSE.encode()}
LIKE_NEEDLES = re.compile(f"{BORN}[-+ ]?(?:\\d{{4}}|T472)|{NAME}|{PROSE}".encode(), re.IGNORECASE)


def person(place: int, form: str = "12") -> str:
    twelve = PERSONS[place]
    ten = twelve[2:]
    return {
        "12": twelve,
        "8-4": f"{twelve[:8]}-{twelve[8:]}",
        "10": ten,
        "6-4": f"{ten[:6]}-{ten[6:]}",
        "6+4": f"{ten[:6]}+{ten[6:]}",
        "space": f"{twelve[:8]} {twelve[8:]}",
        "wrong": wrong(twelve),
    }[form]


# table, column, what is put in some row: each in a row of its own, the first ones of the table
PLANTED: list[tuple[str, str, str]] = [
    # where they belong: accepted, and pseudonyms afterwards
    ("aktualiseringar", "personnummer", person(0)),
    ("aktualiseringar", "personnummer", person(1, "8-4")),
    ("placeringar", "personnummer", TEMPORARY),
    ("aktualiseringar", "handlaggare", person(2)),
    ("utredningar", "handlaggare", NAME),
    ("placeringar", "hem_id", NAME),
    # no numbers, and rejected
    ("aktualiseringar", "personnummer", person(3, "10")),
    ("aktualiseringar", "personnummer", person(4, "6-4")),
    ("utredningar", "personnummer", person(5, "wrong")),
    ("utredningar", "personnummer", person(6, "space")),
    ("utredningar", "personnummer", NAME),
    ("placeringar", "personnummer", person(7, "6+4")),
    # where they do not belong
    ("aktualiseringar", "orsak", f"Mamman är {person(8, '8-4')}"),
    ("aktualiseringar", "anmalare", f"{person(9, '6-4')} ringde"),
    ("aktualiseringar", "enhet", person(10)),
    ("aktualiseringar", "kanal", f"fax/{TEMPORARY}"),
    ("aktualiseringar", "typ", person(11)),
    ("aktualiseringar", "beslut", person(12, "6-4")),
    ("aktualiseringar", "malgrupp", PROSE + " på hemorten"),
    ("aktualiseringar", "inkommen", person(13)),
    ("aktualiseringar", "skyddad", person(14, "8-4")),
    ("aktualiseringar", "aktualisering_id", f"A-{person(15)}"),
    ("aktualiseringar", "anmalan_id", person(16, "10")),
    ("utredningar", "lagrum", f"20 kap. 3 § SoL {person(17, '8-4')}"),
    ("utredningar", "slutford", person(18, "wrong")),
    ("utredningar", "enhet", f"Enhet {person(19, '6-4')}"),
    ("placeringar", "utforare", person(20)),
    ("placeringar", "dygnspris", person(21)),
    ("placeringar", "start", PROSE),
    ("placeringar", "planerat_slut", NAME),
    ("utredningar", "typ", NAME),
    ("ej_verkstallda_beslut", "ansvarig_kommun", person(22)),
    ("ej_verkstallda_beslut", "omfattning", person(23, "10")),
    ("ekonomiskt_bistand", "hushall_id", person(24)),
    ("ekonomiskt_bistand", "manad", person(25)),
    ("handelser", "subjekt_id", person(26, "8-4")),
    ("handelser", "handelse", person(27)),
    ("ekonomi", "belopp_kr", person(28)),
    ("ekonomi", "period", person(29, "6-4")),
    ("insatser", "slutorsak", f"{person(30, '8-4')} flyttade"),
    ("insatser", "beslut_id", person(31, "8-4")),
]
PROTECTED = person(32)
BROKEN = f"A-1,{person(33)},{NAME},{PROSE},x,y,z"
HEADING = person(34, "6-4")
UNKNOWN_FILES = [f"{person(35)}.csv", f"utdrag_{person(36, '10')}_{person(36)}x.txt", f"bild {TEMPORARY}.png"]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as f:
        return [row for row in csv.DictReader(f) if None not in row and None not in row.values()]


def write(path: Path, rows: Rows, more: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        f.write(more)


def plant(landing: Path) -> None:
    """Into the sample's first delivery, and in others that are refused, held and oddly named."""
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        shutil.rmtree(landing / KOMMUN / day)
    folder = landing / KOMMUN / "2026-10-31"
    tables = {path.stem: read(path) for path in folder.glob("*.csv")}
    clean = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    used: dict[str, int] = {}
    for table, column, value in PLANTED:
        used[table] = used.get(table, -1) + 1
        tables[table][used[table]][column] = value
    tables["aktualiseringar"][-1] |= {"personnummer": PROTECTED, "skyddad": "ja"}
    for row in tables["insatser"]:
        row[HEADING] = NAME
    for name, rows in tables.items():
        write(folder / f"{name}.csv", rows, f"{BROKEN}\n" if name == "aktualiseringar" else "")
    for name in UNKNOWN_FILES:
        (folder / name).write_text(f"{person(37)} {NAME}", encoding="utf-8")

    refused = landing / REFUSED / "2026-11-01"
    write(refused / "placeringar.csv", tables["placeringar"][:20])
    headless = [",".join(row.values()) for row in tables["utredningar"][:20]]
    (refused / "utredningar.csv").write_text("\n".join(headless), encoding="utf-8")
    (refused / "aktualiseringar.csv").write_bytes(f"{person(38)},{NAME},å\n".encode("cp1252"))
    (refused / "KLAR").touch()

    named = landing / KOMMUN / "2026-11-04"
    for place in (35, 36):
        rows = clean["utredningar"][place::50] + clean["utredningar"][place + 2 :: 50]
        write(named / f"utdrag_{person(place)}.csv", rows, f"{BROKEN}\n" if place == 35 else "")
    (named / "KLAR").touch()

    held = landing / KOMMUN / "2026-11-05"
    for name in ("aktualiseringar", "utredningar", "placeringar", "ej_verkstallda_beslut"):
        rows = [dict(row) for row in clean[name][:20]]
        rows[0]["enhet"] = person(39)
        write(held / f"{name}.csv", rows)
    (held / "KLAR").touch()


# --- The runs ---

COMMANDS = [
    ["nightly", "--json"],
    ["status"],
    ["status", "--json"],
    ["delivery", "list"],
    ["delivery", "list", "--json"],
    ["rules"],
    ["rules", "--json"],
    ["source", "list", "--json"],
    ["check", "{hem}/prov/2026-11-09", "--kommun", KOMMUN, "--utdata", "{hem}/kontroll"],
    ["delivery", "release", KOMMUN, "2026-11-05"],
    ["delivery", "withdraw", KOMMUN, "2026-11-04", "--skal", "prov"],
    ["sql", "select * from mart.fct_avvisning", "--csv"],
]
DRIVER = """
import json, sys, traceback
from pathlib import Path
import dagster as dg
from pipelines import cli, ingest
from pipelines.ingest import check
from pipelines.settings import get_settings

def attempt(what, *arguments, **options):
    try:
        what(*arguments, **options)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()

for command in json.loads(sys.argv[1]):
    attempt(cli.app, command, standalone_mode=False)

def fail(mapped, *rest):
    raise ValueError(f"could not convert {mapped.text.rows()[:3]}")

settings = get_settings()
check.check = fail
Path(sys.argv[2]).rename(settings.landing / "9901" / "2026-11-10")
attempt(cli.app, ["nightly", "--json"], standalone_mode=False)
attempt(ingest.ingest_all, settings, print)
cli.dagster_home(settings)
from pipelines.definitions import defs
with dg.DagsterInstance.get() as instance:
    defs.resolve_job_def("inlasning").execute_in_process(instance=instance, raise_on_error=False)
"""


@dataclass(frozen=True)
class Story:
    """What was run: the installation, and all that it said."""

    settings: Settings
    said: str


def run(settings: Settings, program: str, *arguments: str) -> str:
    own = {name: value for name, value in os.environ.items() if name != "SOCIALSTAT_BUILD_IN"}
    environment = own | {
        "SOCIALSTAT_HOME": str(settings.home),
        "SOCIALSTAT_SOURCES": str(settings.sources),
        "SOCIALSTAT_KEY_FILE": str(settings.key_file),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "COLUMNS": "250",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        cwd=settings.home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("identitet")
    sources = folder / "sources"
    sources.mkdir()
    for path in (ROOT / "pipelines" / "ingest" / "sources").glob("*.yaml"):
        (sources / path.name).write_bytes(path.read_bytes())
    (sources / "namngivna.yaml").write_text(ADAPTER, encoding="utf-8")
    settings = Settings(home=folder / "data", sources=sources, key_file=folder / "nyckel")
    settings.make_folders()
    sample.write(settings.landing, scale=SCALE)
    plant(settings.landing)
    rehearsed = settings.home / "prov" / "2026-11-09"
    write(rehearsed / "utredningar.csv", read(settings.landing / KOMMUN / "2026-10-31" / "utredningar.csv"))
    (rehearsed / f"{person(35)}.csv").write_text(NAME, encoding="utf-8")
    commands = [[word.format(hem=settings.home) for word in command] for command in COMMANDS]
    failing = settings.home / "prov" / "2026-11-10"
    write(failing / "utredningar.csv", read(rehearsed / "utredningar.csv"))
    (failing / "KLAR").touch()
    return Story(settings, run(settings, DRIVER, json.dumps(commands), str(failing)))


def test_the_runs_did_what_they_should(story: Story) -> None:
    """Guards the rest: a night that read nothing in tells nothing."""
    report = json.loads(next(line for line in story.said.splitlines() if line.startswith('{"leveranser"')))
    statuses = {(d["kommun"], d["leveransdatum"]): d["status"] for d in report["leveranser"]}
    assert statuses[KOMMUN, "2026-10-31"] == "delvis accepterad"
    assert statuses[REFUSED, "2026-11-01"] == "avvisad"
    assert statuses[KOMMUN, "2026-11-04"] == "delvis accepterad"
    assert statuses[KOMMUN, "2026-11-05"] == "vilande"
    assert report["vintage"] and report["portal"] and report["rapporter"]
    assert f"{KOMMUN} 2026-11-05: accepterad" in story.said
    assert f"{KOMMUN} 2026-11-04: återkallad" in story.said
    assert "programfel, ValueError" in story.said
    assert (story.settings.home / "dagster" / "history").exists()
    assert (story.settings.home / "kontroll" / "fellista.xlsx").exists()
    rejected = b"".join(p.read_bytes() for p in story.settings.quarantine.rglob("*") if p.is_file())
    assert found_in(rejected) >= {word.encode() for word in (person(3, "10"), person(33, "10"), NAME, PROSE)}


# --- The search ---

ALLOWED = ("landing", "quarantine", "prov")
"""``prov`` is a sender's own folder, which ``check`` only reads."""


def outputs(settings: Settings) -> Iterator[Path]:
    for path in sorted(settings.home.rglob("*")):
        if path.is_file() and path.relative_to(settings.home).parts[0] not in ALLOWED:
            yield path


def contents(path: Path) -> Iterator[bytes]:
    """A file's name and bytes, and what they hold when they are unpacked."""
    content = path.read_bytes()
    yield path.name.encode()
    yield content
    if content.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from map(archive.read, archive.namelist())
    elif content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    elif content.startswith(b"PAR1"):
        frame = pl.read_parquet(io.BytesIO(content))
        for column in frame.columns:
            yield "\n".join(map(str, frame[column].unique().to_list())).encode()
    elif content[8:12] == b"DUCK":
        with duckdb.connect(path, read_only=True) as db:
            columns = db.sql(
                "select table_schema, table_name, column_name from information_schema.columns "
                "where table_schema not in ('information_schema', 'pg_catalog')"
            ).fetchall()
            for schema, table, column in columns:
                rows = db.sql(f'select distinct "{column}"::varchar from "{schema}"."{table}"').fetchall()
                yield "\n".join(str(value) for (value,) in rows).encode()


def found_in(content: bytes) -> set[bytes]:
    return {found for found in LIKE_NEEDLES.findall(content) if found in NEEDLES or not found[:1].isdigit()}


def everybody(folder: Path) -> set[bytes]:
    """Every number of the sample, with ten digits and twelve, without signs."""
    sample.write(folder, scale=SCALE)  # once more, since landing is empty afterwards
    written = b"\n".join(path.read_bytes() for path in folder.rglob("*.csv"))
    twelve = {found.replace(b"-", b"") for found in re.findall(rb"\b(?:19|20)\d{6}-?\d{4}\b", written)}
    return twelve | {number[2:] for number in twelve}


NUMBERS = re.compile(rb"(?<![0-9a-f])(?:\d{8}[-+ ]?\d{4}|\d{6}[-+ ]?\d{4})(?![0-9a-f])")
"""Between signs that are no letters of a pseudonym, whose digits may be anybody's."""


def test_nobody_is_in_any_output(story: Story, tmp_path: Path) -> None:
    """Neither the planted nor anybody else of the sample."""
    persons = everybody(tmp_path)
    assert len(persons) > 200
    leaks: dict[str, set[bytes]] = {}
    for path in outputs(story.settings):
        for content in contents(path):
            told = {n for n in NUMBERS.findall(content) if re.sub(rb"\D", b"", n) in persons}
            if found := found_in(content) | told:
                leaks.setdefault(str(path.relative_to(story.settings.home)), set()).update(found)
    assert leaks == {}


def test_nobody_is_told_on_the_screen(story: Story) -> None:
    assert found_in(story.said.encode()) == set()


def test_no_scratch_is_left(story: Story) -> None:
    assert list(story.settings.work.iterdir()) == []
    landing = story.settings.landing
    left = {p.relative_to(landing).parts[:2] for p in landing.rglob("*") if p.is_file()}
    assert left == {(KOMMUN, "2026-11-10")}


def test_protected_persons_are_flagged_to_the_end(story: Story) -> None:
    """The flag passes every layer, and the person does not."""
    database = story.settings.warehouse / "current" / "socialstat.duckdb"
    with duckdb.connect(database, read_only=True) as db:
        flagged = db.sql("select count(*) from mart.dim_person where ar_skyddad").fetchone()
    assert flagged and flagged[0] >= 1
