"""Rows: line numbers, stray quotes, the contract as the last wall, and rows in = accepted + rejected."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as trial
from hypothesis import strategies as st
from sender import Sender, as_csv, row, rows, standard

from pipelines.contracts import Table, table, tables
from pipelines.ingest import Status, contract
from pipelines.ingest.delivery import DeliveryResult, TableCount
from pipelines.settings import Settings


def typed_row(name: str) -> pl.DataFrame:
    """One row that the contract accepts."""
    texts = row(name, 1)
    value = {"day": date(2026, 1, 5), "flag": True}
    return pl.DataFrame(
        {
            c.name: pl.Series([value.get(c.kind, texts[c.name]) if c.name in texts else None]).cast(c.dtype)
            for c in table(name).columns
        }
    )


def planted(contract_: Table, good: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """A bad row per column that can be bad: null where required, a code that no list has."""
    bad = []
    for column in contract_.columns:
        if column.required and column.kind != "person":
            bad.append((column.name, good.with_columns(pl.lit(None, column.dtype).alias(column.name))))
        if column.code_list:
            bad.append((column.name, good.with_columns(pl.lit("finns_ej").alias(column.name))))
    return bad


@pytest.mark.parametrize("name", tables())
def test_contract_catches_a_planted_bad_row(name: str) -> None:
    good = typed_row(name)
    assert contract.breaches(table(name), good).is_empty()
    cases = planted(table(name), good)
    frame = pl.concat([frame for _, frame in cases] + [good])
    found = contract.breaches(table(name), frame)
    assert set(found.select("index", "column").rows()) == {(n, column) for n, (column, _) in enumerate(cases)}


@pytest.mark.parametrize(("name", "order"), [(t.name, pair) for t in tables().values() for pair in t.order])
def test_contract_catches_dates_in_the_wrong_order(name: str, order: tuple[str, str]) -> None:
    earlier, later = order
    same = typed_row(name).with_columns(pl.lit(date(2026, 1, 5)).alias(c) for c in order)
    wrong = same.with_columns(pl.lit(date(2026, 1, 4)).alias(later))
    found = contract.breaches(table(name), pl.concat([same, wrong]))
    assert found.rows() == [(1, later, f"{contract.ORDER}{earlier}")]


def test_contract_with_a_wrong_type_is_a_fault_of_the_code() -> None:
    wrong = typed_row("placeringar").with_columns(start=pl.lit("2026-01-05"))
    with pytest.raises(contract.ContractError, match="start"):
        contract.breaches(table("placeringar"), wrong)


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(["", " ", "2026-01-05", "2026-02-30", "ja", "anmalan", '"', ",", "\n", "okand", "=1+1"]),
)


@trial(max_examples=15, deadline=None, derandomize=True)
@given(garbage=st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8))
def test_rows_in_are_rows_accepted_and_rejected(garbage: list[list[str]]) -> None:
    columns = list(row("aktualiseringar", 1))[:6]
    lines = rows("aktualiseringar", 2)
    lines += [{**row("aktualiseringar", 3), **dict(zip(columns, cells, strict=True))} for cells in garbage]
    with tempfile.TemporaryDirectory() as home:
        sender = Sender(Settings(home=Path(home)))
        result = sender.send(standard(aktualiseringar=lines))
        count = result.tables["aktualiseringar"]
        assert count.rows_in == len(lines) == count.accepted + count.rejected
        named = result.findings.filter(allvar="fel", tabell="aktualiseringar")
        assert named["rad"].drop_nulls().n_unique() == count.rejected


def test_result_that_loses_a_row_cannot_be_made() -> None:
    with pytest.raises(AssertionError):
        DeliveryResult("9901", date(2026, 11, 1), 1, Status.ACCEPTED, {"enheter": TableCount(3, 1, 1)})


def test_empty_table_is_an_answer(sender: Sender) -> None:
    header = as_csv(rows("placeringar", 1)).splitlines()[0]
    result = sender.send(standard(placeringar=header))
    assert (result.status, result.tables["placeringar"].rows_in) == (Status.ACCEPTED, 0)
