"""What the indicators of deadlines count, from fct_frist and fct_frist_konvention."""

import duckdb
import polars as pl
from facit import Count, Facts, age_group, counted, share_of, stock, time_taken
from frist_fall import read

from pipelines.settings import SEEDS

CLOSED = ["i_tid", "i_tid_efter_forlangning", "for_sent"]
TAKEN = (pl.col("stopp_datum") - pl.col("start_datum")).dt.total_days()
SILENT = (pl.col("stopp_datum") - pl.col("senaste_kontakt_datum")).dt.total_days()


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    clocks = db.sql("""
        select frist.*, konv.konvention, konv.frist_datum as sista, konv.forlangd_till_datum as forlangd,
               konv.utfall as utfallet
        from mart.fct_frist as frist join mart.fct_frist_konvention as konv using (frist_id)
    """).pl()
    cases = db.sql("""
        select utr.kommun, utr.utredning_nyckel as subjekt_nyckel, utr.senaste_kontakt_datum, akt.orsak
        from mart.fct_utredning as utr
        left join intermediate.int_aktualisering_text as akt using (kommun, aktualisering_id, person_nyckel)
    """).pl()
    clocks = clocks.join(cases, on=["kommun", "subjekt_nyckel"], how="left")
    return {"frist": clocks.with_columns(aldersgrupp=age_group("alder_vid_start"), dagband=band())}


def band() -> pl.Expr:
    """The band of days that a clock stopped in; past the limit there is one band, whatever the days."""
    found: pl.Expr = pl.lit(None, pl.String)
    for b in read(SEEDS / "fristband.csv"):
        late = pl.col("stopp_datum") > pl.col("sista")
        within = late if b["ar_over_frist"] == "ja" else ~late
        if b["fran_dagar"]:
            within &= int(b["fran_dagar"]) <= TAKEN
        if b["till_dagar"]:
            within &= int(b["till_dagar"]) >= TAKEN
        mine = within & (pl.col("regel_id") == b["regel_id"])
        found = pl.when(mine).then(pl.lit(b["band"])).otherwise(found)
    return found


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
FACTS |= {
    "FORHAND_ANTAL": counted("frist", "stopp_datum", *clock("FORHAND"), JUDGED),
    "FORHAND_TID_MEDEL": time_taken("frist", "stopp_datum", TAKEN, "medel", *clock("FORHAND"), JUDGED),
    "FORHAND_TID_MEDIAN": time_taken("frist", "stopp_datum", TAKEN, "median", *clock("FORHAND"), JUDGED),
    "SKYDD_I_TID": share("sista", ["i_tid"], [*CLOSED, "pagaende_over_frist"], *clock("SKYDD")),
    "UTR_BARN_SLUTFORDA": counted("frist", "stopp_datum", *clock("UTR_BARN"), JUDGED),
    "UTR_BARN_SENA_ANDEL": share_of(
        "frist",
        "stopp_datum",
        pl.col("stopp_datum") > pl.col("sista"),
        pl.all_horizontal(*clock("UTR_BARN"), JUDGED),
    ),
    "UTR_BARN_FORLANGD_ANDEL": share_of(
        "frist",
        "stopp_datum",
        pl.col("forlangd").is_not_null(),
        pl.all_horizontal(*clock("UTR_BARN"), JUDGED),
    ),
    "OV_VARDNAD_I_TID": share("sista", ["i_tid"], [*CLOSED, "pagaende_over_frist"], *clock("OV_VARDNAD")),
    "OV_JOURHEM_I_TID": share("sista", ["i_tid"], [*CLOSED, "pagaende_over_frist"], *clock("LOK_OV_JOURHEM")),
    "OV_UMGANGE_LAGE": stock(
        "frist",
        pl.col("start_datum"),
        pl.coalesce("stopp_datum", "upphord_datum"),
        pl.col("regel_id").is_in(["OV_UMG", "OV_LSB_UMG"]),
        pl.col("konvention") == "LAG",
        COUNTED,
    ),
}
for name, rule in {
    "UTR_BEROENDE_INOM_60_ANDEL": "LOK_BEROENDE_60",
    "UTR_SOCPSYK_INOM_60_ANDEL": "LOK_SOCPSYK_60",
    "FAM_VBU_I_TID": "FAMRATT_VBU",
    "FAM_FADERSKAP_I_TID": "FADERSKAP",
    "FAM_SAMTAL_I_TID": "SAMTAL",
}.items():
    FACTS[name] = share("stopp_datum", ["i_tid"], CLOSED, *clock(rule))
for name, late in {"UTR_KONTAKT_SLUT_I_TID_MEDIAN": False, "UTR_KONTAKT_SLUT_SENA_MEDIAN": True}.items():
    FACTS[name] = time_taken(
        "frist",
        "stopp_datum",
        SILENT,
        "median",
        *clock("UTR_BARN"),
        JUDGED,
        (pl.col("stopp_datum") > pl.col("sista")) == late,
        SILENT >= 0,
    )
for convention in ("LAG", "LAG_RULLAD", "DAGAR_120"):
    FACTS[f"UTR_BARN_I_TID_{convention}"] = share(
        "stopp_datum", ["i_tid"], CLOSED, *clock("UTR_BARN", convention)
    )
