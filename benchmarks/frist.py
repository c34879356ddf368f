"""How fast the deadline engine is at national scale, and how much memory it takes.

    python benchmarks/frist.py [--clocks 2.5 5 10 30] [--memory-gb 3]

290 municipalities and ten years are invented at the level that the engine reads: subjects and their events, with the
mix of a municipality (reports, investigations, decisions, care with its reviews, homes, emergency homes). dbt's own
compiled SQL then makes ``fct_frist`` of them, in a process of its own so that the peak of memory is its own, in a
database file as in the night. Beside it, in the same run: a bare ``group by`` over the same events.
"""
# ruff: noqa: PLC0415, E501

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from compiled import ROOT, child, compile_models, peak

sys.path[:0] = [str(ROOT / "tests" / "models"), str(ROOT / "tests" / "unit" / "oracle")]

LAGE_PER = "2026-10-31"
KOMMUNER = 290
CLOCKS_PER_UNIT = 20.1
"""Clocks that one unit of the mix below gives, counted in a run: turns a number of clocks into subjects."""

SUBJECTS = f"""
    with slag as (
        -- subjekt_typ, typ, malgrupp, lagrum_id, lagrumsgrupp, ar_overvagande, gynnande, how many in a unit of the mix
        from (values
            ('aktualisering', 'anmalan', 'barn', null, null, 'nej', 'nej', 4),
            ('utredning', 'barn_skydd_stod', 'barn', null, null, 'nej', 'nej', 2),
            ('utredning', 'missbruk', 'vuxen', null, null, 'nej', 'nej', 1),
            ('beslut', 'kontaktperson', 'vuxen', 'SOL2001-4-1', 'sol', 'nej', 'ja', 3),
            ('vard', 'familjehem', 'barn', 'SOL2001-4-1', 'sol', 'ja', 'nej', 1),
            ('hem', 'familjehem', 'barn', 'SOL2001-4-1', 'sol', 'nej', 'nej', 1),
            ('vardtid', 'familjehem', 'barn', 'SOL2001-4-1', 'sol', 'ja', 'nej', 1),
            ('hem', 'jourhem', 'barn', 'SOL2001-4-1', 'sol', 'nej', 'nej', 1)
        ) as v (subjekt_typ, typ, malgrupp, lagrum_id, lagrumsgrupp, ar_overvagande, gynnande, antal)
    ),

    rad as (
        select
            slag.*, enhet.n, i.i,
            lpad(cast(1000 + enhet.n % {KOMMUNER} as varchar), 4, '0') as kommun,
            hash(slag.subjekt_typ, slag.typ, enhet.n, i.i) as slump
        from slag
        cross join range($units) as enhet (n)
        inner join range(4) as i (i) on i.i < slag.antal
    )

    select
        row_number() over () as subjekt_nr, kommun, subjekt_typ,
        upper(left(subjekt_typ, 1)) || lpad(cast(n as varchar), 8, '0') || '-' || typ || i as subjekt_nyckel,
        'X' || lpad(cast(n as varchar), 8, '0') || '-' || i as subjekt_id,
        'p' || md5(concat(kommun, n // {KOMMUNER})) as person_nyckel,
        if(slump % 2 = 0, 'kvinna', 'man') as kon,
        date '2005-01-01' + cast(slump // 7 % 5000 as integer) as fodelsedatum,
        'enhet' || slump // 11 % 8 as enhet, malgrupp, typ, 'inleds' as beslut,
        coalesce(lagrum_id, 'okand') as lagrum_id, coalesce(lagrumsgrupp, 'okand') as lagrumsgrupp, ar_overvagande,
        gynnande, cast(null as date) as satt_frist_datum, cast(null as varchar[]) as handelser,
        date '{LAGE_PER}' as lage_per,
        date '2016-11-01' + cast(slump // 13 % 3640 as integer) as borjan, slump
    from rad
"""
EVENTS = f"""
    with rad as (
        select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, h.handelse,
               borjan + cast(h.dagar as integer) as datum
        from subjekt
        cross join lateral (
            select unnest(case subjekt_typ
                when 'aktualisering' then [
                    {{'handelse': 'inkommen', 'dagar': 0}}, {{'handelse': 'skyddsbedomning', 'dagar': slump // 17 % 3}},
                    {{'handelse': 'beslut', 'dagar': slump // 19 % 18}}]
                when 'utredning' then [
                    {{'handelse': 'inledd', 'dagar': 0}}, {{'handelse': 'tilldelad', 'dagar': slump // 17 % 20}},
                    {{'handelse': 'slutford', 'dagar': slump // 19 % 150}}]
                when 'beslut' then [
                    {{'handelse': 'beslut', 'dagar': 0}}, {{'handelse': 'verkstalld', 'dagar': slump // 17 % 110}},
                    {{'handelse': 'avbruten', 'dagar': if(slump // 19 % 5 = 0, 200, 9999)}}]
                when 'vard' then
                    [{{'handelse': 'start', 'dagar': 0}}, {{'handelse': 'slut', 'dagar': slump // 17 % 1500}}]
                    || list_transform(range(1, 5), lambda k: {{'handelse': 'overvagande', 'dagar': k * 170}})
                when 'vardtid' then
                    [{{'handelse': 'start', 'dagar': 0}}, {{'handelse': 'slut', 'dagar': slump // 17 % 1500}}]
                else if(typ = 'familjehem', [
                    {{'handelse': 'start', 'dagar': 0}}, {{'handelse': 'slut', 'dagar': slump // 17 % 1500}}], [
                    {{'handelse': 'start', 'dagar': 0}}, {{'handelse': 'utredning.slutford', 'dagar': slump // 17 % 90}},
                    {{'handelse': 'slut', 'dagar': slump // 19 % 180}}])
            end) as h
        ) as t
    )

    select kommun, subjekt_typ, subjekt_nyckel, subjekt_id, handelse, datum from rad where datum <= date '{LAGE_PER}'
"""


def invent(compiled: str, database: str, clocks: str) -> dict[str, Any]:
    """Subjects and events in ``database``; what the engine reads besides is empty."""
    from frist_rigg import Rigg

    rigg = Rigg(Path(compiled), database=database)
    units = round(float(clocks) * 1e6 / CLOCKS_PER_UNIT)
    rigg.load([], [], [])
    rigg.db.execute("set preserve_insertion_order = false")
    rigg.db.execute(f"create or replace temp table subjekt as {SUBJECTS}", {"units": units})
    rigg.db.execute(
        "create or replace table intermediate.int_subjekt as select * exclude (borjan, slump) from subjekt"
    )
    rigg.db.execute(f"create or replace table intermediate.int_handelse as {EVENTS}")
    (rows,) = rigg.db.execute("select count(*) from intermediate.int_handelse").fetchone() or (0,)
    rigg.db.close()
    return {"events": rows}


def engine(compiled: str, database: str, memory_gb: str) -> dict[str, Any]:
    from frist_rigg import Rigg

    rigg = Rigg(Path(compiled), database=database)
    rigg.db.execute(f"set memory_limit = '{memory_gb}GB'")
    seconds = {}
    for name in ("int_frist_klocka", "int_frist", "fct_frist"):
        begun = time.monotonic()
        where = ("marts", "mart") if name.startswith("fct") else ("intermediate", "intermediate")
        rigg.model(name, *where)
        seconds[name] = time.monotonic() - begun
    found = rigg.db.execute(
        "select count(*), count(distinct kommun), count(distinct regel_id) from mart.fct_frist"
    )
    clocks, kommuner, rules = found.fetchone() or (0, 0, 0)
    return {"clocks": clocks, "kommuner": kommuner, "rules": rules, "seconds": seconds} | peak()


def bare(compiled: str, database: str, memory_gb: str) -> dict[str, Any]:
    """What any answer over the same rows must do at least: group the events by subject."""
    from frist_rigg import Rigg

    rigg = Rigg(Path(compiled), database=database)
    rigg.db.execute(f"set memory_limit = '{memory_gb}GB'")
    begun = time.monotonic()
    rigg.db.execute("""
        create or replace table mart.bare as
        select kommun, subjekt_typ, subjekt_nyckel, min(datum) as forsta, max(datum) as sista, count(*) as antal
        from intermediate.int_handelse group by kommun, subjekt_typ, subjekt_nyckel
    """)
    return {"seconds": {"group by": time.monotonic() - begun}} | peak()


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the deadline engine at national scale.")
    options.add_argument(
        "--clocks", type=float, nargs="*", default=[2.5, 5, 10, 30], help="millions of clocks"
    )
    options.add_argument(
        "--memory-gb", type=float, default=3, help="what DuckDB may use; the rest spills to disk"
    )
    chosen = options.parse_args()
    print(f"load average before: {' '.join(f'{x:.1f}' for x in os.getloadavg())}")
    print(
        "| clocks | events | engine, s | million clocks per minute | peak MB | group by, s | ratio | steps |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory(prefix="socialstat-bench-") as folder:
        compiled = str(compile_models(Path(folder)))
        for clocks in chosen.clocks:
            database = str(Path(folder) / "socialstat.duckdb")
            events = child(__file__, "invent", compiled, database, str(clocks))["events"]
            alone = child(__file__, "bare", compiled, database, str(chosen.memory_gb))
            whole = child(__file__, "engine", compiled, database, str(chosen.memory_gb))
            seconds = sum(whole["seconds"].values())
            under = sum(alone["seconds"].values())
            steps = ", ".join(f"{name} {s:.1f}" for name, s in whole["seconds"].items())
            print(
                f"| {whole['clocks']:,} | {events:,} | {seconds:.1f} | {whole['clocks'] / seconds * 60 / 1e6:.1f} "
                f"| {whole['peak_mb']:.0f} | {under:.1f} | {seconds / under:.1f} | {steps} |",
                flush=True,
            )
            Path(database).unlink()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ("invent", "engine", "bare"):
        name, *arguments = sys.argv[1:]
        print(json.dumps({"invent": invent, "engine": engine, "bare": bare}[name](*arguments)))
    else:
        main()
