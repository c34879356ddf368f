"""The disk refuses, or somebody else works: one clear line, nothing lost, and the last good state stays."""

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from scenes import (
    CONTEXT,
    KOMMUN,
    SENDER,
    TIMEOUT,
    assert_tidy,
    assert_whole,
    contents,
    home_of,
    inquiries,
    installation,
    night,
    one_rule,
    placements,
    put,
    put_first_night,
)
from sender import as_csv
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from pipelines import ingest
from pipelines.ingest import archive, durable
from pipelines.ingest.disk import one_line_about_the_disk
from pipelines.ingest.history import History
from pipelines.settings import Settings

FULL = "disken är full"


@pytest.fixture(autouse=True)
def few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(History, "compared_findings", one_rule)


def put_first(settings: Settings) -> None:
    put(settings, KOMMUN, "2026-11-01", {"placeringar.csv": as_csv(placements(*range(15)))})


def put_second(settings: Settings) -> None:
    """Every kind of file is written: it changes and removes, and rejects a row."""
    lines = [*placements(*range(12)), *placements(12, enhet="annan"), *placements(13, lagrum="")]
    put(settings, KOMMUN, "2026-11-02", {"placeringar.csv": as_csv(lines)})


@pytest.fixture
def second(tmp_path: Path) -> Settings:
    """One delivery is in, the next one waits."""
    settings = installation(tmp_path)
    put_first(settings)
    night(settings)
    put_second(settings)
    return settings


def refusal(settings: Settings) -> str:
    """The line of the delivery that could not be read in."""
    told: list[str] = []
    with pytest.raises(ExceptionGroup) as failure:
        ingest.ingest_all(settings, told.append)
    (error,) = failure.value.exceptions
    assert isinstance(error, ingest.DiskError)
    assert "\n" not in str(error) and str(error) in str(failure.value)
    assert told == [f"{KOMMUN} 2026-11-02: avbruten, {error}"]
    return str(error)


# --- The words ---

FAULTS = {
    OSError(errno.ENOSPC, "No space left on device", "{home}/archive/a/b.parquet"): f"{FULL}: archive",
    OSError(errno.ENOSPC, "x", "{home}/landing/x", None, "{home}/quarantine/x"): f"{FULL}: quarantine",
    OSError(errno.EDQUOT, "Disk quota exceeded", "{home}/work/x"): "diskkvoten är slut: work",
    OSError(errno.EACCES, "Permission denied", "/annan/plats/nyckel"): "behörighet saknas: nyckel",
    OSError(errno.EROFS, "Read-only file system"): "disken är skrivskyddad: data",
    OSError(errno.EFBIG, "File too large"): "filen får inte bli så stor: data",
    OSError(errno.ENOTEMPTY, "Directory not empty"): f"disken svarar med ett fel ({errno.ENOTEMPTY}): data",
    OSError("No space left on device (os error 28)"): f"{FULL}: data",
    OSError("unknown"): "disken svarar med ett fel (0): data",
    pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)"): (
        f"{FULL}: data"
    ),
    duckdb.IOException('IO Error: Could not write file "{home}/work/x": No space left on device'): (
        f"{FULL}: work"
    ),
    duckdb.IOException('IO Error: Cannot open file "{home}/archive/x": Permission denied'): (
        "behörighet saknas: archive"
    ),
    duckdb.OutOfMemoryException("failed to offload data block. 'max_temp_directory_size'"): f"{FULL}: data",
    FileCreateError(OSError(errno.ENOSPC, "No space left on device")): f"{FULL}: data",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda e: f"{type(e).__name__}-{getattr(e, 'errno', '')}")
def test_every_librarys_words_become_one_line(fault: Exception, tmp_path: Path) -> None:
    home = tmp_path / "data"
    words = [part.format(home=home) if isinstance(part, str) else part for part in _parts(fault)]
    with pytest.raises(ingest.DiskError) as error, one_line_about_the_disk(Settings(home=home)):
        raise type(fault)(*words)
    assert str(error.value) == FAULTS[fault]
    assert error.value.__cause__ is None and error.value.__suppress_context__


def _parts(fault: Exception) -> list[Any]:
    if isinstance(fault, OSError) and fault.errno:
        return [fault.errno, fault.strerror, fault.filename, None, fault.filename2]
    return list(fault.args)


@pytest.mark.parametrize("fault", [duckdb.ParserException("x"), pl.exceptions.ComputeError("x")])
def test_other_faults_are_not_the_disks(fault: Exception, tmp_path: Path) -> None:
    with pytest.raises(type(fault)), one_line_about_the_disk(Settings(home=tmp_path)):
        raise fault


# --- At every point ---


@pytest.mark.parametrize("point", durable.POINTS)
def test_full_at_a_named_point(point: str, second: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(second)

    def reached(passed: str) -> None:
        if passed == point:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(second.archive / "x"))

    with monkeypatch.context() as patch:
        for module in [m for n, m in sys.modules.items() if n.startswith("pipelines.ingest")]:
            if hasattr(module, "reached"):
                patch.setattr(module, "reached", reached)
        assert refusal(second) == f"{FULL}: archive"
        now = contents(second)
        assert (now == before) == (point not in AFTERWARDS)
    night(second)
    assert_whole(second, [contents(second)])
    assert contents(second) != before
    assert now in (before, contents(second))
    assert_tidy(second, set())


AFTERWARDS = {"manifest:efter_byte", *durable.LEAVING}


# --- A disk that really is full, or read-only ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; skipped for who may not mount."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can only be mounted by root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("free_kb", [0, 16, 32, 64])
def test_full_disk(small_disk: Path, tmp_path: Path, free_kb: int) -> None:
    installation(tmp_path)
    settings = home_of(tmp_path).model_copy(update={"home": small_disk / "data"})
    settings.make_folders()
    put_first(settings)
    night(settings)
    put_second(settings)
    before = contents(settings)
    filler = small_disk / "fyllning"
    left = shutil.disk_usage(small_disk).free - free_kb * 1024
    filler.write_bytes(b"x" * left)
    assert refusal(settings).startswith(FULL)
    assert_whole(settings, [before])
    filler.unlink()
    night(settings)
    assert contents(settings) != before
    assert_tidy(settings, set())


def test_read_only_disk(small_disk: Path, tmp_path: Path) -> None:
    installation(tmp_path)
    settings = home_of(tmp_path).model_copy(update={"home": small_disk / "data"})
    settings.make_folders()
    put_first(settings)
    night(settings)
    put_second(settings)
    before = contents(settings)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert refusal(settings).startswith("disken är skrivskyddad")
    assert_whole(settings, [before])


@pytest.mark.parametrize("folder", ["archive", "work", "rejected", "landing"])
def test_folder_that_may_not_be_written(second: Settings, folder: str) -> None:
    before = contents(second)
    closed = [p for p in [second.home / folder, *(second.home / folder).rglob("*")] if p.is_dir()]
    for path in closed:
        path.chmod(0o500)
    if os.access(closed[0], os.W_OK):
        pytest.skip("root may write everywhere")
    try:
        with pytest.raises((ingest.DiskError, ExceptionGroup), match=f"behörighet saknas: {folder}"):
            ingest.ingest_all(second)
    finally:
        for path in closed:
            path.chmod(0o700)
    assert folder == "landing" or contents(second) == before
    night(second)
    assert_tidy(second, set())


def with_limit(folder: Path, limit: int, line: Path) -> None:
    History.compared_findings = one_rule  # type: ignore[method-assign]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        ingest.ingest_all(home_of(folder))
    except* ingest.DiskError as group:
        line.write_text(str(group.exceptions[0]), encoding="utf-8")


@pytest.mark.parametrize("limit", [1_000, 6_000])
def test_limit_on_the_size_of_files(second: Settings, tmp_path: Path, limit: int) -> None:
    """What a quota does: it is met in the middle of a file."""
    before = contents(second)
    line = tmp_path / "rad"
    run_together(partial(with_limit, tmp_path, limit, line))
    assert line.read_text(encoding="utf-8").startswith("filen får inte bli så stor")
    assert contents(second) == before
    night(second)
    assert_tidy(second, set())


# --- Two at once ---


def run_together(*targets: Callable[[], None]) -> None:
    processes = [CONTEXT.Process(target=target) for target in targets]
    for process in processes:
        process.start()
    for process in processes:
        process.join(TIMEOUT)
    assert [p.exitcode for p in processes] == [0] * len(processes)


def run_slowly(folder: Path, inside: Any, go_on: Any) -> None:
    """Stands still in the middle until somebody says go on."""
    History.compared_findings = one_rule  # type: ignore[method-assign]

    def reached(point: str) -> None:
        if point == "andring:efter_skrivning":
            inside.set()
            assert go_on.wait(TIMEOUT)

    durable.reached = reached
    ingest.ingest_all(home_of(folder))


def run_second(folder: Path, inside: Any, go_on: Any, told: Path) -> None:
    History.compared_findings = one_rule  # type: ignore[method-assign]
    assert inside.wait(TIMEOUT)

    def progress(line: str) -> None:
        with told.open("a", encoding="utf-8") as f:
            f.write(line + "\n")
        if "väntar" in line:
            go_on.set()

    ingest.ingest_all(home_of(folder), progress)


def test_the_second_run_waits_and_says_so(tmp_path: Path) -> None:
    settings = installation(tmp_path / "a")
    put_first_night(settings)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    night(home_of(tmp_path / "b"))

    inside, go_on, told = CONTEXT.Event(), CONTEXT.Event(), tmp_path / "rader"
    run_together(
        partial(run_slowly, tmp_path / "a", inside, go_on),
        partial(run_second, tmp_path / "a", inside, go_on, told),
    )
    lines = told.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"{KOMMUN}: väntar på en annan körning som läser in samma kommun"
    assert f"{KOMMUN} 2026-11-01: redan inläst, 0 rader in, 0 avvisade" in lines
    assert contents(settings) == contents(home_of(tmp_path / "b"))
    assert_tidy(settings, set())


def run_now(folder: Path) -> None:
    History.compared_findings = one_rule  # type: ignore[method-assign]
    ingest.ingest_all(home_of(folder))


def test_three_runs_at_once(tmp_path: Path) -> None:
    settings = installation(tmp_path / "a")
    put_first_night(settings)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    night(home_of(tmp_path / "b"))
    run_together(*[partial(run_now, tmp_path / "a")] * 3)
    assert contents(settings) == contents(home_of(tmp_path / "b"))
    assert_tidy(settings, set())


# --- What senders do meanwhile ---


def test_shared_delivery_waits_for_the_municipalitys_own(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    put(settings, SENDER, "2026-11-02", {"utredningar.csv": inquiries(*[KOMMUN, "0127"] * 5)})
    put_second(settings)
    night(settings)
    assert (settings.landing / SENDER / "2026-11-02").exists()
    night(settings)
    entries = archive.load(settings, KOMMUN).leveranser
    assert [list(entry.tabeller) for entry in entries] == [["placeringar"], ["utredningar"]]
    assert len(archive.load(settings, "0127").leveranser) == 1
    assert_tidy(settings, set())


def test_delivery_that_is_being_written_again_is_left(second: Settings) -> None:
    (waiting,) = ingest.pending(second)
    (waiting.folder / "KLAR").unlink()
    ingest.ingest(second, waiting)
    assert waiting.folder.exists()
    assert len(archive.load(second, KOMMUN).leveranser) == 1


def test_what_was_written_while_a_removal_stopped_is_not_lost(second: Settings) -> None:
    """The sender's file came after the delivery was read in, and the machine stopped as it left landing."""
    (waiting,) = ingest.pending(second)
    leaving = waiting.folder.with_name(f".raderas-{waiting.folder.name}")
    night(second)
    put_second(second)
    (waiting.folder / "ekonomi.csv").write_text("x", encoding="utf-8")
    waiting.folder.rename(leaving)
    night(second)
    assert len(archive.load(second, KOMMUN).leveranser) == 3
    assert_tidy(second, set())
