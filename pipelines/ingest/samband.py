"""The rules that need more than one row: SQL over the state after a delivery.

One file ``samband/<REGEL_ID>.sql`` per rule, all of them warnings. A rule reads views: each extract table
by its name (columns of ``Table.archive_schema``, and ``row_key``) and, as ``forra_<tabell>``, the same before
the delivery; ``seed_<name>`` (text as in the CSV); ``leverans`` (kommun, leveransdatum); and the steps that
rules share, ``samband/_<name>.sql``. ``$grans`` is the rule's limit. It returns ``tabell``, ``row_key``,
``id`` (the case system's), ``kolumn``, ``varde``, ``enhet`` and the further words of the rule's template;
a finding about a whole table or a way of writing has neither row_key nor id.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pipelines.contracts import tables
from pipelines.ingest.rules import HIDDEN_KINDS, MASK, SCHEMA, Rule, fill, rules, stored
from pipelines.settings import SEEDS

FOLDER = Path(__file__).parent / "samband"
RULES = "samband"
"""The scope (omfattning) of these rules in the seed."""


def run(db: duckdb.DuckDBPyConnection, kommun: str, delivered: date, available: set[str]) -> pl.DataFrame:
    """What all rules find: the columns of FINDING_SCHEMA, by rule in the order of the seed, then by row.

    ``db`` has the views of the extract tables, empty ones included; ``available`` are the tables that have
    been delivered at any time. A rule that compares with a table that never was is not run.
    """
    prepare_seeds(db)
    prepare_delivery(db, kommun, delivered)
    judged = [r for r in rules().values() if r.omfattning == RULES and set(r.tables) <= available]
    found = pl.concat([pl.DataFrame(schema=SCHEMA), *(find(db, rule) for rule in judged)])
    for name in ("leverans", *_steps(), *(f"seed_{seed}" for seed in _seeds())):
        db.execute(f"drop table temp.{name}")
    return stored(found)


def prepare_seeds(db: duckdb.DuckDBPyConnection) -> None:
    """Make ``seed_<name>`` of every seed that the rules name: all columns text, empty cells null."""
    for name in _seeds():
        source = str(SEEDS / f"{name}.csv").replace("'", "''")
        db.execute(
            f"create or replace temp table seed_{name} as from read_csv('{source}', header = true, "
            "delim = ',', quote = '\"', escape = '\"', all_varchar = true)"
        )


def prepare_delivery(db: duckdb.DuckDBPyConnection, kommun: str, delivered: date) -> None:
    """Make ``leverans`` and the steps that rules share; the seeds and the extract tables must be there."""
    db.execute(
        "create or replace temp table leverans as "
        "select cast($kommun as varchar) as kommun, cast($dag as date) as leveransdatum",
        {"kommun": kommun, "dag": delivered},
    )
    for step in _steps():
        db.execute(f"create or replace temp table {step} as {_sql(f'_{step}')}")


def find(db: duckdb.DuckDBPyConnection, rule: Rule) -> pl.DataFrame:
    """What one rule finds: the columns of ``rules.SCHEMA``, for ``rules.stored`` to mask and complete."""
    rows = db.execute(_sql(rule.regel_id), {"grans": rule.grans} if rule.grans else None).pl()
    if rows.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    words = {name: pl.col(name) for name in rows.columns} | {"grans": rule.grans}
    place = pl.concat_str("tabell", pl.lit("."), "kolumn")
    shown = pl.when(place.is_in(_hidden()) & pl.col("varde").is_not_null()).then(pl.lit(MASK))
    return (
        rows.sort("tabell", "id", "row_key", "kolumn", "enhet", "varde")
        .select(
            tabell="tabell",
            fil=pl.lit(None, pl.String),
            rad=pl.lit(None, pl.Int64),
            id=pl.col("id").cast(pl.String),
            kolumn=pl.col("kolumn").cast(pl.String),
            varde=shown.otherwise(pl.col("varde").cast(pl.String)),
            enhet=pl.col("enhet").cast(pl.String),
            regel_id=pl.lit(rule.regel_id),
            forvantat=fill(rule.forvantat, words),
        )
        .select(list(SCHEMA))
    )


@cache
def _hidden() -> list[str]:
    """The columns whose values are never shown, as tabell.kolumn."""
    return [f"{t.name}.{c.name}" for t in tables().values() for c in t.columns if c.kind in HIDDEN_KINDS]


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def _steps() -> list[str]:
    """The steps that rules share, as their tables are called."""
    return sorted(path.stem[1:] for path in FOLDER.glob("_*.sql"))


@cache
def _seeds() -> list[str]:
    """The seeds that the rules and the shared steps read."""
    every = "\n".join(_sql(path.stem) for path in FOLDER.glob("*.sql"))
    return sorted(set(re.findall(r"\bseed_(\w+)", every)))
