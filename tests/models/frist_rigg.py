"""The deadline engine alone: its compiled SQL on subjects and events that a test gives, without a night.

What stands here is the input that the engine names (``int_subjekt``, ``int_handelse``, ``stg_forlangning``,
the seeds) and the order of its models. What they compute is dbt's own compiled SQL of a night that has been
built.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from pipelines.settings import SEEDS

MODELS = ("int_kalender", "int_frist_klocka", "int_frist")
SUBJEKT: dict[str, Any] = {
    "subjekt_nr": pl.Int64,
    **dict.fromkeys(("kommun", "subjekt_typ", "subjekt_nyckel", "subjekt_id", "malgrupp", "typ"), pl.String),
    **dict.fromkeys(("beslut", "lagrum_id", "lagrumsgrupp", "ar_overvagande", "gynnande"), pl.String),
    "fodelsedatum": pl.Date,
    "satt_frist_datum": pl.Date,
    "handelser": pl.List(pl.String),
    "lage_per": pl.Date,
}
HANDELSE = {
    **dict.fromkeys(("kommun", "subjekt_typ", "subjekt_nyckel", "handelse"), pl.String),
    "datum": pl.Date,
}
FORLANGNING = {
    **dict.fromkeys(("kommun", "subjekt_typ", "subjekt_nyckel"), pl.String),
    "beslutsdatum": pl.Date,
    "ny_frist": pl.Date,
}
Clock = tuple[date, date, date | None, date | None, date | None, str, int]
"""start, frist, förlängd till, stopp, upphörd, utfall, regelversion"""


class Rigg:
    """A warehouse that holds the engine only, in memory or in the file ``database``.

    ``compiled`` is dbt's folder of compiled models; they name the database socialstat.
    """

    def __init__(self, compiled: Path, database: str = ":memory:") -> None:
        self.compiled = compiled
        self.db = duckdb.connect(config={"threads": 2})
        self.db.execute(f"attach '{database}' as socialstat; use socialstat")
        for schema in ("indata", "seed", "staging", "intermediate", "mart"):
            self.db.execute(f"create schema if not exists {schema}")
        self._seeds()
        self.model("int_kalender")

    def _seeds(self) -> None:
        declared = yaml.safe_load((SEEDS / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
        for seed in declared:
            types, file = seed["config"]["column_types"], SEEDS / f"{seed['name']}.csv"
            self.db.execute(
                f"create or replace table seed.{seed['name']} as from read_csv('{file}', header = true, "
                f"auto_detect = false, delim = ',', quote = '\"', columns = {types})"
            )

    def model(self, name: str, folder: str = "intermediate", schema: str = "intermediate") -> None:
        """Build one model from its compiled SQL. The night's input files are tables of ``indata`` here."""
        sql = (self.compiled / folder / f"{name}.sql").read_text(encoding="utf-8")
        sql = re.sub(r"read_parquet\('[^']*/indata/(\w+)\.parquet'\)", r"indata.\1", sql)
        self.db.execute(f"create or replace table {schema}.{name} as (\n{sql}\n)")

    def load(
        self,
        subjekt: Iterable[Sequence[Any]],
        handelser: Iterable[Sequence[Any]],
        forlangningar: Iterable[Sequence[Any]],
    ) -> None:
        """Rows in the order of SUBJEKT, HANDELSE and FORLANGNING."""
        tables = {
            "intermediate.int_subjekt": pl.DataFrame(subjekt, schema=SUBJEKT, orient="row"),
            "intermediate.int_handelse": pl.DataFrame(handelser, schema=HANDELSE, orient="row").unique(),
            "intermediate.int_handelse_kopplad": pl.DataFrame([], schema=HANDELSE),
            "intermediate.int_forlangning": pl.DataFrame(forlangningar, schema=FORLANGNING, orient="row"),
        }
        for table, frame in tables.items():
            self.table(table, frame)

    def table(self, name: str, frame: pl.DataFrame) -> None:
        """A table that the models read, as the test gives it."""
        self.db.register("given", frame.to_arrow())
        self.db.execute(f"create or replace table {name} as from given")
        self.db.unregister("given")

    def run(self) -> None:
        for name in MODELS[1:]:
            self.model(name)

    def clocks(self) -> dict[tuple[str, str, int, str], Clock]:
        """(subject key, rule, occurrence, convention) → clock, of every subject."""
        rows = self.db.execute("""
            select s.subjekt_nyckel, k.regel_id, k.tillfalle, f.konvention, k.start_datum, f.frist_datum,
                   f.forlangd_till_datum, k.stopp_datum, k.upphord_datum, f.utfall, f.regelversion
            from intermediate.int_frist as f
            join intermediate.int_frist_klocka as k using (klocka_nr)
            join intermediate.int_subjekt as s using (subjekt_nr)
        """).fetchall()
        found: dict[tuple[str, str, int, str], Clock] = {row[:4]: row[4:] for row in rows}
        assert len(found) == len(rows)
        return found
