"""Indicator values against Polars over the fact tables: the same counts by another road.

The ``facit_*`` modules say what each indicator counts. Cells are drawn at random, the same every time; what
must hold everywhere is tested on all of them.
"""

import re
import shutil
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import facit_arende
import facit_ateraktualisering
import facit_beslut
import facit_ej_verkstalld
import facit_frist
import facit_insats
import facit_kostnad
import facit_matt
import facit_placering
import polars as pl
import pytest
from facit import Count, Facts, days, read_organisation

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")

CELLS_PER_INDICATOR = 120
THEMES = (
    facit_arende,
    facit_ateraktualisering,
    facit_frist,
    facit_ej_verkstalld,
    facit_insats,
    facit_kostnad,
    facit_matt,
    facit_placering,
    facit_beslut,
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
    # What no row of the cell knows (who it was) is another matter.
    known = (pl.col("antal_rader").is_null() | (pl.col("antal_med_uppgift") > 0)).fill_null(value=True)
    assert counts.filter(pl.col("status") == "saknas", known).height == 0


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
    known_later = pl.col("indikator_id").str.starts_with("ATER_")
    known = pl.when(known_later).then(pl.col("period_slut").dt.offset_by("1y")).otherwise("period_slut")
    early = known > pl.col("lage_per")
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


def test_open_at_some_time_is_open_before_and_opened_since(facts: Facts) -> None:
    quarters = (
        facts["cell"]
        .filter(
            pl.col("periodtyp") == "kvartal",
            pl.col("uppdelning") == "typ",
            pl.col("grupp").is_in(["vardnad_boende_umgange", "faderskap"]),
            pl.col("status") == "ok",
            pl.col("indikator_id").is_in(["FAM_AKTUELLA", "FAM_OPPNADE", "UTR_OPPNA"]),
        )
        .pivot("indikator_id", index=["grupp", "period"], values="taljare")
        .sort("grupp", "period")
        .with_columns(before=pl.col("UTR_OPPNA").shift(1).over("grupp"))
        .drop_nulls()
    )
    assert quarters.filter(pl.col("before") > 0).height > 10
    assert quarters.filter(pl.col("FAM_AKTUELLA") != pl.col("before") + pl.col("FAM_OPPNADE")).height == 0


def test_a_word_that_few_share_is_no_group(natt: Settings, tmp_path: Path) -> None:
    """Somebody may have written a name where the cause should stand."""
    shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", tmp_path)
    (model,) = (natt.home / "dbt" / "compiled").rglob("models/**/int_aktualisering_text.sql")
    with duckdb.connect(tmp_path / "socialstat.duckdb") as db:
        db.sql("""
            create table vald as
            select aktualisering_nyckel, dense_rank() over (order by person_nyckel) as nr
            from mart.fct_aktualisering
            where person_nyckel is not null and orsak = 'skolproblem' and kommun = '9901'
        """)
        # Ten persons of one cause, nine of another.
        for word, ranks in {"grannen ringde": (1, 10), "bor hos Kim Ek": (11, 19)}.items():
            db.execute(
                """
                update mart.fct_aktualisering set orsak = ? where aktualisering_nyckel in
                    (select aktualisering_nyckel from vald where nr between ? and ?)
                """,
                [word, *ranks],
            )
        sql = model.read_text(encoding="utf-8")
        words = dict(
            db.sql(f"select orsak, count(distinct person_nyckel) from ({sql}) group by 1").fetchall()
        )
    assert words["grannen ringde"] == 10
    assert words["annat"] == 9
    assert "bor hos Kim Ek" not in words


def test_what_no_row_knows_is_not_observed(natt: Settings, tmp_path: Path) -> None:
    """An extract without the day of assignment says nothing of how many cases wait for somebody: not 0."""
    shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", tmp_path)
    (model,) = (natt.home / "dbt" / "compiled").rglob("models/**/indikatorvarde.sql")
    with duckdb.connect(tmp_path / "socialstat.duckdb") as db:
        db.sql("update intermediate.int_indikator_komponent set antal_med_uppgift = 0")
        night_input = r"read_parquet\('[^']*/lage\.parquet'\)"  # gone since the night
        known = "(from mart.dim_kommun where lage_per is not null)"
        sql = re.sub(night_input, known, model.read_text(encoding="utf-8"))
        found = db.sql(f"from ({sql}) where indikator_id = 'UTR_EJ_TILLDELADE' and kommun = '9901'").pl()
    rows = found.filter(pl.col("antal_rader") > 0)
    assert set(rows["status"]) == {"saknas"}
    assert rows["varde"].is_null().all()
    # Where there were no cases at all, none waited.
    assert set(found.filter(pl.col("antal_rader").is_null(), pl.col("status") == "ok")["varde"]) == {0}
