"""From the extracts to the deadline engine's subjects and events, by cases worked out by hand.

The engine is judged elsewhere, on random subjects and events. Here is judged what the models before it make
of the rows that a municipality delivers: see ``frist_koppling_fall.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest
from frist_koppling_fall import GROUPS, Fall, make

from pipelines import warehouse
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("koppling")

CASES = [pytest.param(fall, rules, id=fall.name) for rules, group in GROUPS for fall in group]

Found = dict[str, dict[str, list[str]]]
"""Case → rule (and person, when it is not the child a) → clocks."""


def build(home: Path, falls: Iterable[Fall]) -> Path:
    """The warehouse file of these cases only."""
    settings = Settings(home=home)
    settings.make_folders()
    for cases in make(falls):
        cases.write(settings)
    warehouse.build(settings, only=["fct_frist", "fct_frist_konvention"])
    return settings.warehouse / "current" / "socialstat.duckdb"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    file = build(
        tmp_path_factory.mktemp("koppling") / "data", [fall for _, group in GROUPS for fall in group]
    )
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def found(db: duckdb.DuckDBPyConnection) -> Found:
    rows = db.sql("""
        select split_part(replace(subjekt_id, 'kedja:', ''), '/', 1), regel_id,
               split_part(person_nyckel, '/', 2), start_datum,
               concat_ws('>', frist_datum, forlangd_till_datum), stopp_datum, upphord_datum, utfall
        from mart.fct_frist
    """).fetchall()
    clocks: Found = defaultdict(lambda: defaultdict(list))
    for name, rule, person, *clock in rows:
        who = f" {person}" if person not in (None, "a") else ""
        clocks[name][rule + who].append(" ".join(str(part or "-") for part in clock))
    return clocks


@pytest.mark.parametrize(("fall", "rules"), CASES)
def test_clocks(found: Found, fall: Fall, rules: set[str]) -> None:
    clocks = found[fall.name].items()
    assert {key: sorted(said) for key, said in clocks if key.split()[0] in rules} == fall.clocks


def test_case_names_are_unique() -> None:
    names = [fall.name for _, group in GROUPS for fall in group]
    assert len(names) == len(set(names))


def test_a_day_that_the_court_has_set_stands(db: duckdb.DuckDBPyConnection) -> None:
    """Saturdays both: four months from the commission move to Monday, the court's own day does not."""
    rows = db.sql("""
        select frist.subjekt_id, cast(konv.frist_datum as varchar), konv.utfall
        from mart.fct_frist as frist
        inner join mart.fct_frist_konvention as konv using (frist_id)
        where konv.regel_id = 'FAMRATT_VBU' and konv.konvention = 'LAG_RULLAD'
            and frist.subjekt_id not like '%forlanger%'
        order by all
    """).fetchall()
    assert rows == [
        ("vbu-ingen-dag-satt/u1", "2025-05-12", "i_tid"),
        ("vbu-rattens-dag/u1", "2025-04-05", "for_sent"),
    ]
