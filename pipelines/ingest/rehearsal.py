"""``socialstat check``: judge files before they are delivered.

The files go through the very same steps as a delivery, in a throwaway home with a throwaway key; of that
only the error list is kept. So nothing is loaded, and neither archive nor warehouse is needed.
"""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.ingest import errorlist
from pipelines.ingest.delivery import READY, Delivery, DeliveryResult
from pipelines.ingest.intake import ingest
from pipelines.settings import Settings


def rehearse(
    settings: Settings, paths: Sequence[Path], kommun: str, delivered: date, out: Path
) -> DeliveryResult:
    """The result of the delivery that the files (or all files of a folder) would be; the error list is
    written in ``out``.

    Raises AdapterError when an adapter file is wrong, and FileNotFoundError when a path does not exist.
    """
    with tempfile.TemporaryDirectory(prefix="socialstat-check-") as place:
        home = settings.model_copy(
            update={"home": Path(place) / "hem", "key_file": Path(place) / "nyckel", "key": None}
        )
        home.make_folders()
        folder = home.landing / kommun / str(delivered)
        folder.mkdir(parents=True)
        for path in paths:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and not file.name.startswith("."):
                    name = file.relative_to(path) if path.is_dir() else Path(file.name)
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).symlink_to(file.resolve(strict=True))
        (folder / READY).touch()
        result = ingest(home, Delivery(delivered, kommun, folder))
        written = home.rejected / kommun / str(delivered)
        shutil.copytree(written, out, dirs_exist_ok=True)
        return result


def summary_of(result: DeliveryResult, out: Path) -> str:
    """What was found, as a text of a page or so in Swedish; ``out``: where the error list lies."""
    head = errorlist.Head(
        result.kommun, result.leveransdatum, result.sekvens, result.status, result.tables, None
    )
    return errorlist.text_summary(result.findings, head, out)
