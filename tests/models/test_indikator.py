"""Indicator values against Polars over the fact tables: the same counts by another road.

The ``facit_*`` modules say what each indicator counts. Cells are drawn at random, the same every time; what
must hold everywhere is tested on all of them.
"""

from decimal import Decimal
from random import Random

import duckdb
import facit_arende
import facit_beslut
import facit_ej_verkstalld
import facit_frist
import facit_kostnad
import facit_matt
import facit_placering
import polars as pl
import pytest
from facit import Count, Facts, days, read_organisation

pytestmark = pytest.mark.xdist_group("natt")

CELLS_PER_INDICATOR = 120
THEMES = (
    *(facit_arende, facit_frist, facit_ej_verkstalld, facit_kostnad, facit_matt),
    *(facit_placering, facit_beslut),
)
OF_SYSTEM = ~pl.col("indikator_id").is_in(list(facit_matt.FACTS))
FACTS: dict[str, Count] = {name: count for theme in THEMES for name, count in theme.FACTS.items()}


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest) -> Facts:
    """The frames of every theme, with the breakdowns as columns, and ``cell``: the values to be tested."""
    natt = request.getfixturevalue("natt")
    with duckdb.connect(natt.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        read_organisation(db)
        found = {name: frame for theme in THEMES for name, frame in theme.frames(db).items()}
        return found | {"cell": db.sql("from mart.indikatorvarde").pl()}


def test_every_indicator_has_its_second_opinion(facts: Facts) -> None:
    assert set(facts["cell"]["indikator_id"]) == set(FACTS)


@pytest.mark.parametrize("indikator_id", FACTS)
def test_cells(facts: Facts, indikator_id: str) -> None:
    cells = (
        facts["cell"]
        .filter(pl.col("indikator_id") == indikator_id, pl.col("status").is_in(["ok", "saknas"]))
        .to_dicts()
    )
    drawn = Random(indikator_id).sample(cells, min(CELLS_PER_INDICATOR, len(cells)))
    drawn += [
        c for c in cells if c["period"] in ("2025", "2025-D2", "2021-K3") and c["uppdelning"] == "total"
    ]
    for cell in drawn:
        wanted = FACTS[indikator_id](facts, cell)
        where = {k: cell[k] for k in ("indikator_id", "kommun", "period", "uppdelning", "grupp")}
        assert (cell["taljare"], cell["namnare"]) == (wanted.taljare, wanted.namnare), where
        assert (cell["varde"] is None) == (wanted.varde is None) == (cell["status"] == "saknas"), where
        if wanted.varde is not None:
            assert abs(cell["varde"] - wanted.varde) <= Decimal("0.00001"), where


def test_drawn_cells_are_not_all_empty(facts: Facts) -> None:
    ok = facts["cell"].filter(pl.col("status") == "ok")
    for indikator_id, of in ok.group_by("indikator_id"):
        assert of.filter(pl.coalesce("taljare", "varde") > 0).height > 3, indikator_id


def test_groups_sum_to_their_total(facts: Facts) -> None:
    """Also says that no group is left out: a group's rows are in its total."""
    key = ["indikator_id", "kommun", "periodtyp", "period"]
    additive = facts["cell"].filter(
        pl.col("status") == "ok",
        pl.col("indikator_id").is_in(["AKT_ANTAL", "UTR_OPPNA", "EV_ANTAL", "ARSPLACERINGAR"]),
    )
    total = additive.filter(pl.col("uppdelning") == "total").select(*key, total="taljare")
    sums = (
        additive.filter(pl.col("uppdelning") != "total").group_by(*key, "uppdelning").agg(pl.sum("taljare"))
    )
    both = sums.join(total, on=key, how="left")
    assert both.height > 1000
    assert both.filter(pl.col("taljare").ne_missing(pl.col("total"))).height == 0


def test_nothing_happened_is_zero_not_missing(facts: Facts) -> None:
    counts = facts["cell"].filter(pl.col("statistik") == "antal", OF_SYSTEM)
    ok = counts.filter(pl.col("status") == "ok")
    assert ok["varde"].null_count() == 0
    assert ok.filter(pl.col("varde") == 0).height > 100
    assert counts.filter(pl.col("status") == "saknas").height == 0


def test_table_that_never_came_is_not_producible(facts: Facts) -> None:
    """Botkyrka and Härnösand delivered their lists of unexecuted decisions and nothing else."""
    lists = facts["cell"].filter(pl.col("kommun").is_in(["0127", "2280"]))
    delivered = pl.col("indikator_id").str.starts_with("EV_") & OF_SYSTEM
    assert set(lists.filter(delivered)["status"]) == {"ok"}
    absent = lists.filter(~delivered)
    assert set(absent["status"]) == {"ej_producerbar"}
    assert set(absent["indikator_id"]) == FACTS.keys() - set(lists.filter(delivered)["indikator_id"])
    assert absent.select(pl.col("taljare", "namnare", "varde").is_null().all()).row(0) == (True, True, True)


def test_unfinished_period_is_too_early(facts: Facts) -> None:
    of_calendar = ~pl.col("indikator_id").str.starts_with("EV_") & (pl.col("status") != "ej_producerbar")
    cells = facts["cell"].filter(of_calendar, pl.col("kommun") == "9901")
    early = pl.col("period_slut") > pl.col("lage_per")
    assert set(cells.filter(early)["status"]) == {"for_tidigt"}
    assert "for_tidigt" not in set(cells.filter(~early)["status"])
    assert {"2026-11", "2026-K4", "2026"} <= set(cells.filter(early)["period"])
    assert (
        cells.filter(early).select(pl.col("taljare", "namnare", "varde").is_null().all()).row(0)
        == (True,) * 3
    )


def test_periods_end_where_their_name_says(facts: Facts) -> None:
    ends = dict(facts["cell"].select("period", "period_slut").unique().rows())
    assert ends == {period: days(period)[1] for period in ends}
