"""How long a night of the invented municipality takes, where it goes, and what dbt and DuckDB need alone.

    python benchmarks/night.py [--scale 1] [--rounds 3] [--write]

Measured on a private copy of the checkout and a private home, so that nobody's parse cache, edits or data
disturb it or are disturbed. Each round, after the history has been read and built once:

- cold, no cache: a new process, dbt's target folder removed, a new delivery;
- cold: a new process with the target folder of an earlier night, a new delivery;
- warm: the next night's delivery in that same process;
- bare dbt: ``dbt build`` of the same models on the same laid-out input, as a process of its own;
- bare SQL: what dbt compiled, statement by statement in a new DuckDB file.

Medians go to stdout as Markdown, with ``--write`` also to docs/benchmarks.md. Seconds are wall time.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KOMMUN = "9901"
GOAL = {"cold": 8.0, "warm": 2.0}
CHECKOUT = ("pipelines", "models", "seeds", "sql", "dbt_project", "dbt_project.yml", "pyproject.toml")
IMPORTS = ("import dagster", "import dagster_dbt", "import dbt", "import pipelines", "import definitions")
Measured = dict[str, float]


@dataclass(frozen=True)
class Bench:
    """The private copy: ``code`` is the checkout, ``home`` the data, at the same place in every round."""

    folder: Path

    @property
    def code(self) -> Path:
        return self.folder / "code"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def target(self) -> Path:
        return self.home / "dbt"

    def set_up(self, checkout: Path, scale: float) -> Measured:
        """Copy the checkout, invent the deliveries, and run the first night on the history (measured)."""
        self.code.mkdir(parents=True)
        for name in CHECKOUT:
            source = checkout / name
            if source.is_dir():
                shutil.copytree(
                    source, self.code / name, ignore=shutil.ignore_patterns("target", "__pycache__")
                )
            else:
                shutil.copy(source, self.code)
        shutil.copy(ROOT / "benchmarks" / "measured.py", self.code)
        # Byte code belongs to an installation, not to a night.
        subprocess.run([sys.executable, "-m", "compileall", "-q", "."], cwd=self.code, check=True)
        self.child("invent", str(scale))
        days = sorted((self.home / "landing" / KOMMUN).iterdir())
        (self.folder / "deliveries").mkdir()
        for number, day in enumerate(days[1:], start=1):
            day.rename(self.folder / "deliveries" / str(number))
            (self.folder / f"day{number}").write_text(day.name)
        first: Measured = self.child("night")[0]
        shutil.copytree(self.home, self.folder / "home0", symlinks=True)
        return first

    def delivery(self, number: int) -> tuple[Path, Path]:
        """Where delivery ``number`` waits, and its folder in landing."""
        day = (self.folder / f"day{number}").read_text()
        return self.folder / "deliveries" / str(number), self.home / "landing" / KOMMUN / day

    def evening(self) -> None:
        """The house as it is before a night: the history built, one new delivery in landing."""
        shutil.rmtree(self.home)
        shutil.copytree(self.folder / "home0", self.home, symlinks=True)
        shutil.copytree(*self.delivery(1))

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SOCIALSTAT_", "DBT_", "DAGSTER_"))}
        return kept | {
            "SOCIALSTAT_HOME": str(self.home),
            "PYTHONPATH": str(self.code),
            "BENCH_SPAWNED": repr(time.monotonic()),  # one clock for all processes of the machine
        }

    def child(self, *command: str) -> Any:
        """Run one command of measured.py in a process of its own and return what it prints last."""
        done = subprocess.run(
            [sys.executable, "measured.py", *command],
            cwd=self.code,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def bare_dbt(self, environment: dict[str, str]) -> Measured:
        """``dbt build`` as its own process. Peak memory is that of this child alone: wait4, not getrusage."""
        command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=self.code, env=self.environment() | environment)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit("bare dbt build failed")
        return {"total": time.monotonic() - start, "peak_mb": usage.ru_maxrss / 1024}

    def round(self) -> dict[str, Measured]:
        """All variants once."""
        self.evening()
        shutil.rmtree(self.target)
        uncached = self.child("night")[0]
        self.evening()
        cold, warm = self.child("night", "=".join(map(str, self.delivery(2))))
        self.evening()
        environment = self.child("lay_out")
        dbt = self.bare_dbt(environment)
        built = environment["SOCIALSTAT_BUILD_DB"]
        fresh = self.folder / "bare" / Path(built).name
        shutil.rmtree(fresh.parent, ignore_errors=True)
        fresh.parent.mkdir()
        sql = self.child("sql", str(self.target / "manifest.json"), built, str(fresh))
        return {"cold, no cache": uncached, "cold": cold, "warm": warm, "dbt": dbt, "sql": sql}


def medians(rounds: Sequence[dict[str, Measured]]) -> dict[str, Measured]:
    """Per variant and part the median of the rounds; a part that a night lacks took no time."""
    return {
        name: {part: median(r[name].get(part, 0.0) for r in rounds) for part in rounds[0][name]}
        for name in rounds[0]
    }


def parts(night: Measured, sql: Measured) -> dict[str, float]:
    """A night's seconds by part; all but the lines marked · add up to the total."""
    imports = sum(night.get(k, 0.0) for k in IMPORTS)
    stages = sum(night.get(k, 0.0) for k in ("ingest", "warehouse", "publish", "reports"))
    files = sum(night.get(k, 0.0) for k in ("ingest", "publish", "reports"))
    before = night.get("start", 0.0) + imports + night.get("manifest", 0.0)
    return {
        "process start": night.get("start", 0.0),
        "imports": imports,
        **{f"· {k}": night.get(k, 0.0) for k in IMPORTS},
        "manifest (dbt parse)": night.get("manifest", 0.0),
        "ingest": night["ingest"],
        "warehouse": night["warehouse"],
        "· lay out input, swap": night["lay out"] + night["swap"],
        "· dbt build, wall": night["dbt"],
        "· dbt: at least one node runs": night["dbt busy"],
        "· dbt: before, between and after nodes": night["dbt"] - night["dbt busy"],
        "· dbt: sum of node times (threads overlap)": night["dbt nodes"],
        "publish": night["publish"],
        "reports": night["reports"],
        "Dagster (job less stages)": night["job"] - stages,
        "other (instance, progress)": night["total"] - before - night["job"],
        "**total**": night["total"],
        "neither SQL nor file work": night["total"] - sql["total"] - files,
    }


def markdown(first: Measured, m: dict[str, Measured], conditions: Sequence[str]) -> str:
    """The tables that the docs quote."""
    nights = {name: parts(m[name], m["sql"]) for name in ("cold, no cache", "cold", "warm")}
    rows = [["seconds", *nights]]
    rows += [[part, *(f"{n[part]:.2f}" for n in nights.values())] for part in nights["cold"]]
    rows += [["peak memory, MB", *(f"{m[name]['peak_mb']:.0f}" for name in nights)]]
    alone = [["", "seconds", "peak memory, MB"]]
    alone += [["bare `dbt build`, own process", f"{m['dbt']['total']:.2f}", f"{m['dbt']['peak_mb']:.0f}"]]
    alone += [["bare SQL in DuckDB", f"{m['sql']['total']:.2f}", f"{m['sql']['peak_mb']:.0f}"]]
    alone += [
        [f"· {k}", f"{m['sql'][k]:.2f}", ""] for k in ("import", "open", "seeds", "models", "tests", "close")
    ]
    ratios = [["", *nights]]
    for label, name in (("night / bare dbt", "dbt"), ("night / bare SQL", "sql")):
        ratios.append([label, *(f"{m[n]['total'] / m[name]['total']:.1f}" for n in nights)])
    verdicts = []
    for name, limit in GOAL.items():
        rest = nights[name]["neither SQL nor file work"]
        met = "met" if rest <= limit else "not met"
        verdicts.append([name, f"{rest:.2f}", f"{limit:.0f}", met])
    return "\n\n".join(
        [
            "# Benchmarks",
            "Written by `python benchmarks/night.py --write`; do not edit. `make bench` prints the same.",
            "\n".join(f"- {c}" for c in conditions),
            "## The night",
            "A night: a new delivery in a house with ten years of history. Medians. SQL is the bare SQL "
            "below; file work is ingest, publication and reports. Lines with · are parts of those above.",
            table(rows),
            f"The first night, with the whole history and nothing cached, took {first['total']:.1f} s and "
            f"{first['peak_mb']:.0f} MB, of which ingest {first['ingest']:.1f} s.",
            "## Beside it",
            table(alone),
            table(ratios),
            "## The goal: what is neither SQL nor file work",
            table([["", "seconds", "at most", ""], *verdicts]),
        ]
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is the header, numbers to the right."""
    header, *body = rows
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *body])


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the night of the invented municipality.")
    options.add_argument("--scale", type=float, default=1.0, help="share of 100 000 inhabitants")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    options.add_argument("--checkout", type=Path, default=ROOT, help="measure another checkout's code")
    chosen = options.parse_args()
    before = load()
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as folder:
        bench = Bench(Path(folder))
        first = bench.set_up(chosen.checkout, chosen.scale)
        print("first night done", file=sys.stderr)
        rounds = []
        for number in range(1, chosen.rounds + 1):
            rounds.append(bench.round())
            told = ", ".join(f"{name} {r['total']:.1f} s" for name, r in rounds[-1].items())
            print(f"round {number}: {told}", file=sys.stderr)
    conditions = [
        f"Scale {chosen.scale:g} ({chosen.scale * 100_000:,.0f} inhabitants), "
        f"median of {chosen.rounds} rounds.",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}.",
        f"Load average (1, 5, 15 min) before: {before}; after: {load()}. A quiet machine starts near 0 and "
        "ends near its own work, about 1.5.",
    ]
    text = markdown(first, medians(rounds), conditions) + "\n"
    print(text)
    if chosen.write:
        (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
