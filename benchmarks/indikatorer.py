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
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from compiled import ROOT, child, peak

RESULT = ROOT / "docs" / "benchmarks_indikatorer.md"
COPIED = "9901"
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
    return warehouse.build(settings).release


def country(home: str, n: str, memory_gb: str) -> dict[str, Any]:
    """Copy the municipality ``n`` times and build the catalogue from it; seconds by model and peak memory."""
    import duckdb

    compiled = Path(home) / "dbt" / "compiled" / "socialstat" / "models"
    models = catalogue(compiled)
    references = {ref for text in [*models.values(), *BARE.values()] for ref in REFERENCE.findall(text)}
    references |= {
        ("mart", "fct_aktualisering"),
        ("mart", "fct_utredning"),
        ("intermediate", "int_period_manad"),
    }
    inputs = sorted(ref for ref in references if ref[1] not in models)
    source = next((Path(home) / "warehouse" / "releases").glob("*/socialstat.duckdb"))
    found: dict[str, Any] = {"kommuner": int(n), "sekunder": {}, "bar": {}}
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as folder:
        db = duckdb.connect(f"{folder}/socialstat.duckdb")
        db.execute(f"set memory_limit = '{memory_gb}GB'; set temp_directory = '{folder}/spill'")
        db.execute(f"attach '{source}' as hem (read_only)")
        found["rader"] = _copy(db, inputs, int(n))
        for name, sql in models.items():
            start = time.process_time(), time.monotonic()
            schema = "mart" if name == "indikatorvarde" else "intermediate"
            db.execute(f"create table socialstat.{schema}.{name} as {sql}")
            found["sekunder"][name] = (time.monotonic() - start[1], time.process_time() - start[0])
        for name, sql in BARE.items():
            start = time.process_time(), time.monotonic()
            db.execute(f"create or replace temp table bar as {sql}")
            found["bar"][name] = (time.monotonic() - start[1], time.process_time() - start[0])
        [found["varden"]] = db.execute("select count(*) from socialstat.mart.indikatorvarde").fetchone() or [
            0
        ]
        if int(n) == 1:
            found["ett_till"] = _one_more(db, models["int_indikator_komponent"])
        db.close()
    return found | peak()


def _copy(db: Any, inputs: list[tuple[str, str]], n: int) -> int:
    """The catalogue's input for ``n`` municipalities; returns its rows."""
    codes = [row[0] for row in db.execute("select kommun from hem.seed.kommuner order by kommun").fetchall()][
        :n
    ]
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


def _one_more(db: Any, sql: str, rounds: int = 7) -> dict[str, float]:
    """What one more indicator of a family costs: all of them, and all with one of them twice, in turns."""
    parts = sql.split("\nunion all\n")
    one = next(part for part in parts if "'UTR_TID_MEDEL'" in part)
    more = sql.rstrip().rstrip(";") + "\nunion all\n" + one.strip().removesuffix("union all")
    taken: dict[str, list[float]] = {"alla": [], "en_till": [], "den": []}
    for _ in range(rounds):
        for name, text in (("alla", sql), ("en_till", more), ("den", one.strip().removesuffix("union all"))):
            start = time.process_time()
            db.execute(f"create or replace temp table prov as {text}")
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


PAGE = """# Benchmark of the indicator catalogue

Written by `python benchmarks/indikatorer.py --write`; do not edit.

- {day}, a machine of {cores} cores that is shared with other work, {system}, Python {python}, DuckDB {duckdb}
  with at most {memory_gb} GB, one run of each size. Load average (1, 5, 15 min) before: {before};
  after: {after}.
- The country is the invented municipality at scale {scale} (about {people:,} inhabitants, ten years) copied
  under each municipality's code. Built are the catalogue's models from the facts on: the families, the
  components of every indicator, and every value; seconds by the clock, and of processor.
- Bare SQL is three indicators written by hand from the facts, with their periods and breakdowns and the
  number of persons behind, which disclosure control needs.

{tables}
"""


def report(found: list[dict[str, Any]]) -> str:
    lines = [
        "| municipalities | input rows | values | all, s | cpu s | families | components | values | MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for f in found:
        wall, cpu = (sum(s[k] for s in f["sekunder"].values()) for k in (0, 1))
        last = [f["sekunder"][name][1] for name in ("int_indikator_komponent", "indikatorvarde")]
        lines.append(
            f"| {f['kommuner']} | {f['rader']:,} | {f['varden']:,} | {wall:.1f} | {cpu:.1f} | "
            f"{cpu - sum(last):.1f} | {last[0]:.1f} | {last[1]:.1f} | {f['peak_mb']:,.0f} |"
        )
    lines += ["", "Three indicators in bare SQL:", "", "| municipalities | indicator | s | cpu s |"]
    lines += ["| ---: | --- | ---: | ---: |"]
    for f in found:
        lines += [f"| {f['kommuner']} | {name} | {w:.2f} | {c:.2f} |" for name, (w, c) in f["bar"].items()]
    for f in found:
        if "ett_till" in f:
            whole = sum(s[1] for s in f["sekunder"].values())
            e = f["ett_till"]
            extra = max(e["en_till"] - e["alla"], e["den"])
            lines += [
                "",
                f"One more indicator of an existing family ({f['kommuner']} municipality, processor seconds, "
                f"median of seven turns): all components {e['alla']:.3f}, with one more {e['en_till']:.3f}, "
                f"that one alone {e['den']:.3f}. The dearer of the two ways of measuring it is "
                f"1/{whole / extra:.0f} of the catalogue's build.",
            ]
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the indicator catalogue.")
    options.add_argument("--kommuner", type=int, nargs="*", default=[1, 290])
    options.add_argument("--scale", type=float, default=0.38, help="of the municipality that is copied")
    options.add_argument("--memory-gb", default="12")
    options.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    chosen = options.parse_args()
    import duckdb

    before = load()
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as name:
        home = Path(name) / "hem"
        build_home(home, chosen.scale)
        found = [child(__file__, "--barn", str(home), str(n), chosen.memory_gb) for n in chosen.kommuner]
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
            scale=chosen.scale,
            people=round(chosen.scale * 100_000),
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
