"""Releases: folders that never change, and one link that says which is current.

Every release keeps the same file name, because DuckDB views remember the name of their database.
"""

import os
import shutil
from pathlib import Path


def publish_release(building: Path, root: Path, vintage: str, keep: int) -> Path:
    """Move the finished folder ``building`` to ``root/releases/<vintage>`` and make it current.

    Both steps are atomic: a crash between them leaves the old release current. Older releases beyond
    ``keep`` are removed, never the current one.
    """
    release = root / "releases" / vintage
    release.parent.mkdir(parents=True, exist_ok=True)
    building.rename(release)
    link = root / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / vintage)
    link.replace(root / "current")
    for old in release_folders(root)[:-keep]:
        if old != current(root):
            shutil.rmtree(old)
    return release


def release_folders(root: Path) -> list[Path]:
    """All releases, oldest first (a vintage sorts by its time)."""
    folder = root / "releases"
    return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.exists() else []


def current(root: Path) -> Path | None:
    """The current release, or None before the first night."""
    link = root / "current"
    return Path(os.path.realpath(link)) if link.is_symlink() and link.exists() else None
