"""A small installation with several senders, what it does in some nights, and what can be seen of it.

The scenes have rejected and broken rows, changes and removals, a late delivery, one that is held and
released, one that is refused, one that is withdrawn, and a sender of two municipalities.
"""

import json
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from sender import Row, as_csv, row

from pipelines import ingest
from pipelines.contracts import tables
from pipelines.ingest import archive, pseudonym
from pipelines.ingest.archive import Manifest, Place
from pipelines.ingest.delivery import label
from pipelines.ingest.history import WAITING, History
from pipelines.ingest.rules import Findings
from pipelines.settings import Settings

CONTEXT = multiprocessing.get_context("forkserver")
"""Processes are forked from a server that has imported everything and used nothing: Polars and DuckDB have
threads, which a fork of the test's own process would lose."""
CONTEXT.set_forkserver_preload(["pipelines.ingest", "xlsxwriter", "scenes"])
TIMEOUT = 120

KOMMUN, OTHER, SENDER = "9901", "0127", "flera"
ADAPTERS = {
    "blandat": """
namn: blandat
beskrivning: Fullständiga tabeller och ändringar om vartannat.
kommuner: ["9901"]
kraver: [placeringar]
filer:
  - {monster: "placeringar.csv", tabell: placeringar}
  - {monster: "placeringar_delta.csv", tabell: placeringar, omfattning: delta}
  - {monster: "ekonomi.csv", tabell: ekonomi}
""",
    "flera": """
namn: flera
beskrivning: Två kommuner i en fil.
kommuner: ["9901", "0127"]
filer:
  - {monster: "utredningar.csv", tabell: utredningar, kommun_kolumn: kommun}
""",
}
Files = dict[str, str]


# --- The scenes ---


def placements(*places: int, **changed: str) -> list[Row]:
    return [row("placeringar", place) | changed for place in places]


def accounts(*amounts: str) -> str:
    return as_csv([row("ekonomi", 0) | {"rad_id": "", "belopp_kr": amount} for amount in amounts])


def inquiries(*municipalities: str) -> str:
    return as_csv([row("utredningar", n) | {"kommun": kommun} for n, kommun in enumerate(municipalities)])


def put(settings: Settings, whose: str, label: str, files: Files) -> None:
    folder = settings.landing / whose / label
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "KLAR").touch()


FAULTY = as_csv([*placements(*range(8)), *placements(8, lagrum="")]) + "trasig,x\n"
CHANGED = as_csv([*placements(*range(6)), *placements(7, 9, enhet="annan")])


def put_first_night(settings: Settings) -> None:
    """Rejected and broken rows, an unknown file, a sender of two municipalities, changes and removals."""
    put(settings, KOMMUN, "2026-11-01", {"placeringar.csv": FAULTY, "ekonomi.csv": accounts(*"112345x")})
    put(settings, SENDER, "2026-11-02", {"utredningar.csv": inquiries(*[KOMMUN, OTHER] * 5, "0180")})
    put(settings, KOMMUN, "2026-11-04", {"placeringar.csv": CHANGED, "okand.txt": "x"})


def put_second_night(settings: Settings) -> None:
    """One that comes late, one without what it must have, and one that loses too much."""
    late = as_csv(placements(0, 1, 2, 9, enhet="sen"))
    put(settings, KOMMUN, "2026-11-03", {"placeringar_delta.csv": late, "ekonomi.csv": accounts(*"112346")})
    put(settings, KOMMUN, "2026-11-05", {"ekonomi.csv": accounts(*"112346")})
    put(settings, KOMMUN, "2026-11-06", {"placeringar.csv": as_csv(placements(0))})


def nothing(_: Settings) -> None:
    """No sender has delivered."""


def night(settings: Settings) -> None:
    ingest.ingest_all(settings)


def release(settings: Settings) -> None:
    for waiting in ingest.held(settings):
        ingest.release(settings, waiting.kommun, waiting.folder.name)


def withdraw(settings: Settings) -> None:
    entry = archive.load(settings, KOMMUN).at((date(2026, 11, 3), 1))
    if entry and entry.counts:
        ingest.withdraw(settings, KOMMUN, label(*entry.place), "prov")


@dataclass(frozen=True)
class Scene:
    """``put``: what senders do before; ``run``: what is disturbed, and may be asked for again."""

    name: str
    put: Callable[[Settings], None]
    run: Callable[[Settings], None]


SCENES = [
    Scene("första natten", put_first_night, night),
    Scene("andra natten", put_second_night, night),
    Scene("släppt", nothing, release),
    Scene("återkallad", nothing, withdraw),
]


def home_of(folder: Path) -> Settings:
    return Settings(home=folder / "data", sources=folder / "sources", key_file=folder / "nyckel")


def installation(folder: Path) -> Settings:
    """An empty installation with a key, so that all copies of it make the same pseudonyms."""
    settings = home_of(folder)
    settings.sources.mkdir(parents=True)
    for name, text in ADAPTERS.items():
        (settings.sources / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings.make_folders()
    pseudonym.chain(settings, create=True)
    return settings


def one_rule(_: History, manifest: Manifest, place: Place, waiting: list[str]) -> pl.DataFrame:
    """In the place of ``History.compared_findings``, whose forty rules would be most of the time: as theirs,
    what it finds depends on all that came before."""
    findings = Findings()
    for name in waiting:
        findings.add(WAITING, tabell=name)
    for name in tables():
        if known := manifest.files(name, place):
            findings.add("VOLYM_AVVIKER", tabell=name, nu=len(known), forut=0, grans=0)
    return findings.frame()


# --- What is seen ---


def content(settings: Settings, kommun: str) -> str:
    """All that the archive says of one municipality; when it was done, and the files' names, are left out."""
    manifest = archive.load(settings, kommun)

    def rows(named: archive.Named | None) -> list[str]:
        if named is None:
            return []
        frame = pl.read_parquet(settings.archive / named.fil)
        return sorted(map(repr, frame.select(sorted(frame.columns)).rows()))

    said: list[Any] = [[e.slag, str(e.leveransdatum), e.sekvens] for e in manifest.handelser]
    for entry in manifest.leveranser:
        parts = {
            name: [t.model_dump_json(exclude={"andring", "utsaga"}), rows(t.andring), rows(t.utsaga)]
            for name, t in entry.tabeller.items()
        }
        outer = entry.model_dump_json(exclude={"tabeller", "fynd"})
        said.append([outer, rows(entry.fynd), parts])
    return json.dumps(said)


def contents(settings: Settings) -> dict[str, str]:
    return {kommun: content(settings, kommun) for kommun in (KOMMUN, OTHER)}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def assert_whole(settings: Settings, allowed: list[dict[str, str]]) -> None:
    """Every manifest can be read, all that it names is there unharmed, and it is one that has been."""
    for kommun in (KOMMUN, OTHER):
        for relative, sha256 in named_files(settings, kommun).items():
            assert archive.file_hash(settings.archive / relative) == sha256
        assert content(settings, kommun) in [state[kommun] for state in allowed]


def named_files(settings: Settings, kommun: str) -> dict[str, str]:
    found = {}
    for entry in archive.load(settings, kommun).leveranser:
        for part in (entry.fynd, *(p for t in entry.tabeller.values() for p in (t.andring, t.utsaga))):
            if part:
                found[part.fil] = part.sha256
    return found


def assert_tidy(settings: Settings, waiting: set[str]) -> None:
    """Nothing lies about: no scratch, no drafts, no files that no manifest names; landing is emptied."""
    assert list(settings.work.iterdir()) == []
    landed = {str(p.relative_to(settings.landing)) for p in settings.landing.glob("*/*")}
    assert landed == waiting
    manifests = {f"manifest/{k}.json" for k in archive.municipalities_in(settings)}
    named = {fil for kommun in (KOMMUN, OTHER) for fil in named_files(settings, kommun)}
    locks = {f for f in files_below(settings.archive) if f.endswith(".lock")}
    assert set(files_below(settings.archive)) - locks == manifests | named
    assert not [p.name for p in settings.home.rglob(".*")]
