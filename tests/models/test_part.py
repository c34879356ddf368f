"""A part of a night: the marts that are asked for, what they read, and the data tests on all of it."""

import json
from datetime import date

import duckdb
import pytest
from frist_fall import Cases

from pipelines import warehouse
from pipelines.settings import Settings
from pipelines.warehouse import indata

ONLY = ["fct_aktualisering"]


@pytest.fixture
def part(settings: Settings) -> warehouse.Night:
    cases = Cases("0180", date(2026, 1, 31))
    cases.aktualisering("a", date(2026, 1, 2), date(2026, 1, 9))
    cases.write(settings)
    return warehouse.build(settings, only=ONLY)


def test_a_part_is_tested_and_is_no_whole_night(settings: Settings, part: warehouse.Night) -> None:
    with duckdb.connect(part.release / "socialstat.duckdb", read_only=True) as db:
        marts = db.sql("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
        rows = db.sql("select aktualisering_id from mart.fct_aktualisering").fetchall()
    assert "fct_aktualisering" in {mart for (mart,) in marts}
    assert len(marts) < 10
    assert rows == [("a",)]
    tested = [name for name in part.seconds if name.startswith("test.")]
    assert any("fct_aktualisering" in name for name in tested)

    assert not warehouse.build(settings, only=ONLY).is_new
    built = json.loads((part.release / "fingerprint.json").read_text(encoding="utf-8"))
    assert built == indata.read(settings, None, ONLY).fingerprint != indata.read(settings, None).fingerprint
