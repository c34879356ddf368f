"""How the archive grows: a year of nightly snapshots of the invented municipality.

    python benchmarks/storage.py [--scale 0.1] [--nights 365]

Every night delivers full copies of its tables. Storage should follow what changed, not what was delivered,
and a night should not become slower because there were nights before it: ``s/natt`` is of the nights since
the line above.
"""

import argparse
import tempfile
import time
from pathlib import Path

from pipelines import ingest, sample
from pipelines.ingest import archive
from pipelines.settings import Settings

CHANGES = ("nya", "andrade", "borttagna")


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--nights", type=int, default=365)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as name:
        settings = Settings(home=Path(name) / "hem", key_file=Path(name) / "nyckel")
        settings.make_folders()
        sample.write(settings.landing, scale=args.scale, nights=args.nights)
        delivered = 0
        first = size(settings.archive)
        names = ("natt", "levererat MB", "arkiv MB", "filer", "rader in", "ändrade", "s/natt")
        print(*(f"{n:>{width}}" for n, width in zip(names, (5, 13, 9, 6, 11, 9, 7), strict=True)))
        begins, before = time.perf_counter(), 0
        for number, waiting in enumerate(ingest.pending(settings)):
            delivered += size(waiting.folder)
            result = ingest.ingest(settings, waiting)
            if result.status == "vilande":
                ingest.release(settings, waiting.kommun, waiting.folder.name)
            if number == 0:
                first = size(settings.archive)
            if number in (0, 1, 7) or number % 60 == 0 or number == args.nights:
                manifest = archive.load(settings, sample.KOMMUN)
                parts = [t for e in manifest.leveranser for t in e.tabeller.values()]
                changed = sum(getattr(t, c) for t in parts for c in CHANGES)
                rows, files = sum(t.rader_in for t in parts), len(manifest.named())
                each = (time.perf_counter() - begins) / max(1, number - before)
                print(
                    f"{number:>5} {delivered / 1e6:>13.1f} {size(settings.archive) / 1e6:>9.2f} {files:>6} "
                    f"{rows:>11,} {changed:>9,} {each:>7.2f}",
                    flush=True,
                )
                begins, before = time.perf_counter(), number
        manifest = archive.load(settings, sample.KOMMUN)
        for kind in ("fynd", "utsaga"):
            files = [settings.archive / f for f in manifest.named() if f.startswith(f"{kind}/")]
            print(f"{kind}: {len(files)} filer, {sum(f.stat().st_size for f in files) / 1e6:.2f} MB")
        itself = archive.manifest_path(settings, sample.KOMMUN).stat().st_size
        print(f"första leveransen: {first / 1e6:.2f} MB; manifest: {itself / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
