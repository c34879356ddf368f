"""The marts are a function of the set of deliveries: as the shared night's, in another order."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import ingest, sample, warehouse
from pipelines.settings import Settings

ORDER = (2, 0, 3, 1)
"""History is the sample's first delivery; three nights follow."""


def exports(release: Path) -> dict[str, str]:
    """A hash of every mart's rows in an order of their own; the vintage says when, and is left out."""
    found = {}
    with duckdb.connect(release / "socialstat.duckdb", read_only=True) as db:
        for (name,) in db.sql("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall():
            rows = db.sql(f"select * from mart.{name} order by all").fetchall()
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    found.pop("dim_vintage")
    return found


@pytest.mark.xdist_group("natt")
def test_marts_are_the_same_in_any_order(
    natt: Settings, tmp_path: Path, printed_lists: Callable[[Settings], None]
) -> None:
    settings = Settings(home=tmp_path / "data", key_file=natt.pseudonym_key)
    settings.make_folders()
    sample.write(settings.landing, scale=0.02)
    waiting = ingest.pending(settings)
    assert len(waiting) == len(ORDER)
    twice = shutil.copytree(waiting[ORDER[1]].folder, tmp_path / "igen")
    for place in ORDER:
        assert ingest.ingest(settings, waiting[place]).status == "delvis accepterad"
    shutil.copytree(twice, waiting[ORDER[1]].folder)
    assert ingest.ingest(settings, waiting[ORDER[1]]).status == "redan inläst"
    printed_lists(settings)
    ingest.ingest_all(settings)

    release = warehouse.build(settings).release
    assert exports(release) == exports((natt.warehouse / "current").resolve())
