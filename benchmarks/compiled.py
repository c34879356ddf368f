"""What the benchmarks of an engine share: dbt's own SQL to run, a process of its own, and its memory."""
# ruff: noqa: PLC0415

import json
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def peak() -> dict[str, float]:
    """The most memory this process has held, in MB."""
    return {"peak_mb": getrusage(RUSAGE_SELF).ru_maxrss / 1024}


def compile_models(home: Path) -> Path:
    """The models' SQL as dbt compiles it in a night of a very small municipality."""
    from pipelines import ingest, sample, warehouse
    from pipelines.settings import Settings

    settings = Settings(home=home / "hem", key_file=home / "nyckel")
    settings.make_folders()
    sample.write(settings.landing, scale=0.005)
    ingest.ingest_all(settings, progress=lambda _: None)
    warehouse.build(settings)
    return settings.home / "dbt" / "compiled" / "socialstat" / "models"


def child(file: str, *command: str) -> dict[str, Any]:
    """Run a command of the benchmark ``file`` in a process of its own; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, file, *command], stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed")
    return json.loads(done.stdout.splitlines()[-1])
