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
    booked = db.sql("from mart.fct_ekonomi where serie in ('utfall', 'budget')").pl()
    return {
        "dygn": with_volume_group(days_of).with_columns(dag=pl.col("manad")),
        "kr": with_volume_group(money).with_columns(dag=pl.col("period")),
        "bok": ledger(booked),
    }


def ledger(booked: pl.DataFrame) -> pl.DataFrame:
    """The outcome and the newest budget of each year; accounts that bear placements are one group."""
    year = booked.with_columns(dag=pl.col("period"), ar=pl.col("period").str.head(4))
    newest = pl.col("version").fill_null("").max().over("kommun", "serie", "ar")
    kept = year.filter((pl.col("serie") == "utfall") | (pl.col("version").fill_null("") == newest))
    of_none = [m["mappning_id"] for m in read(SEEDS / "kontomappning.csv") if m["fordelning"] == "ofordelad"]
    own = pl.col("mappning_id").is_in(of_none)
    return kept.with_columns(verksamhet=pl.when(own).then("verksamhet").otherwise(pl.lit("placeringar")))


def in_months(frame: pl.DataFrame, cell: Cell) -> pl.DataFrame:
    """Rows booked in the months of the period; only a year holds period 13."""
    first, last = days(cell["period"])
    top = f"{last:%Y}-13" if len(cell["period"]) == 4 else f"{last:%Y-%m}"
    rows = frame.filter(pl.col("dag").is_between(pl.lit(f"{first:%Y-%m}"), pl.lit(top)))
    return rows if len(cell["period"]) == 4 else rows.filter(~pl.col("dag").str.ends_with("-13"))


def placement_years(facts: Facts, cell: Cell) -> Parts:
    care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
    return Parts(care, Decimal(365), care / 365)


def cost(factor: int, kinds: tuple[str, ...] = ("kostnad", "intakt", "statsbidrag")) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        booked = in_months(of_cell(facts["kr"].filter(pl.col("kontotyp").is_in(kinds)), cell), cell)[
            "belopp_kr"
        ]
        care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
        kr = number(booked.sum()) if len(booked) else None  # what nobody booked is not 0
        return Parts(kr, care, kr * factor / care if kr is not None and care else None)

    return count


def of_budget(facts: Facts, cell: Cell) -> Parts:
    rows = in_months(of_cell(facts["bok"], cell), cell)
    outcome, planned = (rows.filter(pl.col("serie") == s)["belopp_kr"] for s in ("utfall", "budget"))
    k = number(outcome.sum()) if len(outcome) else None
    n = number(planned.sum())
    return Parts(k, n, k * 100 / n if k is not None and n > 0 else None)


FACTS: dict[str, Count] = {
    "KOST_BRUTTO_DYGN": cost(1, ("kostnad",)),
    "KOST_ARSPLACERING_EXKL_STATSBIDRAG": cost(365, ("kostnad", "intakt")),
    "KOST_NETTO_BUDGET_ANDEL": of_budget,
    "ARSPLACERINGAR": placement_years,
    "KOSTNAD_ARSPLACERING": cost(365),
    "DYGNSKOSTNAD": cost(1),
}
