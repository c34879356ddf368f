"""The last wall: the typed rows meet the Pandera contract, with the order of its dates.

Pandera's failure cases hold raw values: only their row numbers, columns and checks are read here.
"""

from copy import deepcopy
from functools import cache

import pandera.polars as pa
import polars as pl

from pipelines.contracts import Table, table
from pipelines.ingest.rules import Findings

ORDER = "ordning:"
_ROW = "_plats"


class ContractError(Exception):
    """The frame itself has the wrong shape: a fault in this code, not in a delivery."""


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """The table's Pandera schema with one check per pair of dates that must follow each other."""
    contract = deepcopy(table(name).model.to_schema())
    for earlier, later in table(name).order:
        contract.columns[later].checks.append(_order(earlier, later))
    return contract


def _order(earlier: str, later: str) -> pa.Check:
    in_order = (pl.col(earlier) <= pl.col(later)).fill_null(True)
    return pa.Check(lambda data: data.lazyframe.select(in_order), error=f"{ORDER}{earlier}")


def breaches(contract: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """What the contract refuses: ``index`` (row of ``frame``), ``column``, ``check``.

    ``frame`` is eager (a lazy frame is only checked for its types). Raises ContractError when the frame
    lacks a column or has a wrong type.
    """
    try:
        schema(contract.name).validate(frame.select(list(contract.column)), lazy=True)
    except pa.errors.SchemaErrors as error:
        found: pl.DataFrame = error.failure_cases.select("index", "column", "check")
    else:
        return pl.DataFrame(schema={"index": pl.Int32, "column": pl.String, "check": pl.String})
    if shapeless := found.filter(pl.col("index").is_null()).rows():
        raise ContractError(f"{contract.name}: {[(column, check) for _, column, check in shapeless]}")
    return found


def refuse(contract: Table, frame: pl.DataFrame, findings: Findings) -> pl.Series:
    """Report the rows that break the contract; gives the mask of the rows to refuse."""
    found = breaches(contract, frame)
    numbered = frame.with_row_index(_ROW)
    for column, check in found.select("column", "check").unique(maintain_order=True).rows():
        broken = found.filter(pl.col("column") == column, pl.col("check") == check)["index"]
        rows = numbered.filter(pl.col(_ROW).is_in(broken.implode()))
        if check.startswith(ORDER):
            earlier = check.removeprefix(ORDER)
            rule, words = "DATUM_ORDNING", {"tidigare": earlier}
        else:
            rule, words = "KONTRAKT", {}
        findings.add_rows(rule, rows, contract, contract.column[column], value=column, **words)
    return numbered[_ROW].is_in(found["index"].implode())
