"""What the indicators of decisions count, from fct_beslut and the code list of sections."""

import duckdb
import polars as pl
from facit import Count, Facts, age_group, counted, different, share_of, time_taken
from frist_fall import read

from pipelines.settings import SEEDS

APPLIED_FOR = [row["lagrum_id"] for row in read(SEEDS / "lagrum.csv") if row["gynnande_beslut"] == "ja"]
"""Sections of help that somebody may apply for."""


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    decisions = db.sql("from mart.fct_beslut").pl()
    return {
        "beslut": decisions.with_columns(
            aldersgrupp=age_group("alder_vid_beslut"), person=pl.coalesce("person_nyckel", "beslut_id")
        )
    }


TRIED = (
    pl.col("lagrum_id").is_in(APPLIED_FOR)
    & pl.col("beslutsfattare").ne_missing("domstol")
    & pl.col("utfall").is_in(["bifall", "delvis_bifall", "avslag"])
)
GRANTED = TRIED & (pl.col("utfall") != "avslag")
REFUSED = pl.col("utfall") == "avslag"
PARTLY = (pl.col("omfattning_verkstalld") < pl.col("omfattning")).fill_null(False)
WAITED = (pl.col("verkstalld_datum") - pl.col("beslutsdatum")).dt.total_days().clip(lower_bound=0)
EXECUTED = pl.col("ar_gynnande") & ~PARTLY
SUPPORT = pl.col("insats") == "boendestod"


def waited(statistic: str, *where: pl.Expr) -> Count:
    return time_taken("beslut", "verkstalld_datum", WAITED, statistic, EXECUTED, *where)


FACTS: dict[str, Count] = {
    "BES_ANTAL": counted("beslut", "beslutsdatum"),
    "BES_BEVILJADE": counted("beslut", "beslutsdatum", GRANTED),
    "BES_BEVILJADE_PERSONER": different("beslut", "beslutsdatum", "person", GRANTED),
    "BES_AVSLAG_ANDEL": share_of("beslut", "beslutsdatum", REFUSED, TRIED),
    "BES_VANTETID_MEDEL": waited("medel"),
    "BES_VANTETID_MEDIAN": waited("median"),
    "BES_VANTETID_P90": waited("p90"),
    "INS_VANTETID_BOENDESTOD_MEDEL": waited("medel", SUPPORT),
    "EB_AVSLAG_ANDEL": share_of(
        "beslut", "beslutsdatum", REFUSED, TRIED & (pl.col("insats") == "ekonomiskt_bistand")
    ),
}
