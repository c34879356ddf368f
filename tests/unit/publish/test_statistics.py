"""The council's statistics: margins that the statute names are given, and their crosses tell of nobody."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines.publish.crosses import interval
from pipelines.publish.statistics import SCHEMA, merged, unexecuted
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
K = 5
KEY = ["kommun", "kvartal", "klocka"]


def kinds(**numbers: int) -> list[dict[str, Any]]:
    family = {
        "kontaktperson": "kontakt",
        "kontaktfamilj": "kontakt",
        "boendestod": "stod",
        "ips": "stod",
        "hvb": "placering",
    }
    return [
        {
            "insats": kind,
            "insats_namn": kind.title(),
            "familj": family[kind],
            "familj_namn": family[kind].upper(),
        }
        for kind, n in numbers.items()
        for _ in range(n)
    ]


def test_few_of_a_kind_go_into_their_family_with_the_others_of_it() -> None:
    groups = merged(kinds(kontaktperson=14, kontaktfamilj=2, boendestod=6, ips=5, hvb=3), K)
    assert [(code, name, len(rows)) for code, (name, rows) in groups.items()] == [
        ("familj_kontakt", "KONTAKT", 16),
        ("boendestod", "Boendestod", 6),
        ("ips", "Ips", 5),
        ("familj_placering", "PLACERING", 3),  # given all the same: the statute names the kinds
    ]


@pytest.fixture(scope="module")
def warehouse(natt: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The night's warehouse with Sampelstad's decisions of all years put into its newest round: "
    "enough to suppress."""
    with duckdb.connect() as db:
        db.execute(f"attach '{natt.warehouse / 'current' / 'socialstat.duckdb'}' as natt (read_only)")
        db.execute("attach ':memory:' as warehouse")
        for schema, tables in {
            "seed": ("koder", "vantetidsband", "insatsfamiljer"),
            "mart": ("ej_verkstallda_kvartal", "ej_verkstallda_omgang", "dim_kommun", "dim_vintage"),
        }.items():
            db.execute(f"create schema warehouse.{schema}")
            for table in tables:
                db.execute(f"create table warehouse.{schema}.{table} as from natt.{schema}.{table}")
        db.execute("""
            update warehouse.mart.ej_verkstallda_kvartal
            set kvartal = '2026-K3', status_vid_bryt = 'ej_verkstalld', ar_rapporteringspliktig = true,
                vantetidsband = coalesce(vantetidsband, '3-6'),
                kon = case when hash(beslut_id) % 5 < 2 then 'man' else 'kvinna' end
            where kommun = '9901'
        """)
        yield db


@pytest.fixture(scope="module")
def table(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return unexecuted(warehouse, K)


def test_the_margins_add_up_and_are_never_hidden(table: pl.DataFrame) -> None:
    margins = table.filter(pl.col("tabell").is_in(["totalt", "insats", "vantetid"]))
    assert set(margins["status"]) == {"ok"}
    assert margins["antal"].null_count() == 0
    sums = (
        margins.group_by(*KEY, "tabell").agg(pl.col("antal").sum()).pivot("tabell", index=KEY, values="antal")
    )
    assert sums.filter(pl.col("insats").fill_null(0) != pl.col("totalt")).is_empty()
    assert sums.filter(pl.col("vantetid") != pl.col("totalt")).is_empty()
    clocks = margins.filter(tabell="totalt").pivot("klocka", index=["kommun", "kvartal"], values="antal")
    assert clocks.filter(pl.col("beslut") + pl.col("avbrott") != pl.col("alla")).is_empty()


def test_the_totals_are_those_of_the_mart(table: pl.DataFrame, warehouse: duckdb.DuckDBPyConnection) -> None:
    counted = warehouse.sql("""
        select kommun, kvartal, count(*) as antal, median(dagar) as median,
               max(date_sub('month', start_datum, brytdatum)) as langsta
        from warehouse.mart.ej_verkstallda_kvartal
        where ar_rapporteringspliktig and status_vid_bryt = 'ej_verkstalld' group by all
    """).pl()
    totals = table.filter(tabell="totalt", klocka="alla").filter(pl.col("antal") > 0)
    both = totals.join(counted, on=["kommun", "kvartal"], suffix="_m", how="full", coalesce=True)
    assert both.filter(pl.col("antal") != pl.col("antal_m")).is_empty()
    assert both.filter(pl.col("langsta_manader") != pl.col("langsta")).is_empty()
    assert both.filter((pl.col("median_dagar").cast(pl.Float64) - pl.col("median")).abs() > 0.05).is_empty()


def test_no_figure_is_the_days_of_a_few(table: pl.DataFrame) -> None:
    told = table.filter(pl.col("medel_dagar").is_not_null() | pl.col("median_dagar").is_not_null())
    assert told.height > 5
    assert told["antal"].min() >= K
    assert set(table.filter(pl.col("langsta_manader").is_not_null())["tabell"]) == {"totalt"}


def test_no_small_cell_and_a_status_in_its_place(table: pl.DataFrame) -> None:
    suppressed = table.filter(pl.col("tabell").is_in(["kon", "insats_kon", "insats_vantetid"]))
    shown = suppressed.filter(status="ok")
    hidden = suppressed.filter(status="rojandeskyddad")
    assert shown.height > 5
    assert hidden.height > 5
    assert shown.filter(pl.col("antal").is_between(1, K - 1)).is_empty()
    assert (
        hidden.select("antal", "medel_dagar", "median_dagar", "langsta_manader").null_count().row(0)
        == (hidden.height,) * 4
    )


def test_the_attacker_learns_no_hidden_cell(table: pl.DataFrame) -> None:
    """With every printed sum of the round: the cell of elapsed time is not known exactly, where its "
    "margins let it."""
    cells = table.filter(tabell="insats_vantetid", kommun="9901", kvartal="2026-K3", klocka="alla")
    rows, columns = cells["rad"].n_unique(), cells["kolumn"].n_unique()
    hidden = (cells["status"] == "rojandeskyddad").to_numpy().reshape(rows, columns)
    assert hidden.any()
    assert not hidden.all()
    # A hidden cell that stood alone in its row or column would be its margin less the others.
    values = cells["antal"].fill_null(-1).to_numpy().reshape(rows, columns)
    margin = table.filter(tabell="insats", kommun="9901", kvartal="2026-K3", klocka="alla").sort("ordning")[
        "antal"
    ]
    for line, total in enumerate(margin):
        left = total - values[line][~hidden[line]].sum()
        if hidden[line].sum() == 1:
            assert left >= K


def test_the_same_columns_when_nobody_has_a_round() -> None:
    assert pl.DataFrame([], schema=SCHEMA).columns == list(SCHEMA)
    parts = np.array([[[3], [4]], [[5], [6]]])
    everything = np.ones((2, 2), bool)
    total = [np.ones(parts.shape, bool)]
    assert interval(parts, everything, total, (0, 0)) == (0, 18)
