"""What the indicators of unexecuted decisions count, from ej_verkstallda_kvartal."""

import duckdb
import polars as pl
from facit import Cell, Count, Facts, Parts, number, of_cell


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    return {"ej": db.sql("from mart.ej_verkstallda_kvartal where ar_rapporteringspliktig").pl()}


def unexecuted(facts: Facts, cell: Cell, *where: pl.Expr) -> Parts:
    rows = of_cell(facts["ej"].filter(pl.col("kvartal") == cell["period"], *where), cell)
    return Parts(number(rows.height), None, number(rows.height))


FACTS: dict[str, Count] = {
    "EV_ANTAL_UTAN_NEJ": lambda facts, cell: unexecuted(
        facts,
        cell,
        (pl.col("status_vid_bryt") == "ej_verkstalld")
        & (pl.col("antal_tackat_nej") == 0)
        & (pl.col("orsak").is_null() | (pl.col("orsak") != "tackat_nej")),
    ),
    "EV_ANTAL": lambda facts, cell: unexecuted(facts, cell, pl.col("status_vid_bryt") == "ej_verkstalld"),
    "EV_RAPPORTERADE": unexecuted,
    "EV_AVBROTT": lambda facts, cell: unexecuted(
        facts, cell, (pl.col("status_vid_bryt") == "ej_verkstalld") & (pl.col("klocka") == "avbrott")
    ),
    "EV_NYA_VUXEN_UTAN_BOENDESTOD": lambda facts, cell: unexecuted(
        facts,
        cell,
        (pl.col("block") == "ny_ej_verkstalld")
        & (pl.col("malgrupp") == "vuxen")
        & (pl.col("insats") != "boendestod"),
    ),
}
