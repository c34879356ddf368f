"""kill -9 anywhere in ingest: a delivery is in or it is not, and the next run puts everything right.

Each scene is one run over a small installation. It is done once undisturbed, which gives the points that it
passes, what the archive looks like after each delivery, and where it ends. Then it is done again from the
same start in a process of its own that is killed, looked at, and run to its end.
"""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from scenes import (
    CONTEXT,
    KOMMUN,
    SCENES,
    TIMEOUT,
    Scene,
    assert_tidy,
    assert_whole,
    contents,
    files_below,
    home_of,
    installation,
    night,
    one_rule,
)

from pipelines.ingest import archive, durable
from pipelines.ingest.history import History
from pipelines.settings import Settings

RANDOM = 50


# --- Processes that die ---


def listener(log: Path) -> Callable[[str], None]:
    """Writes down events, in a way that is no event itself."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT)
    return lambda event: os.write(descriptor, f"{event}\n".encode()) and None


class Killer:
    """Kills its process at the n-th event; ``seen`` is told of each."""

    def __init__(self, number: int | None, seen: Callable[[str], None] | None = None) -> None:
        self.left, self.seen = number, seen

    def __call__(self, event: str) -> None:
        if self.seen:
            self.seen(event)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)


def at_points(killer: Killer, only: str | None = None) -> None:
    """Let the killer stand at the named points, wherever a module has the function under its own name."""

    def reached(point: str) -> None:
        if only in (None, point):
            killer(point)

    for name, module in list(sys.modules.items()):
        if name.startswith("pipelines.") and hasattr(module, "reached"):
            vars(module)["reached"] = reached


CALLS = ("open", "os.", "shutil.", "fcntl.")


def at_calls(killer: Killer) -> None:
    """Let the killer stand before every call that touches a file or a folder."""
    busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or not event.startswith(CALLS):
            return
        busy = True
        try:
            killer(event)
        finally:
            busy = False

    sys.addaudithook(hook)


def play(scene: Scene, folder: Path, prepare: Callable[[], None] | None, started: Any) -> None:
    """What a child process does."""
    History.compared_findings = one_rule  # type: ignore[method-assign]
    settings = home_of(folder)
    if prepare:
        prepare()
    started.set()
    scene.run(settings)


def start(scene: Scene, folder: Path, prepare: Callable[[], None] | None) -> ForkServerProcess:
    started = CONTEXT.Event()
    process = CONTEXT.Process(target=play, args=(scene, folder, prepare, started))
    process.start()
    assert started.wait(TIMEOUT)
    return process


def ended(process: ForkServerProcess) -> int:
    process.join(TIMEOUT)
    assert process.exitcode is not None, "the run hangs"
    return process.exitcode


# --- Undisturbed ---


@dataclass(frozen=True)
class Known:
    """One scene undisturbed. ``before``: the folder that it starts from; ``states``: what the archive may
    say; ``points`` and ``calls``: what it passes; ``seconds``: how long it took."""

    scene: Scene
    before: Path
    after: Path
    states: list[dict[str, str]]
    points: list[str]
    calls: int
    seconds: float

    @property
    def waiting(self) -> set[str]:
        landing = home_of(self.after).landing
        return {str(p.relative_to(landing)) for p in landing.glob("*/*")}


def states_of(settings: Settings, run: Callable[[], None]) -> list[dict[str, str]]:
    """What the archive says before, and after each time that a manifest is saved."""
    states = [contents(settings)]
    saved = archive.save

    def save(settings: Settings, manifest: archive.Manifest) -> None:
        saved(settings, manifest)
        states.append(contents(settings))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "save", save)
        run()
    return states


def known_of(scene: Scene, folder: Path, before: Path) -> Known:
    after, traced = folder / "efter", folder / "spår"
    for copy in (after, traced):
        shutil.copytree(before, copy)
    states = states_of(home_of(after), partial(scene.run, home_of(after)))
    points, calls = folder / "punkter", folder / "anrop"
    begun = time.monotonic()
    assert ended(start(scene, traced, partial(_trace, points, calls))) == 0
    return Known(
        scene,
        before,
        after,
        states,
        points.read_text(encoding="utf-8").split(),
        len(calls.read_text(encoding="utf-8").splitlines()),
        time.monotonic() - begun,
    )


def _trace(points: Path, calls: Path) -> None:
    at_points(Killer(None, listener(points)))
    at_calls(Killer(None, listener(calls)))


@pytest.fixture(scope="module", autouse=True)
def few_rules() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(History, "compared_findings", one_rule)
        yield


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, few_rules: None) -> list[Known]:
    folder = tmp_path_factory.mktemp("krasch")
    before = folder / "början"
    installation(before)
    found = []
    for scene in SCENES:
        scene.put(home_of(before))
        found.append(known_of(scene, folder / scene.name, before))
        before = folder / scene.name / "nästa"
        shutil.copytree(found[-1].after, before)
    return found


# --- Tests ---


def test_scenes_do_what_they_should(known: list[Known]) -> None:
    """Guards the rest: late, held, released, refused, withdrawn, removed and quarantined are all there."""
    first, second, released, withdrawn = known
    statuses = {
        str(e.leveransdatum): e.status for e in archive.load(home_of(withdrawn.after), KOMMUN).leveranser
    }
    assert statuses["2026-11-03"] == "återkallad"
    assert statuses["2026-11-05"] == "avvisad"
    assert second.waiting == {f"{KOMMUN}/2026-11-06"}
    assert released.waiting == first.waiting == set()
    assert len(first.states) == 1 + 4
    last = archive.load(home_of(first.after), KOMMUN).leveranser[-1].tabeller["placeringar"]
    assert last.borttagna and last.andrade and last.nya
    quarantined = files_below(home_of(withdrawn.after).quarantine)
    assert {Path(name).name for name in quarantined} >= {"placeringar.csv.avvisade.csv", "okand.txt"}


def test_every_point_is_passed(known: list[Known]) -> None:
    assert {point for scene in known for point in scene.points} == set(durable.POINTS)


def disturb(known: Known, folder: Path, prepare: Callable[[], None] | None, delay: float | None) -> bool:
    """Run the scene in a process that is killed, check, run again, check. Whether it was killed."""
    shutil.copytree(known.before, folder)
    settings = home_of(folder)
    process = start(known.scene, folder, prepare)
    if delay is not None:
        time.sleep(delay)
        process.kill()
    killed = ended(process) == -signal.SIGKILL
    assert_whole(settings, known.states)
    night(settings)
    known.scene.run(settings)
    assert contents(settings) == known.states[-1]
    assert_tidy(settings, known.waiting)
    after = home_of(known.after)
    for place in ("rejected", "quarantine"):
        assert files_below(settings.home / place) == files_below(after.home / place)
    shutil.rmtree(folder)
    return killed


@pytest.mark.parametrize("point", durable.POINTS)
def test_killed_at_a_named_point(known: list[Known], point: str, tmp_path: Path) -> None:
    passes = [(scene, n) for scene in known for n in range(scene.points.count(point))]
    scene, number = random.Random(point).choice(passes)
    assert disturb(scene, tmp_path / "h", partial(_at_point, point, number), None)


def _at_point(point: str, number: int) -> None:
    at_points(Killer(number), only=point)


def _at_call(number: int) -> None:
    at_calls(Killer(number))


@pytest.mark.parametrize("seed", range(RANDOM // 2))
def test_killed_at_a_random_call(known: list[Known], seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    scene = chance.choice(known)
    assert disturb(scene, tmp_path / "h", partial(_at_call, chance.randrange(scene.calls * 95 // 100)), None)


@pytest.mark.parametrize("seed", range(RANDOM // 2))
def test_killed_at_a_random_time(known: list[Known], seed: int, tmp_path: Path) -> None:
    """The clock also finds the moments inside of Polars and DuckDB."""
    chance = random.Random(seed)
    scene = chance.choice(known)
    disturb(scene, tmp_path / "h", None, chance.random() * scene.seconds)
