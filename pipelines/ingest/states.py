"""What a table's rows were after some of its files of changes: the state that a delivery is compared with.

A night asks for the same two states of a table many times, the one before the delivery and the one after it,
and opening the files takes longer the more nights there have been. So each is computed once and kept in the
workshop, and one that a few more files lead to is computed from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb
import polars as pl

from pipelines.contracts import Table
from pipelines.ingest.archive import REMOVED
from pipelines.ingest.keys import ROW_KEY

NEWEST_FIRST = f"partition by {ROW_KEY} order by leveransdatum desc, sekvens desc"

LARGE = 20_000_000
"""Bytes of Parquet above which a single file is read as it lies and not copied to be read more than once."""

KEPT = 3
"""States of one table that are kept: before a delivery, after it, and after it as long as nothing had come in
late before it."""

SQL_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "varchar",
    pl.Date: "date",
    pl.Boolean: "boolean",
    pl.Int64: "bigint",
}


def empty(contract: Table) -> str:
    """A relation of the table's archived columns and keys without rows."""
    columns = [*contract.archive_schema.items(), (ROW_KEY, pl.String)]
    nulls = ", ".join(f'null::{_sql_type(dtype)} as "{name}"' for name, dtype in columns)
    return f"(select {nulls} where false)"


def _sql_type(dtype: pl.DataType | type[pl.DataType]) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision},{dtype.scale})"
    return SQL_TYPES[dtype if isinstance(dtype, type) else type(dtype)]


def quoted(contract: Table) -> str:
    """The table's archived columns, as SQL."""
    return ", ".join(f'"{name}"' for name in contract.archive_schema)


@dataclass(frozen=True)
class States:
    """The states of one municipality's tables; ``archive`` is the folder that the files' names begin in."""

    archive: Path
    db: duckdb.DuckDBPyConnection
    _kept: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)
    """Table → files → name of a temporary table; the one that was asked for last is last."""
    _number: Iterator[int] = field(default_factory=count)

    def paths(self, files: list[str]) -> str:
        return "[" + ", ".join(f"'{self.archive / f}'" for f in files) + "]"

    def after(self, contract: Table, files: list[str]) -> str:
        """The rows that live after the changes in ``files``, in their order: archived columns, row_key.

        A relation that can be read until KEPT others of the same table have been asked for.
        """
        if not files:
            return empty(contract)
        if len(files) == 1 and (self.archive / files[0]).stat().st_size > LARGE:
            return f"({self._living(contract, self._changes(contract, files))})"
        kept = self._kept.setdefault(contract.name, {})
        name = kept.pop(tuple(files), None)
        if name is None:
            name = f"tillstand_{next(self._number)}"
            self.db.execute(f"create temp table {name} as {self._computed(contract, files)}")
        kept[tuple(files)] = name
        if len(kept) > KEPT:
            self.db.execute(f"drop table {kept.pop(next(iter(kept)))}")
        return name

    def _computed(self, contract: Table, files: list[str]) -> str:
        if len(files) == 1:
            return self._living(contract, self._changes(contract, files))
        kept = self._kept[contract.name]
        beginnings = [known for known in kept if known == tuple(files[: len(known)])]
        if beginnings:
            beginning = max(beginnings, key=len)
            before = kept[beginning]
        else:
            beginning = (files[0],)
            before = f"({self._living(contract, self._changes(contract, files[:1]))})"
        return f"""
            with senare as materialized (from {self._changes(contract, files[len(beginning) :])})
            select {quoted(contract)}, {ROW_KEY} from {before} anti join senare using ({ROW_KEY})
            union all
            {self._living(contract, "senare")}
        """

    def _living(self, contract: Table, changes: str) -> str:
        return f"select {quoted(contract)}, {ROW_KEY} from {changes} where change <> '{REMOVED}'"

    def _changes(self, contract: Table, files: list[str]) -> str:
        """The last change of each row in ``files``."""
        newest = "" if len(files) == 1 else f"qualify row_number() over ({NEWEST_FIRST}) = 1"
        return f"""(
            select *
            from (
                select *, null::varchar as change, null::date as leveransdatum, null::bigint as sekvens
                from {empty(contract)}
                union all by name
                select * from read_parquet({self.paths(files)}, union_by_name = true)
            )
            {newest}
        )"""
