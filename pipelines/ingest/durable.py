"""The few ways in which ingest changes what must survive a crash: write, flush, replace, remove.

Every step is a named point that :func:`reached` passes. It does nothing; the crash tests put a ``kill -9``
there, and assert that each of :data:`POINTS` was passed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("karantan", "andring", "utsaga", "fynd", "fellista", "manifest")
"""What is written, in the order of one delivery; the manifest is the one that counts."""

STEPS = ("fore_skrivning", "efter_skrivning", "efter_fsync", "efter_byte")
LEAVING = ("landing:fore_flytt", "landing:efter_flytt", "landing:efter_radering")
POINTS = (*(f"{kind}:{step}" for kind in KINDS for step in STEPS), *LEAVING)


def reached(point: str) -> None:
    """A moment when the machine may stop."""


@contextmanager
def replacing(path: Path, kind: str = "fellista") -> Iterator[Path]:
    """Write to the yielded draft; on leaving it is on disk and takes the name ``path`` in one step.

    The file is readable by its owner only. Raises OSError when the disk refuses; ``path`` is then as before.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.draft")
    reached(f"{kind}:fore_skrivning")
    try:
        draft.touch(mode=0o600)
        yield draft
        draft.chmod(0o600)
        reached(f"{kind}:efter_skrivning")
        flush(draft)
        reached(f"{kind}:efter_fsync")
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    flush(path.parent)
    reached(f"{kind}:efter_byte")


def append_line(path: Path, line: str) -> None:
    """Add one line to a file that only grows; on return it is on disk.

    What a crash has left of a line without an end is cut off first. The file is readable by its owner only.
    The caller holds a lock. Raises OSError when the disk refuses; at most such a piece of a line is left.
    """
    make_folder(path.parent)
    is_new = not path.exists()
    whole = 0 if is_new else path.read_bytes().rfind(b"\n") + 1
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.ftruncate(descriptor, whole)
        left = memoryview(line.encode() + b"\n")
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        flush(path.parent)


def whole_lines(path: Path) -> list[bytes]:
    """The lines of a file that :func:`append_line` writes, without what a crash has left of one."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for the owner only; their names are on disk."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush(folder.parent)


def flush(path: Path) -> None:
    """A file's content, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder that has already left its place; what a crash leaves, the next sweep takes."""
    shutil.rmtree(folder)
    reached("landing:efter_radering")
