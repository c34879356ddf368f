"""Build one night: prepare the input, run dbt in this process, swap the release in."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipelines.releases import current, publish_release
from pipelines.settings import ROOT, STOCKHOLM, WAREHOUSE_FILE, Settings
from pipelines.warehouse import indata
from pipelines.warehouse.errors import BuildError

FINGERPRINT = "fingerprint.json"
QUIET = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
"""dbt writes no log of its own: its file costs as much as the SQL of a small municipality, and an error of
the database may quote a row. What failed is told by :func:`failures`."""


@dataclass(frozen=True)
class Build:
    """A night in the making: ``folder`` holds the database, ``input`` what it reads."""

    vintage: str
    folder: Path
    input: Path
    indata: indata.Indata

    @property
    def database(self) -> Path:
        return self.folder / WAREHOUSE_FILE


@contextmanager
def lock(settings: Settings) -> Iterator[None]:
    """Only one build at a time, whether Dagster or the command line asks for it."""
    settings.make_folders()
    file = settings.building.with_name("build.lock")
    try:
        with FileLock(file, timeout=0):
            yield
    except Timeout:
        raise BuildError(f"another build is under way ({file.parent.name}/{file.name})") from None


def prepare(settings: Settings, lage_per: date | None = None, only: Sequence[str] = ()) -> Build | None:
    """Lay out what the night reads. None when the current release was built from the very same.

    Call it inside :func:`lock`. Raises BuildError when no delivery has been accepted yet. Nothing is read in
    meanwhile: what a manifest names must still be there when it is linked.
    """
    with indata.standing_still(settings):
        return _prepare(settings, lage_per, only)


def _prepare(settings: Settings, lage_per: date | None, only: Sequence[str]) -> Build | None:
    found = indata.read(settings, lage_per, only)
    if not found.lage_per:
        raise BuildError("no delivery has been accepted yet: nothing to build from")
    now = current(settings.warehouse)
    if now and json.loads((now / FINGERPRINT).read_text()) == found.fingerprint:
        return None
    building = settings.building
    shutil.rmtree(building, ignore_errors=True)
    vintage = datetime.now(STOCKHOLM).strftime("%Y-%m-%dT%H%M%S")
    build = Build(vintage, building / "release", building / "input", found)
    build.folder.mkdir(parents=True, mode=0o700)
    indata.lay_out(settings, found, vintage, build.input)
    return build


def dbt_environment(settings: Settings) -> dict[str, str]:
    """What profiles.yml and the sources read.

    The paths are constant for an installation, and so is dbt's target folder: a changed path voids dbt's
    parse cache, and two installations on one checkout share it only with all the paths.
    """
    return {
        "SOCIALSTAT_BUILD_DB": str(settings.building / "release" / WAREHOUSE_FILE),
        "SOCIALSTAT_BUILD_INPUT": str(settings.building / "input"),
        "SOCIALSTAT_THREADS": str(settings.threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROJECT_DIR": str(ROOT),
        "DBT_PROFILES_DIR": str(ROOT / "dbt_project"),
        "DBT_TARGET_PATH": str(settings.dbt),
        "DBT_LOG_PATH": str(settings.dbt / "logs"),
        "DBT_VERSION_CHECK": "false",
    }


def run_dbt(settings: Settings, args: list[str], on_event: Callable[[Any], None] | None = None) -> Any:
    """Run one dbt command in this process and return its result. Importing dbt costs seconds: only here."""
    os.environ.update(dbt_environment(settings))
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    try:
        return dbtRunner(callbacks=[on_event] if on_event else []).invoke([*QUIET, *args])
    finally:
        # dbt-duckdb keeps the file open; the next night in this process would write into the old release.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def finish(settings: Settings, build: Build) -> Path:
    """Swap the tested night in as the current release and return its folder."""
    if not build.database.exists():
        raise BuildError("dbt wrote no database")
    (build.folder / FINGERPRINT).write_text(json.dumps(build.indata.fingerprint))
    release = publish_release(build.folder, settings.warehouse, build.vintage, settings.keep_releases)
    shutil.rmtree(build.input.parent, ignore_errors=True)
    return release


def failures(result: Any) -> list[str]:
    """What went wrong in a dbt run, one line per node, without row values."""
    if result.exception:
        return [_without_values(str(result.exception))]
    return [
        f"{r.node.name}: {r.status}"
        + (f" ({r.failures} rows)" if r.failures else f" ({_without_values(r.message)})")
        for r in result.result
        if r.status in ("error", "fail")
    ]


def _without_values(message: str | None) -> str:
    """The message of a fault in the SQL; of a fault in the data only its kind, since it may quote a row."""
    text = " ".join((message or "").split())
    if re.search(r"(Binder|Catalog|Parser|Compilation|Syntax|Parsing|IO) Error", text):
        return text
    column = re.search(r"NOT NULL constraint failed: \S+", text)
    kind = re.search(r"(?:Out of Range|Invalid Input|\w+) Error(?=:)", text)
    return column[0] if column else kind[0] if kind else "error"


@dataclass(frozen=True)
class Night:
    """The release that is current after a night; ``seconds`` per dbt node when it was built now."""

    release: Path
    is_new: bool
    seconds: dict[str, float]


def build(
    settings: Settings,
    lage_per: date | None = None,
    on_event: Callable[[Any], None] | None = None,
    only: Sequence[str] = (),
) -> Night:
    """Build, test and swap in one night; do nothing when the current release was built from the very same.

    ``only`` names marts: then just these are built, what they read, and every data test that reads nothing
    else. It is for work on a part, and for tests of one: what else there is in a night is missing.
    Raises BuildError when a model or a test fails; ``warehouse/current`` is then as it was.
    """
    with lock(settings):
        night = prepare(settings, lage_per, only)
        if night is None:
            unchanged = current(settings.warehouse)
            assert unchanged
            return Night(unchanged, False, {})
        part = ["--select", *(f"+{mart}" for mart in only), "--indirect-selection", "cautious"]
        result = run_dbt(settings, ["--no-write-json", "build", *(part if only else [])], on_event)
        if not result.success:
            raise BuildError("dbt did not pass:\n" + "\n".join(failures(result)))
        seconds = {r.node.unique_id: round(r.execution_time, 3) for r in result.result}
        return Night(finish(settings, night), True, seconds)


def manifest(settings: Settings) -> Path:
    """dbt's manifest, parsed anew when a model, seed or macro is newer than it is."""
    path = settings.dbt / "manifest.json"
    sources = [
        ROOT / "dbt_project.yml",
        *ROOT.glob("models/**/*"),
        *ROOT.glob("seeds/*"),
        *ROOT.glob("dbt_project/*s/**/*"),
    ]
    newest = max(p.stat().st_mtime for p in sources if p.is_file())
    if not path.exists() or path.stat().st_mtime < newest:
        settings.make_folders()
        result = run_dbt(settings, ["parse"])
        if not result.success:
            raise BuildError(f"dbt cannot parse the project: {result.exception}")
        path.touch()
    return path


def progress(tell: Callable[[str], None]) -> Callable[[Any], None]:
    """A dbt callback that tells one line per finished model, seed or test."""
    total = {"LogModelResult": "total", "LogSeedResult": "total", "LogTestResult": "num_models"}

    def on_event(event: Any) -> None:
        if event.info.name in total:
            data = event.data
            tell(f"{data.index}/{getattr(data, total[event.info.name])} {data.node_info.node_name}")

    return on_event
