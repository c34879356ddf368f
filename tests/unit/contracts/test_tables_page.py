"""docs/tables.md is the contracts: nobody writes it by hand."""

import re

from pipelines.contracts import tables
from pipelines.contracts.page import KINDS, PERIODS, page
from pipelines.ingest.check import PERIODS as READ
from pipelines.settings import ROOT


def test_the_committed_page_is_the_generated() -> None:
    committed = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert committed == page(), "python -m pipelines.contracts.page > docs/tables.md"


def test_every_link_has_its_heading_and_no_heading_stands_twice() -> None:
    headings = re.findall(r"^#+ (.+)$", page(), re.MULTILINE)
    assert len(set(headings)) == len(headings)
    links = re.findall(r"\(#([^)]+)\)", page())
    assert set(links) <= set(headings)
    assert tables().keys() <= set(links)


def test_every_column_has_a_row_with_its_kind() -> None:
    text = page()
    for contract in tables().values():
        section = text.split(f"\n## {contract.name}\n")[1].split("\n## ")[0]
        for column in contract.columns:
            (row,) = re.findall(rf"^\| `{column.name}` \|.*$", section, re.MULTILINE)
            assert KINDS[column.kind] in row
            assert (" | yes | " in row) == column.required
            assert not column.code_list or f"(#{column.code_list})" in row


def test_the_example_periods_are_read() -> None:
    assert PERIODS.keys() == {t.name for t in tables().values() for c in t.columns if c.kind == "period"}
    for name, examples in PERIODS.items():
        assert all(re.fullmatch(READ[name][0], example) for example in examples), name
