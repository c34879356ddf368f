"""What `night.py` runs in processes of its own; each command prints one JSON object as its last line.

What belongs here: calling the stages with a clock around them. What stays out: repeating, comparing, tables.
Imports stand where they are measured.
"""
# ruff: noqa: PLC0415

import json
import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

SPAWNED = float(os.environ.get("BENCH_SPAWNED", "0"))  # time.monotonic() of the parent when it started this
seconds: defaultdict[str, float] = defaultdict(float)


@contextmanager
def clock(name: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] += time.monotonic() - start


def clocked(owner: Any, attribute: str, name: str) -> None:
    """Put a clock around ``owner.attribute``; its callers find it there and need no change."""
    inner: Callable[..., Any] = getattr(owner, attribute)

    def outer(*args: Any, **kwargs: Any) -> Any:
        with clock(name):
            return inner(*args, **kwargs)

    setattr(owner, attribute, outer)


def invent(scale: str) -> None:
    """Write Sampelstad's deliveries, history and three nights, into landing."""
    from pipelines import sample
    from pipelines.settings import get_settings

    get_settings().make_folders()
    sample.write(get_settings().landing, scale=float(scale))


def night(*deliveries: str) -> list[dict[str, Any]]:
    """Run one night as the command line does, and in the same process one more per delivery given.

    A delivery is ``source=target``: the folder that is copied to landing before that night. Each night is
    seconds by part, with ``total``, ``peak_mb`` (of the process so far), and dbt's own times.
    """
    seconds["start"] = time.monotonic() - SPAWNED
    with clock("import dagster"):
        import dagster as dg
    with clock("import dagster_dbt"):
        import dagster_dbt  # noqa: F401
    with clock("import dbt"):
        import dbt.cli.main  # noqa: F401
    with clock("import pipelines"):
        from pipelines import cli, ingest, publish, reports, warehouse
        from pipelines.settings import get_settings
    build: Any = sys.modules["pipelines.warehouse.build"]
    nodes: list[Any] = []
    run_dbt = build.run_dbt

    def kept(*args: Any) -> Any:
        result = run_dbt(*args)
        nodes[:] = getattr(result.result, "results", [])
        return result

    build.run_dbt = kept
    clocked(warehouse, "manifest", "manifest")
    clocked(ingest, "pending", "ingest")
    clocked(ingest, "ingest_all", "ingest")
    clocked(build, "prepare", "lay out")
    clocked(build, "finish", "swap")
    clocked(build, "run_dbt", "dbt")
    clocked(warehouse, "build", "warehouse")
    clocked(publish, "build", "publish")
    clocked(publish, "release", "publish")
    clocked(reports, "write_all", "reports")
    clocked(dg.JobDefinition, "execute_in_process", "job")
    with clock("import definitions"):
        import pipelines.definitions  # noqa: F401
    # A parse that `manifest` asked for is not the night's dbt build.
    seconds["import definitions"] -= seconds["manifest"]
    seconds.pop("dbt", None)

    def run(started: float) -> dict[str, Any]:
        if not cli.run_night(get_settings()):
            raise SystemExit("the night failed")
        seconds["total"] = time.monotonic() - started
        spans = [
            (t.started_at.timestamp(), t.completed_at.timestamp())
            for r in nodes
            for t in r.timing
            if t.started_at and t.completed_at
        ]
        measured = dict(seconds)
        measured["dbt nodes"] = sum(r.execution_time for r in nodes)
        measured["dbt busy"] = covered(spans)
        measured["dbt count"] = len(nodes)
        measured["peak_mb"] = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        return measured

    measured = [run(SPAWNED)]
    for delivery in deliveries:
        source, target = delivery.split("=")
        shutil.copytree(source, target)
        seconds.clear()
        measured.append(run(time.monotonic()))
    return measured


def covered(spans: list[tuple[float, float]]) -> float:
    """Seconds during which at least one span runs."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def lay_out() -> dict[str, str]:
    """Ingest what waits and lay out the input of a build; returns the environment that dbt wants."""
    from pipelines import ingest
    from pipelines.settings import get_settings
    from pipelines.warehouse.build import dbt_environment, lock, prepare

    settings = get_settings()
    ingest.ingest_all(settings, progress=lambda _: None)
    with lock(settings):
        prepare(settings)
    return dbt_environment(settings)


def sql(manifest_path: str, built: str, database: str) -> dict[str, float]:
    """Execute the SQL that dbt executed in ``built``, one statement after the other, in a new file.

    ``database`` has the same file name as ``built``, since the compiled SQL names it. Seconds for ``seeds``
    (CSV with the types that dbt gave them), ``models`` (create table as) and ``tests``, and ``import``.
    """
    with clock("import"):
        import duckdb
    nodes = json.loads(Path(manifest_path).read_text(encoding="utf-8"))["nodes"]
    wanted = {k: n for k, n in nodes.items() if n["config"].get("enabled", True)}
    order = TopologicalSorter(
        {k: [d for d in n["depends_on"].get("nodes", []) if d in wanted] for k, n in wanted.items()}
    )
    with duckdb.connect(built, read_only=True) as db:
        types: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for table, column, kind in db.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'seed'"
        ).fetchall():
            types[table][column] = kind
    with clock("open"):
        db = duckdb.connect(database)
        db.execute("load icu; set TimeZone = 'Europe/Stockholm'")
        for schema in {n["schema"] for n in wanted.values() if n["resource_type"] in ("seed", "model")}:
            db.execute(f'create schema if not exists "{schema}"')
    for key in order.static_order():
        node = wanted[key]
        table = f'"{node["schema"]}"."{node.get("alias")}"'
        match node["resource_type"]:
            case "seed":
                columns = types[node["alias"]]
                with clock("seeds"):
                    db.execute(
                        f"create table {table} as from read_csv('{node['original_file_path']}', "
                        f"header = true, auto_detect = false, delim = ',', quote = '\"', columns = {columns})"
                    )
            case "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                with clock("models"):
                    db.execute(f"create {kind} {table} as (\n{node['compiled_code']}\n)")
            case "test":
                with clock("tests"):
                    db.execute(f"select count(*) from (\n{node['compiled_code']}\n)").fetchall()
    with clock("close"):
        db.close()
    return dict(seconds) | {
        "total": sum(seconds.values()),
        "peak_mb": getrusage(RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    commands: dict[str, Callable[..., Any]] = {
        "invent": invent,
        "night": night,
        "lay_out": lay_out,
        "sql": sql,
    }
    print(json.dumps(commands[command](*arguments)))
