"""The contracts agree with themselves, with the code lists and with the staging models.

That Pandera catches a planted bad row of every table is tested where rows are judged:
tests/unit/ingest/test_ingest_rows.py.
"""

import re
from itertools import chain

import duckdb
import polars as pl
import pytest

from pipelines.contracts import UNKNOWN, Table, codes, table, tables
from pipelines.settings import ROOT

EVERY_TABLE = pytest.mark.parametrize("extract", tables().values(), ids=lambda t: t.name)
FROM_STATE = {"kommun", "row_key", "leveransdatum"}
IDENTITIES = {"personnummer", "handlaggare", "hem_id"}


@EVERY_TABLE
def test_code_lists_exist(extract: Table) -> None:
    for column in extract.columns:
        assert (column.kind == "code") == (column.code_list is not None)
        if column.code_list:
            found = codes(column.code_list)
            assert len(found) == len(set(found)) > 1
            assert UNKNOWN not in found, "okand is what ingest says, not what a source may write"


def test_unknown_code_list_is_a_fault() -> None:
    with pytest.raises(KeyError, match="no code list"):
        codes("finns_inte")


def test_unknown_table_is_a_fault() -> None:
    with pytest.raises(KeyError):
        table("finns_inte")


@EVERY_TABLE
def test_keys_and_orders_are_columns(extract: Table) -> None:
    assert extract.key
    assert set(extract.key) <= extract.column.keys()
    for first, second in extract.order:
        assert {extract.column[first].kind, extract.column[second].kind} == {"day"}
        assert first != second


@EVERY_TABLE
def test_every_column_tells_the_deliverer_what_it_is(extract: Table) -> None:
    for text in (extract.description, *(column.description for column in extract.columns)):
        assert re.match(r"[A-ZÅÄÖ].*\.$", text, re.DOTALL), text


@EVERY_TABLE
def test_no_identity_is_archived(extract: Table) -> None:
    assert not IDENTITIES & extract.archive_schema.keys()
    has_person = any(column.kind == "person" for column in extract.columns)
    assert ("person_nyckel" in extract.archive_schema) == has_person


def test_money_is_decimal() -> None:
    for column in chain.from_iterable(t.columns for t in tables().values()):
        assert (column.name.endswith("_kr") or column.name == "dygnspris") == (column.kind == "kr"), (
            column.name
        )
        if column.kind == "kr":
            assert column.dtype == pl.Decimal(18, 2)
    kinds = {str(column.dtype) for t in tables().values() for column in t.columns}
    assert not any("Float" in kind for kind in kinds)


@pytest.mark.xdist_group("natt")
def test_staging_has_the_columns_of_the_contract(lager: duckdb.DuckDBPyConnection) -> None:
    """One staging model per extract, with every archived column and no other."""
    for extract in tables().values():
        (model,) = [
            path.stem
            for path in (ROOT / "models/staging").glob("stg_*.sql")
            if f"state('{extract.name}')" in path.read_text("utf-8")
        ]
        found = {row[0] for row in lager.sql(f"describe staging.{model}").fetchall()}
        assert found == extract.archive_schema.keys() | FROM_STATE, model
