"""The extract contracts, shared by every stage.

``tables()`` gives one :class:`Table` per extract: the Pandera model seen as plain columns. Code lists
come from ``seeds/koder.csv``; nothing here reads data.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from pipelines.contracts.columns import UNKNOWN, Column, codes, municipalities
from pipelines.contracts.tables import DEFINITIONS, Extract

__all__ = ["UNKNOWN", "Column", "Table", "codes", "municipalities", "table", "tables"]


@dataclass(frozen=True)
class Table:
    """One extract table: its Pandera model and the columns as data."""

    name: str
    model: type[Extract]
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[tuple[str, str], ...]
    always_delivered: bool

    @property
    def column(self) -> dict[str, Column]:
        return {c.name: c for c in self.columns}

    @property
    def archive_schema(self) -> dict[str, Any]:
        """Columns and types of the table after ingest: identities replaced by pseudonyms."""
        schema: dict[str, Any] = {}
        for c in self.columns:
            schema[c.archived_name] = c.dtype
            if c.kind == "person":
                schema[c.person_type_name] = pl.String
        return schema


@cache
def tables() -> dict[str, Table]:
    """All extract tables by name, in the order of design.md section 3."""
    found = {}
    for name, d in DEFINITIONS.items():
        schema = d.model.to_schema()
        columns = tuple(
            Column(
                name=column_name,
                kind=field.metadata["kind"],
                required=field.metadata["required"],
                description=field.description,
                code_list=field.metadata.get("code_list"),
                may_be_future=field.metadata.get("may_be_future", False),
            )
            for column_name, field in schema.columns.items()
        )
        found[name] = Table(
            name,
            d.model,
            (d.model.__doc__ or "").strip(),
            columns,
            d.key,
            d.order,
            d.always_delivered,
        )
    return found


def table(name: str) -> Table:
    """The contract of one table. Raises KeyError for a table that no contract knows."""
    return tables()[name]
