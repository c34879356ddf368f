"""What the indicators of placement years and cost count, from fct_placering_manad and fct_ekonomi."""

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import duckdb
import polars as pl
from facit import Cell, Count, Facts, Parts, days, number, of_cell
from frist_fall import read

from pipelines.settings import SEEDS

VOLUME_GROUPS = sorted(read(SEEDS / "volymgrupper.csv"), key=lambda g: int(g["ordning"]))
PARTS = ("malgrupp", "kostnadsgrupp", "regi", "lagrumsgrupp")


def volume_group(row: dict[str, Any]) -> str:
    fits = (g for g in VOLUME_GROUPS if all(fnmatchcase(row[p] or "alla", g[p]) for p in PARTS))
    return next(fits)["volymgrupp"]


def with_volume_group(frame: pl.DataFrame) -> pl.DataFrame:
    groups = pl.struct(PARTS).map_elements(volume_group, return_dtype=pl.String)
    return frame.with_columns(volymgrupp=groups)


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    days_of = db.sql("""
        select m.*, coalesce(p.kon, 'okand') as kon from mart.fct_placering_manad as m
        left join mart.fct_placering as p using (kommun, placering_id)
        where not m.ar_ensamkommande and not m.ar_medplacerad
    """).pl()
    money = db.sql("""
        from mart.fct_ekonomi
        where serie = 'utfall' and kostnadsgrupp <> 'ofordelad' and not ar_ensamkommande
    """).pl()
    return {
        "dygn": with_volume_group(days_of).with_columns(dag=pl.col("manad")),
        "kr": with_volume_group(money).with_columns(dag=pl.col("period")),
    }


def in_months(frame: pl.DataFrame, cell: Cell) -> pl.DataFrame:
    """Rows booked in the months of the period; only a year holds period 13."""
    first, last = days(cell["period"])
    top = f"{last:%Y}-13" if len(cell["period"]) == 4 else f"{last:%Y-%m}"
    rows = frame.filter(pl.col("dag").is_between(pl.lit(f"{first:%Y-%m}"), pl.lit(top)))
    return rows if len(cell["period"]) == 4 else rows.filter(~pl.col("dag").str.ends_with("-13"))


def placement_years(facts: Facts, cell: Cell) -> Parts:
    care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
    return Parts(care, Decimal(365), care / 365)


def cost(factor: int) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        booked = in_months(of_cell(facts["kr"], cell), cell)["belopp_kr"]
        care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
        kr = number(booked.sum()) if len(booked) else None  # what nobody booked is not 0
        return Parts(kr, care, kr * factor / care if kr is not None and care else None)

    return count


FACTS: dict[str, Count] = {
    "ARSPLACERINGAR": placement_years,
    "KOSTNAD_ARSPLACERING": cost(365),
    "DYGNSKOSTNAD": cost(1),
}
