"""The states of a table: the same as when every change is made one by one, and no file is opened twice."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.contracts import table
from pipelines.ingest import states
from pipelines.ingest.archive import CHANGED, NEW, REMOVED
from pipelines.ingest.keys import ROW_KEY
from pipelines.ingest.states import KEPT, States

TABLE = table("placeringar")
Rows = dict[str, str | None]
"""row_key → enhet"""


class Archive:
    """Files of random changes, and what each of them says."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.said: dict[str, Rows] = {}

    def add(self) -> str:
        """The next file. It changes some rows and removes some."""
        number, chance = len(self.said), self.chance
        keys = chance.sample(range(12), chance.randint(1, 12))
        changes = {f"r{key}": chance.choice([None, "a", "b"]) for key in keys if number == 0 or key % 3}
        removed = {} if number == 0 else {f"r{key}" for key in keys if not key % 3}
        delivered = date(2026, 1, 1) + timedelta(number // 2)
        rows = [(key, unit, chance.choice([NEW, CHANGED])) for key, unit in changes.items()]
        rows += [(key, None, REMOVED) for key in removed]
        columns = dict.fromkeys((ROW_KEY, "enhet", "change"), pl.String)
        frame = pl.DataFrame(rows, columns, orient="row")
        name = f"{delivered}-{number % 2 + 1}.parquet"
        stamped = frame.with_columns(leveransdatum=pl.lit(delivered), sekvens=pl.lit(number % 2 + 1))
        stamped.sample(fraction=1, shuffle=True, seed=number).write_parquet(self.folder / name)
        self.said[name] = changes | dict.fromkeys(removed, REMOVED)
        return name

    def state(self, files: list[str]) -> Rows:
        rows: Rows = {}
        for name in files:
            rows |= self.said[name]
        return {key: unit for key, unit in rows.items() if unit != REMOVED}


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def seen(found: States, files: list[str]) -> Rows:
    relation = found.after(TABLE, files)
    columns = found.db.sql(f"from {relation}").columns
    assert columns == [*TABLE.archive_schema, ROW_KEY]
    rows = found.db.sql(f"select {ROW_KEY}, enhet from {relation}").fetchall()
    assert len(dict(rows)) == len(rows)
    return dict(rows)


@pytest.mark.parametrize("large", [states.LARGE, 0])
@pytest.mark.parametrize("seed", range(8))
def test_states_are_as_the_changes_say(
    seed: int, large: int, tmp_path: Path, db: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when files have come in between or have gone, and more has been asked for than is kept."""
    monkeypatch.setattr(states, "LARGE", large)
    chance = random.Random(seed)
    archive, found = Archive(tmp_path, chance), States(tmp_path, db)
    files = [archive.add() for _ in range(10)]
    asked: list[list[str]] = [[], files[:1], files]
    asked += [sorted(chance.sample(files, chance.randint(0, 10))) for _ in range(10)]
    asked += [files[: chance.randint(0, 10)] for _ in range(20)]
    for some in chance.sample(asked, len(asked)):
        assert seen(found, some) == archive.state(some)
        assert len(db.sql("show tables").fetchall()) <= KEPT


def test_no_file_is_opened_twice(tmp_path: Path, db: duckdb.DuckDBPyConnection) -> None:
    archive, found = Archive(tmp_path, random.Random(1)), States(tmp_path, db)
    files = [archive.add() for _ in range(4)]
    assert seen(found, files) == archive.state(files)
    for path in tmp_path.iterdir():
        path.unlink()
    assert seen(found, files) == archive.state(files)
    files = [*files, archive.add()]
    assert seen(found, files) == archive.state(files)
