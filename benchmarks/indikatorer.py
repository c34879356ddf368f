"""The whole indicator catalogue, for one municipality and for the country, beside bare SQL for three of it.

``python benchmarks/indikatorer.py --write`` writes docs/benchmarks_indikatorer.md. A country is the invented
municipality copied: the same rows under another code, which is what the catalogue's work depends on.
"""
# ruff: noqa: PLC0415

import argparse
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))
from compiled import ROOT, child, peak

RESULT = ROOT / "docs" / "benchmarks_indikatorer.md"
COPIED = "9901"
AT_ONCE = 10
"""Municipalities in one warehouse."""
UNION = "\nunion all\n"
REFERENCE = re.compile(r'"socialstat"\."(\w+)"\."(\w+)"')
INPUT = re.compile(r"read_parquet\('[^']*/indata/(\w+)\.parquet'[^)]*\)")
"""A file of the night's input: a table here."""

BARE = {
    "AKT_ANTAL": """
        select rad.kommun, period.periodtyp, period.period,
               case when grouping(rad.typ) = 0 then 'typ' when grouping(rad.kon) = 0 then 'kon'
                    when grouping(rad.aldersgrupp) = 0 then 'aldersgrupp'
                    when grouping(rad.enhet) = 0 then 'enhet' else 'total' end as uppdelning,
               coalesce(rad.typ, rad.kon, rad.aldersgrupp, rad.enhet, 'total') as grupp,
               count(*) as taljare, count(distinct rad.person_nyckel) as antal_bakom
        from socialstat.mart.fct_aktualisering as rad
        join socialstat.intermediate.int_period_manad as period
            on period.manad = strftime(rad.inkommen_datum, '%Y-%m') and period.periodtyp <> 'rullande_12'
        group by grouping sets (
            (1, 2, 3), (1, 2, 3, rad.typ), (1, 2, 3, rad.kon), (1, 2, 3, rad.aldersgrupp),
            (1, 2, 3, rad.enhet)
        )
    """,
    "UTR_TID_MEDEL": """
        select rad.kommun, period.periodtyp, period.period,
               case when grouping(rad.kon) = 0 then 'kon'
                    when grouping(rad.aldersgrupp) = 0 then 'aldersgrupp'
                    when grouping(rad.enhet) = 0 then 'enhet' else 'total' end as uppdelning,
               coalesce(rad.kon, rad.aldersgrupp, rad.enhet, 'total') as grupp,
               sum(rad.utredningstid_dagar) as taljare, count(*) as namnare,
               count(distinct rad.person_nyckel) as antal_bakom
        from socialstat.mart.fct_utredning as rad
        join socialstat.intermediate.int_period_manad as period
            on period.manad = strftime(rad.slutford_datum, '%Y-%m') and period.periodtyp <> 'rullande_12'
        where rad.typ = 'barn_skydd_stod'
        group by grouping sets (
            (1, 2, 3), (1, 2, 3, rad.kon), (1, 2, 3, rad.aldersgrupp), (1, 2, 3, rad.enhet)
        )
    """,
    "UTR_BARN_I_TID_LAG": """
        select rad.kommun, period.periodtyp, period.period,
               case when grouping(rad.kon) = 0 then 'kon'
                    when grouping(rad.enhet) = 0 then 'enhet' else 'total' end as uppdelning,
               coalesce(rad.kon, rad.enhet, 'total') as grupp,
               count(*) filter (where konv.utfall = 'i_tid') as taljare, count(*) as namnare,
               count(distinct rad.person_nyckel) as antal_bakom
        from socialstat.mart.fct_frist as rad
        join socialstat.mart.fct_frist_konvention as konv
            on konv.frist_id = rad.frist_id and konv.konvention = 'LAG'
        join socialstat.intermediate.int_period_manad as period
            on period.manad = strftime(rad.stopp_datum, '%Y-%m') and period.periodtyp <> 'rullande_12'
        where rad.regel_id = 'UTR_BARN' and konv.utfall in ('i_tid', 'i_tid_efter_forlangning', 'for_sent')
        group by grouping sets ((1, 2, 3), (1, 2, 3, rad.kon), (1, 2, 3, rad.enhet))
    """,
}


def catalogue(compiled: Path) -> dict[str, str]:
    """The catalogue's models in the order they are built: name → SQL."""
    sql = {
        path.stem: INPUT.sub(r"socialstat.indata.\1", path.read_text(encoding="utf-8"))
        for path in compiled.glob("indikatorer/*.sql")
    }
    needs = {name: {table for _, table in REFERENCE.findall(text)} & sql.keys() for name, text in sql.items()}
    return {name: sql[name] for name in TopologicalSorter(needs).static_order()}


def build_home(home: Path, scale: float) -> Path:
    """A built night of one municipality; returns its release."""
    from pipelines import ingest, sample, warehouse
    from pipelines.settings import Settings

    settings = Settings(home=home)
    settings.make_folders()
    sample.write(settings.landing, scale=scale)
    ingest.ingest_all(settings, progress=lambda _: None)
    release = warehouse.build(settings).release
    warehouse.manifest(settings)
    return release


def country(home: str, n: str, memory_gb: str) -> dict[str, Any]:
    """Copy the municipality ``n`` times and build the catalogue: AT_ONCE of them in a warehouse, and one
    warehouse after another. Returns seconds by model and the peak of memory.
    """
    dbt = Path(home) / "dbt"
    nodes = json.loads((dbt / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {
        name: selects(sql, nodes[f"model.socialstat.{name}"]["config"].get("selects_at_once"))
        for name, sql in catalogue(dbt / "compiled" / "socialstat" / "models").items()
    }
    source = next((Path(home) / "warehouse" / "releases").glob("*/socialstat.duckdb"))
    found: dict[str, Any] = {"kommuner": int(n), "rader": 0, "varden": 0, "sekunder": {}, "bar": {}}
    for first in range(0, int(n), AT_ONCE):
        with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as folder:
            db = duckdb.connect(f"{folder}/socialstat.duckdb")
            db.execute(f"set memory_limit = '{memory_gb}GB'; set temp_directory = '{folder}/spill'")
            db.execute(f"attach '{source}' as hem (read_only)")
            _warehouse(db, models, slice(first, min(first + AT_ONCE, int(n))), found)
            if int(n) == 1:
                statements = models["int_indikator_komponent"]
                found["ett_till"] = {name: _one_more(db, statements, name) for name in BARE}
            db.close()
    return found | peak()


def selects(sql: str, at_once: int | None) -> list[str]:
    """A model's SQL in the statements that the night runs it in (macros/build.sql)."""
    every = sql.split(UNION) if at_once else [sql]
    return [UNION.join(some) for some in batched(every, at_once or 1)]


def batched(things: list[str], n: int) -> list[list[str]]:
    return [things[first : first + n] for first in range(0, len(things), n)]


def _warehouse(db: Any, models: dict[str, list[str]], which: slice, found: dict[str, Any]) -> None:
    """Build the catalogue of some municipalities; adds what it took to ``found``."""
    texts = [*chain(*models.values()), *BARE.values()]
    references = {ref for text in texts for ref in REFERENCE.findall(text)}
    found["rader"] += _copy(db, sorted(ref for ref in references if ref[1] not in models), which)
    for name, statements in models.items():
        schema = "mart" if name == "indikatorvarde" else "intermediate"
        table = f"socialstat.{schema}.{name}"
        first, *rest = statements
        with _timed(found["sekunder"], name):
            db.execute(f"create table {table} as {first}")
            for more in rest:
                db.execute(f"insert into {table} {more}")
    for name, sql in BARE.items():
        with _timed(found["bar"], name):
            db.execute(f"create or replace temp table bar as {sql}")
    counted = "select count(*), count(distinct indikator_id) from socialstat.mart.indikatorvarde"
    values, found["indikatorer"] = db.execute(counted).fetchone()
    found["varden"] += values


@contextmanager
def _timed(into: dict[str, tuple[float, float]], name: str) -> Iterator[None]:
    """Adds the seconds of what is done in it: by the clock, and of processor."""
    start = time.monotonic(), time.process_time()
    yield
    taken = time.monotonic() - start[0], time.process_time() - start[1]
    before = into.get(name, (0.0, 0.0))
    into[name] = before[0] + taken[0], before[1] + taken[1]


def _copy(db: Any, inputs: list[tuple[str, str]], which: slice) -> int:
    """The catalogue's input for some of the country's municipalities; returns its rows."""
    every = db.execute("select kommun from hem.seed.kommuner order by kommun").fetchall()
    codes = [row[0] for row in every][which]
    db.execute("create temp table kod (kommun text)")
    db.executemany("insert into kod values (?)", [[code] for code in codes])
    db.execute(
        "create schema socialstat.mart; create schema socialstat.intermediate; create schema socialstat.seed"
    )
    db.execute(
        "create schema if not exists socialstat.staging; create schema if not exists socialstat.indata"
    )
    db.execute(
        "create table socialstat.indata.lage as select kod.kommun, lage.lage_per "
        f"from hem.mart.dim_kommun as lage cross join kod where lage.kommun = '{COPIED}'"
    )
    rows = 0
    for schema, name in inputs:
        columns = {
            row[0]
            for row in db.execute(
                "select column_name from duckdb_columns() where database_name = 'hem' "
                f"and schema_name = '{schema}' and table_name = '{name}'"
            ).fetchall()
        }
        target, origin = f"socialstat.{schema}.{name}", f"hem.{schema}.{name}"
        if "kommun" in columns and schema != "seed":
            key = ", kod.kommun || frist_id as frist_id" if "frist_id" in columns else ""
            db.execute(
                f"create table {target} as select rad.* replace (kod.kommun as kommun{key}) "
                f"from {origin} as rad cross join kod where rad.kommun = '{COPIED}'"
            )
        else:
            db.execute(f"create table {target} as from {origin}")
        rows += (db.execute(f"select count(*) from {target}").fetchone() or [0])[0]
    return rows


def _one_more(db: Any, statements: list[str], name: str, rounds: int = 7) -> float:
    """Processor seconds of one indicator's components alone: what one more of its like adds.

    The same select once more beside itself would measure nothing: DuckDB finds that it is the same.
    """
    selects = (select for text in statements for select in text.split(UNION))
    one = next(select for select in selects if f"'{name}'" in select)
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        db.execute(f"create or replace temp table prov as {one}")
        taken.append(time.process_time() - start)
    return statistics.median(taken)


PAGE = """# Benchmark of the indicator catalogue

Written by `python benchmarks/indikatorer.py --write`; do not edit.

- {day}, a machine of {cores} cores that is shared with other work, {system}, Python {python}, DuckDB {duckdb}
  with at most {memory_gb} GB, one run of each size. Load average (1, 5, 15 min) before: {before};
  after: {after}.
- Several municipalities are one invented municipality (ten years, at the scale that is said; 1 is 100,000
  inhabitants) copied under each code, {at_once} in a warehouse and one warehouse after another. Built are the
  catalogue's models from the facts on: the families, the components of every indicator, and every value.
- MB is the most that the process held, or the night before it that made the facts: the same number twice is
  that night's.
- Bare SQL is three indicators written by hand from the facts, with their periods and breakdowns and the
  number of persons behind, which disclosure control needs.

{tables}
"""


def report(found: list[dict[str, Any]]) -> str:
    lines = [
        "Seconds of processor, in all and by part; s is by the clock.",
        "",
        "| municipalities | scale | input rows | values | s | cpu s | families | components | values | MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for f in found:
        wall, cpu = (sum(s[k] for s in f["sekunder"].values()) for k in (0, 1))
        last = [f["sekunder"][name][1] for name in ("int_indikator_komponent", "indikatorvarde")]
        lines.append(
            f"| {f['kommuner']} | {f['skala']} | {f['rader']:,} | {f['varden']:,} | {wall:.1f} | {cpu:.1f} | "
            f"{cpu - sum(last):.1f} | {last[0]:.1f} | {last[1]:.1f} | {f['peak_mb']:,.0f} |"
        )
    lines += [
        "",
        "Three indicators in bare SQL, and how many times their processor time the whole catalogue of "
        f"{found[0]['indikatorer']} indicators takes:",
        "",
        "| municipalities | scale | indicator | s | cpu s | the catalogue |",
        "| ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for f in found:
        whole = sum(s[1] for s in f["sekunder"].values())
        lines += [
            f"| {f['kommuner']} | {f['skala']} | {name} | {w:.2f} | {c:.2f} | {whole / c:.0f} |"
            for name, (w, c) in f["bar"].items()
        ]
    lines += [
        "",
        "One more indicator of an existing family, like one of three: processor seconds of its components "
        "alone (median of seven), and with what an indicator's values take on average.",
        "",
        "| scale | like | components | with values | of the catalogue's build |",
        "| ---: | --- | ---: | ---: | ---: |",
    ]
    for f in found:
        whole = sum(s[1] for s in f["sekunder"].values())
        values = f["sekunder"]["indikatorvarde"][1] / f["indikatorer"]
        for name, alone in f.get("ett_till", {}).items():
            extra = alone + values
            lines.append(f"| {f['skala']} | {name} | {alone:.3f} | {extra:.3f} | 1/{whole / extra:.0f} |")
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the indicator catalogue.")
    options.add_argument(
        "--storlek",
        nargs="*",
        default=["1:1", "1:0.38", "10:0.38", "290:0.02"],
        help="municipalities:scale of the one that is copied",
    )
    options.add_argument("--memory-gb", default="12")
    options.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    chosen = options.parse_args()

    before = load()
    homes: dict[str, Path] = {}
    found = []
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as folder:
        for n, scale in (size.split(":") for size in chosen.storlek):
            if scale not in homes:
                homes[scale] = Path(folder) / scale
                build_home(homes[scale], float(scale))
            taken = child(__file__, "--barn", str(homes[scale]), n, chosen.memory_gb)
            found.append(taken | {"skala": scale})
    tables = report(found)
    if chosen.write:
        page = PAGE.format(
            day=datetime.now(UTC).date(),
            cores=os.cpu_count(),
            system=platform.system(),
            python=platform.python_version(),
            duckdb=duckdb.__version__,
            memory_gb=chosen.memory_gb,
            before=before,
            after=load(),
            at_once=AT_ONCE,
            tables=tables,
        )
        RESULT.write_text(page, encoding="utf-8")
    print(tables)


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--barn"]:
        print(json.dumps(country(*sys.argv[2:])))
    else:
        main()
