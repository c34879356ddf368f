"""The placement-cost engine alone: dbt's compiled SQL of a built night, on rows that a test gives.

A ``Kostnadsrigg`` is given rows of the staging tables and runs every model from there to the marts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from frist_rigg import Rigg

KOMMUN = "9901"
INPUT = (
    *("stg_utredning", "stg_beslut", "stg_handelse", "stg_placering", "stg_placering_period"),
    *("stg_ekonomi", "stg_volymplan", "stg_insats"),
)
ENGINE = (
    *("int_lagrum", "int_placering", "int_placering_bit", "int_placering_manad"),
    *("int_kontering", "int_ekonomi"),
)
SUMS = (
    "int_kostnadsindelning",
    "int_volymgrupp",
    "int_kostnad",
    "int_manad",
    "int_period_manad",
    "int_period",
)
COMPARED = ("int_kostnad_period", "int_kostnad_jamforelse")
MARTS = ("kostnad_per_arsplacering", "volym_nyckeltal", "kostnad_avvikelse")
Row = Mapping[str, Any]


class Kostnadsrigg(Rigg):
    """``compiled`` is dbt's folder of compiled models; ``warehouse``, a built one, gives the columns."""

    def __init__(self, compiled: Path, warehouse: Path) -> None:
        super().__init__(compiled)
        self.db.execute("create schema if not exists indata")
        self.db.execute("create table indata.lage (kommun varchar, lage_per date)")
        self.db.execute(f"attach '{warehouse}' as natt (read_only)")
        for table in INPUT:
            self.db.execute(f"create table staging.{table} as from natt.staging.{table} limit 0")
        self.db.execute("detach natt")

    def deliver(self, lage_per: date, **tables: Iterable[Row]) -> None:
        """Rows by staging table (``placering=...`` for ``stg_placering``), each with what it has to say."""
        self.db.execute("delete from indata.lage")
        self.db.execute("insert into indata.lage values (?, ?)", [KOMMUN, lage_per])
        for table in INPUT:
            self.db.execute(f"delete from staging.{table}")
        for name, rows in tables.items():
            numbered = enumerate(rows)
            given = [{"kommun": KOMMUN, "row_key": f"{name}-{nr}"} | dict(row) for nr, row in numbered]
            if given:
                self.db.register("given", pl.DataFrame(given, infer_schema_length=None).to_arrow())
                self.db.execute(f"insert into staging.stg_{name} by name from given")
                self.db.unregister("given")

    def compute(self, *models: str) -> None:
        """Run the models named, or the engine from placements to ledger parts."""
        for name in models or ENGINE:
            self.model(name, *(("marts", "mart") if name in MARTS else ("intermediate", "intermediate")))

    def compute_all(self) -> None:
        self.compute(*ENGINE, *SUMS, *COMPARED, *MARTS)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return self.db.sql(sql).pl().to_dicts()
