"""What the indicators of aktualiseringar and utredningar count, from fct_aktualisering and fct_utredning."""

from decimal import Decimal

import duckdb
import polars as pl
from facit import (
    Cell,
    Count,
    Facts,
    Parts,
    active,
    counted,
    days,
    different,
    number,
    of_cell,
    share_of,
    stock,
    time_taken,
)

LAW_GROUPS = "select lagrum_id, lagrumsgrupp from mart.dim_lagrum group by all"


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    reports = db.sql("from mart.fct_aktualisering").pl()
    who = pl.coalesce("person_nyckel", "aktualisering_nyckel")
    for text in ("orsak", "anmalare", "kanal"):
        shared = reports.group_by("kommun", text).agg(shared=who.n_unique() >= 10)
        reports = reports.join(shared, on=["kommun", text], how="left", nulls_equal=True)
        own = pl.col(text).is_null() | pl.col("shared")
        reports = reports.with_columns(pl.when(own).then(text).otherwise(pl.lit("annat")).alias(text))
        reports = reports.drop("shared")
    cause = reports.select("kommun", "aktualisering_id", "person_nyckel", "orsak").drop_nulls("person_nyckel")
    cases = db.sql("from mart.fct_utredning").pl()
    cases = cases.join(cause, on=["kommun", "aktualisering_id", "person_nyckel"], how="left")
    cases = cases.join(db.sql(LAW_GROUPS).pl(), on="lagrum_id", how="left")
    return {"akt": reports, "utr": cases}


def is_(column: str, *codes: str) -> pl.Expr:
    return pl.col(column).is_in(codes)


CHILD, ADULT = is_("malgrupp", "barn"), is_("malgrupp", "vuxen")
REPORT = is_("typ", "anmalan")
CHILD_INVESTIGATION = is_("typ", "barn_skydd_stod")
NO_CARE = is_("typ", "vardnad_boende_umgange", "faderskap", "familjehem", "yttrande")
ADDICTION = is_("typ", "missbruk") & ADULT
OPENED, CLOSED = pl.col("inledd_datum"), pl.col("slutford_datum")
TAKEN = (CLOSED - OPENED).dt.total_days()
WAITED = (pl.col("tilldelad_datum") - OPENED).dt.total_days()
DIGITAL = is_("kanal", "e-tjänst")
UNHEARD = ~pl.col("ar_barn_hord")
HEARD_OR_NOT = pl.col("ar_barn_hord").is_not_null()
RESULT = pl.col("resultat").is_not_null() & ~is_("resultat", "flyttad")


def open_at_some_time(*where: pl.Expr) -> Count:
    """Open in the period, the day of the decision included: not yet decided when it began."""
    return active("utr", OPENED, CLOSED.dt.offset_by("1d"), *where)


def persons_at_some_time(*where: pl.Expr) -> Count:
    def count(facts: Facts, cell: Cell) -> Parts:
        first, last = days(cell["period"])
        rows = of_cell(facts["utr"].filter(*where), cell).filter(
            pl.col("inledd_datum") <= last, CLOSED.is_null() | (pl.col("slutford_datum") >= first)
        )
        n = number(rows["person_nyckel"].drop_nulls().n_unique())
        return Parts(n, None, n)

    return count


def a_month(of: Count) -> Count:
    """So many in an average month of the period."""

    def count(facts: Facts, cell: Cell) -> Parts:
        first, last = days(cell["period"])
        months = Decimal((last.year - first.year) * 12 + last.month - first.month + 1)
        n = of(facts, cell).taljare
        assert n is not None
        return Parts(n, months, n / months)

    return count


def case_time(statistic: str, *where: pl.Expr) -> Count:
    return time_taken("utr", "slutford_datum", TAKEN, statistic, *where)


DIGITAL_REPORTS = counted("akt", "inkommen_datum", REPORT, CHILD, DIGITAL)

FACTS: dict[str, Count] = {
    "AKT_ANTAL": counted("akt", "inkommen_datum"),
    "AKT_OROSANMALAN": counted("akt", "inkommen_datum", REPORT, CHILD),
    "AKT_VUXEN": counted("akt", "inkommen_datum", ADULT),
    "AKT_BARN_UNIKA": different("akt", "inkommen_datum", "person_nyckel", REPORT, CHILD),
    "AKT_E_ANMALAN": DIGITAL_REPORTS,
    "AKT_E_ANMALAN_PER_MANAD": a_month(DIGITAL_REPORTS),
    "AKT_E_ANMALAN_ANDEL": share_of(
        "akt", "inkommen_datum", DIGITAL, REPORT & CHILD & pl.col("kanal").is_not_null()
    ),
    "SKYDD_DOKUMENTERAD_ANDEL": share_of(
        "akt", "inkommen_datum", pl.col("skyddsbedomning_datum").is_not_null(), REPORT & CHILD
    ),
    "FORHAND_BESLUT": counted("akt", "beslutsdatum", pl.col("beslut").is_not_null()),
    "FORHAND_INLEDD_ANDEL": share_of(
        "akt", "beslutsdatum", is_("beslut", "inleds"), REPORT & is_("beslut", "inleds", "inleds_ej")
    ),
    "BARN_FORHAND_EJ_HORD_ANDEL": share_of(
        "akt", "beslutsdatum", UNHEARD, REPORT & CHILD & is_("beslut", "inleds_ej") & HEARD_OR_NOT
    ),
    "UTR_INLEDDA": counted("utr", "inledd_datum"),
    "UTR_AVSLUTADE": counted("utr", "slutford_datum"),
    "UTR_OPPNA": stock("utr", OPENED, CLOSED),
    "UTR_PERSONER": persons_at_some_time(),
    "UTR_INSATS_ANDEL": share_of("utr", "slutford_datum", is_("resultat", "insats"), RESULT & ~NO_CARE),
    "UTR_TID_MEDEL": case_time("medel", CHILD_INVESTIGATION),
    "UTR_TID_MEDIAN": case_time("median", CHILD_INVESTIGATION),
    "UTR_TID_BARN_SAMTLIGA_MEDEL": case_time("medel", CHILD & ~NO_CARE & ~is_("typ", "ekonomi")),
    "UTR_TID_BEROENDE_MEDEL": case_time("medel", ADDICTION),
    "UTR_TID_BEROENDE_MEDIAN": case_time("median", ADDICTION),
    "UTR_TID_SOCPSYK_MEDEL": case_time("medel", is_("typ", "socialpsykiatri")),
    "UTR_BEROENDE_INLEDDA": counted("utr", "inledd_datum", ADDICTION),
    "UTR_BEROENDE_INSATS_ANDEL": share_of(
        "utr", "slutford_datum", is_("resultat", "insats"), RESULT & ADDICTION
    ),
    "UTR_EJ_TILLDELADE": stock("utr", OPENED, pl.min_horizontal("tilldelad_datum", "slutford_datum")),
    "UTR_TILLDELNING_MEDIAN": time_taken("utr", "tilldelad_datum", WAITED, "median"),
    "UTR_YTTRANDE_INLEDDA": counted("utr", "inledd_datum", is_("typ", "yttrande")),
    "UTR_YTTRANDE_PERSONER": persons_at_some_time(is_("typ", "yttrande")),
    "UTR_YTTRANDE_AKTUELLA": open_at_some_time(is_("typ", "yttrande")),
    "FAM_OPPNADE": counted("utr", "inledd_datum", is_("typ", "vardnad_boende_umgange", "faderskap")),
    "FAM_AKTUELLA": open_at_some_time(is_("typ", "vardnad_boende_umgange", "faderskap")),
    "VALD_UTR_INLEDDA": counted("utr", "inledd_datum", is_("typ", "vald")),
    "VALD_PERSONER": persons_at_some_time(is_("typ", "vald")),
    "BARN_UTR_EJ_HORD_ANDEL": share_of(
        "utr", "slutford_datum", UNHEARD, CHILD & is_("typ", "barn_skydd_stod", "barn_ansokan") & HEARD_OR_NOT
    ),
}
