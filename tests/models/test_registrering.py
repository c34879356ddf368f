"""How late days are registered: a plain reading of the estimator, and a world where the truth is known.

What runs is dbt's own SQL of the night, on registrations that the test invents.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import prod
from random import Random

import duckdb
import polars as pl
import pytest

from pipelines.settings import SEEDS, Settings

pytestmark = pytest.mark.xdist_group("natt")

LAGE_PER = date(2026, 11, 1)
ENOUGH = 20
Known = list[tuple[date, int]]
"""The day it happened and how many days later it was registered; only what is registered by LAGE_PER."""


class Rig:
    """The three models' SQL in a database of their own."""

    def __init__(self, natt: Settings, db: duckdb.DuckDBPyConnection) -> None:
        folder = natt.home / "dbt" / "compiled" / "socialstat" / "models" / "marts"
        self.sql = {name: (folder / f"{name}.sql").read_text("utf-8") for name in MODELS}
        self.db = db
        db.execute("attach ':memory:' as socialstat; create schema socialstat.intermediate;")
        db.execute("create schema socialstat.mart; create schema socialstat.seed;")
        granser = SEEDS / "indikator_granser.csv"
        db.execute(f"create table socialstat.seed.indikator_granser as from read_csv('{granser}')")

    def run(self, known: Known) -> None:
        """Estimate from what is known."""
        rows = pl.DataFrame(
            [
                {
                    "kommun": "9901",
                    "kalla": "utredningar.slutford",
                    "row_key": str(n),
                    "handelse_datum": day,
                    "slap_dagar": late,
                    "iakttagen_dagar": (LAGE_PER - day).days,
                }
                for n, (day, late) in enumerate(known)
            ]
        )
        self.db.register("rader", rows)
        self.db.execute("create or replace table socialstat.intermediate.int_registrering as from rader")
        for name in MODELS:
            self.db.execute(f"create or replace table socialstat.mart.{name} as {self.sql[name]}")

    def share(self) -> dict[int, float]:
        """Share known within so many days."""
        found = self.db.sql(
            "select dagar, andel_kand::double from socialstat.mart.registrering_slap"
        ).fetchall()
        return dict(found)


MODELS = ("registrering_slap", "registrering_manad")


@pytest.fixture
def rig(natt: Settings) -> Iterator[Rig]:
    with duckdb.connect() as db:
        yield Rig(natt, db)


def world(seed: int, days: int, a_day: int, mean_late: float) -> tuple[Known, Known]:
    """All that happened in the ``days`` before LAGE_PER, and what of it is known then."""
    rng = Random(seed)
    everything = [
        (LAGE_PER - timedelta(days=back), min(int(rng.expovariate(1 / mean_late)), 90))
        for back in range(1, days + 1)
        for _ in range(a_day)
    ]
    return everything, [(day, late) for day, late in everything if day + timedelta(days=late) <= LAGE_PER]


def plain(known: Known) -> dict[int, float]:
    """The reverse-time product limit, read from its definition."""
    observable = [(late, (LAGE_PER - day).days) for day, late in known]
    hazard = {}
    for d in sorted({late for late, _ in observable}):
        at_risk = sum(late <= d <= follow for late, follow in observable)
        if at_risk >= ENOUGH:
            hazard[d] = sum(late == d for late, _ in observable) / at_risk
    return {d: prod(1 - h for later, h in hazard.items() if later > d) for d in hazard}


@pytest.mark.parametrize("seed", range(6))
def test_estimate_is_the_product_limit(rig: Rig, seed: int) -> None:
    _, known = world(seed, days=60 + 40 * seed, a_day=1 + seed % 3, mean_late=3 + 4 * seed)
    rig.run(known)
    wanted = plain(known)
    assert rig.share().keys() == wanted.keys()
    for days, share in rig.share().items():
        assert share == pytest.approx(wanted[days], abs=1e-6)


def test_without_truncation_it_is_the_plain_share(rig: Rig) -> None:
    everything, _ = world(1, days=300, a_day=2, mean_late=5)
    old = [(day - timedelta(days=200), late) for day, late in everything]
    rig.run(old)
    for days, share in rig.share().items():
        assert share == pytest.approx(sum(late <= days for _, late in old) / len(old), abs=0.01)


def test_what_is_expected_is_near_what_comes(rig: Rig) -> None:
    """Ten worlds together, since one is noisy: what is quick does not make it look as if all were in."""
    expected, truth, seen = 0.0, 0, 0
    for seed in range(10):
        everything, known = world(seed, days=300, a_day=3, mean_late=15)
        rig.run(known)
        [row] = rig.db.sql("""
            select antal_kanda + vantas_antal from socialstat.mart.registrering_manad where manad = '2026-10'
        """).fetchall()
        expected += float(row[0])
        truth += sum(f"{day:%Y-%m}" == "2026-10" for day, _ in everything)
        seen += sum(f"{day:%Y-%m}" == "2026-10" for day, _ in known)
    assert seen < 0.7 * truth
    assert abs(expected - truth) <= 0.05 * truth


def test_too_little_to_say_is_null(rig: Rig) -> None:
    _, known = world(3, days=5, a_day=1, mean_late=1)
    rig.run(known)
    assert rig.share() == {}
    [rows] = rig.db.sql("select count(vantas_antal) from socialstat.mart.registrering_manad").fetchall()
    assert rows == (0,)


def test_the_night_follows_what_it_delivered(lager: duckdb.DuckDBPyConnection) -> None:
    """Nothing from the history load; the nights after it, with the delivery that said it first."""
    found = lager.sql("select * from intermediate.int_registrering where kommun = '9901'").pl()
    assert found.height > 10
    assert (found["kand_datum"] >= found["handelse_datum"]).all()
    first = lager.sql("select min(leveransdatum) from mart.fct_leverans where kommun = '9901'").fetchone()
    assert first
    assert found["handelse_datum"].min() > first[0]
