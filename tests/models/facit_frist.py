"""What the indicators of deadlines count, from fct_frist and fct_frist_konvention."""

import duckdb
import polars as pl
from facit import Count, Facts, age_group, share_of, stock

CLOSED = ["i_tid", "i_tid_efter_forlangning", "for_sent"]


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    clocks = db.sql("""
        select frist.*, konv.konvention, konv.frist_datum as sista, konv.forlangd_till_datum as forlangd,
               konv.utfall as utfallet
        from mart.fct_frist as frist join mart.fct_frist_konvention as konv using (frist_id)
    """).pl()
    return {"frist": clocks.with_columns(aldersgrupp=age_group("alder_vid_start"))}


def share(column: str, good: list[str], of: list[str], *where: pl.Expr) -> Count:
    among = pl.all_horizontal(pl.col("utfallet").is_in(of), *where)
    return share_of("frist", column, pl.col("utfallet").is_in(good), among)


def clock(rule: str, convention: str = "LAG") -> tuple[pl.Expr, pl.Expr]:
    return pl.col("regel_id") == rule, pl.col("konvention") == convention


JUDGED = ~pl.col("utfallet").is_in(["undantagen", "upphord", "ej_bedombar"])
COUNTED = ~pl.col("utfallet").is_in(["undantagen", "ej_bedombar"])
REVIEWS = pl.col("regel_id").is_in(["OV_SOL", "OV_LVU2", "OMPR_LVU3"]), pl.col("konvention") == "LAG"

FACTS: dict[str, Count] = {
    "FORHAND_I_TID": share("stopp_datum", ["i_tid"], CLOSED, *clock("FORHAND")),
    "UTR_BARN_I_TID_FORL": share("stopp_datum", CLOSED[:2], CLOSED, *clock("UTR_BARN")),
    "UTR_BARN_OVER_FRIST": stock(
        "frist",
        pl.coalesce("forlangd", "sista").dt.offset_by("1d"),
        pl.coalesce("stopp_datum", "upphord_datum"),
        *clock("UTR_BARN"),
        JUDGED,
    ),
    "OV_I_TID": share("sista", ["i_tid"], [*CLOSED, "pagaende_over_frist"], *REVIEWS),
    "OV_GILTIG": stock(
        "frist",
        pl.col("start_datum"),
        pl.min_horizontal(pl.col("sista").dt.offset_by("1d"), "stopp_datum", "upphord_datum"),
        *REVIEWS,
        COUNTED,
    ),
    "OV_OVER": stock(
        "frist",
        pl.col("sista").dt.offset_by("1d"),
        pl.coalesce("stopp_datum", "upphord_datum"),
        *REVIEWS,
        COUNTED,
    ),
}
for convention in ("LAG", "LAG_RULLAD", "DAGAR_120"):
    FACTS[f"UTR_BARN_I_TID_{convention}"] = share(
        "stopp_datum", ["i_tid"], CLOSED, *clock("UTR_BARN", convention)
    )
