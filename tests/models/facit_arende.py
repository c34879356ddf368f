"""What the indicators of aktualiseringar and utredningar count, from fct_aktualisering and fct_utredning."""

import duckdb
import polars as pl
from facit import Count, Facts, counted, stock, time_taken


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    return {
        "akt": db.sql("from mart.fct_aktualisering").pl(),
        "utr": db.sql("from mart.fct_utredning").pl(),
    }


CHILD = pl.col("malgrupp") == "barn"
CHILD_INVESTIGATION = pl.col("typ") == "barn_skydd_stod"
TAKEN = (pl.col("slutford_datum") - pl.col("inledd_datum")).dt.total_days()

FACTS: dict[str, Count] = {
    "AKT_ANTAL": counted("akt", "inkommen_datum"),
    "AKT_OROSANMALAN": counted("akt", "inkommen_datum", pl.col("typ") == "anmalan", CHILD),
    "UTR_INLEDDA": counted("utr", "inledd_datum"),
    "UTR_AVSLUTADE": counted("utr", "slutford_datum"),
    "UTR_OPPNA": stock("utr", pl.col("inledd_datum"), pl.col("slutford_datum")),
    "UTR_TID_MEDEL": time_taken("utr", "slutford_datum", TAKEN, "medel", CHILD_INVESTIGATION),
    "UTR_TID_MEDIAN": time_taken("utr", "slutford_datum", TAKEN, "median", CHILD_INVESTIGATION),
}
