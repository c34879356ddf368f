"""Raw rejected rows and refused files, kept for a short time so that a corrected rule can replay them.

The only place outside landing that holds identities: folders 0700, files 0600.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from pipelines.ingest.durable import replacing


def keep_files(folder: Path, files: Iterable[Path], below: Path) -> None:
    """Keep files that were not read in, and files of rejected rows, under their own names in one folder; a
    subfolder of ``below`` becomes a part of the name."""
    for path in files:
        name = "_".join(path.relative_to(below).parts)
        with replacing(folder / name, "karantan") as draft:
            shutil.copyfile(path, draft)
