"""Fixtures that several kinds of test share: settings in a private folder, and one whole night.

The night is run once per test run, also under xdist, by the README's own command and without a network: the
invented municipality at 1/50 scale, and the printed lists of Botkyrka and Härnösand.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import harness
import pytest
from filelock import FileLock

from pipelines.settings import Settings

DATA = Path(__file__).parent / "data"
OURS = ("SOCIALSTAT_", "DAGSTER_", "DBT_", "DO_NOT_TRACK")


def deliver(settings: Settings, kommun: str, day: str, files: dict[str, str]) -> Path:
    """Put files from tests/data into landing under the names that their adapter looks for."""
    folder = settings.landing / kommun / day
    folder.mkdir(parents=True)
    for name, source in files.items():
        shutil.copy(DATA / source, folder / name)
    (folder / "KLAR").touch()
    return folder


def deliver_printed_lists(settings: Settings) -> None:
    """Botkyrka's list of the third quarter 2021, with corrected dates, and Härnösand's of 2025."""
    deliver(
        settings,
        "0127",
        "2021-09-09",
        {"ej_verkstallda_2021K3_rattad.csv": "ej_verkstallda_botkyrka_2021K3.csv"},
    )
    tables = [f"ej_verkstallda_harnosand_2025K3_tabell{n}.csv" for n in (1, 2)]
    units = {"enheter.csv": "enheter_harnosand.csv"}
    deliver(settings, "2280", "2025-11-11", {name: name for name in tables} | units)


@pytest.fixture
def printed_lists() -> Callable[[Settings], None]:
    """Puts the printed lists in an installation's landing."""
    return deliver_printed_lists


@pytest.fixture(scope="session", autouse=True)
def build_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One place of work for all installations of this process: dbt reads the project once, not once each.

    The shared night, and what runs as a program of its own, keep theirs as in real use.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCIALSTAT_BUILD_IN", str(tmp_path_factory.mktemp("bygge")))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty installation."""
    made = Settings(home=tmp_path / "data")
    made.make_folders()
    return made


@pytest.fixture(scope="session")
def natt(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation where one whole night has run. Read only: tests must not change it."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # an xdist worker: the run's common folder is one up
        shared = shared.parent
    made = Settings(home=shared / "natt", build_in=None)
    with FileLock(shared / "natt.lock"):
        done = shared / "natt.done"
        if not done.exists():
            made.make_folders()
            deliver_printed_lists(made)
            # What is off must be so by what the program sets itself, not by what this shell happens to have.
            env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
            night = harness.of_this_machine().run(
                [sys.executable, "-m", "pipelines.cli", "demo", "--scale", "0.02", "--json"],
                made.home.with_suffix(".trace"),
                env | {"SOCIALSTAT_HOME": str(made.home)},
            )
            assert night.returncode == 0, night.stderr[-2000:]
            done.touch()
    return made


@pytest.fixture
def lager(natt: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The night's warehouse, read-only."""
    with duckdb.connect(natt.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        yield db
