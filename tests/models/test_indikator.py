"""Indicator values against Polars over the fact tables: the same counts by another road.

``FACTS`` says, independently of seeds/indikatorer.csv, which rows an indicator counts. Cells are drawn at
random, the same every time; what must hold everywhere is tested on all of them.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import read

from pipelines.settings import SEEDS

pytestmark = pytest.mark.xdist_group("natt")

CELLS_PER_INDICATOR = 120
CLOSED = ["i_tid", "i_tid_efter_forlangning", "for_sent"]
Facts = dict[str, pl.DataFrame]


def days(period: str) -> tuple[date, date]:
    """First and last day of a period, from how it is written."""
    year = int(period[:4])
    if period.endswith("-R12"):
        month = int(period[5:7])
        first, last = year * 12 + month - 12, year * 12 + month - 1
    elif len(period) == 4:
        first, last = year * 12, year * 12 + 11
    elif period[5] in "KTDH":
        number, length = int(period[6]), {"K": 3, "T": 4, "D": 4, "H": 6}[period[5]]
        first = year * 12 + (0 if period[5] == "D" else (number - 1) * length)
        last = year * 12 + number * length - 1
    else:
        first = last = year * 12 + int(period[5:7]) - 1
    end = (last // 12, last % 12 + 1)
    return date(first // 12, first % 12 + 1, 1), date(*end, monthrange(*end)[1])


def age_group(age: str) -> pl.Expr:
    bands = [b for b in read(SEEDS / "aldersgrupper.csv") if b["indelning"] == "standard"]
    found = pl.lit("okand")
    for b in bands:
        within = (pl.col(age) >= int(b["fran_alder"])) & (pl.col(age) <= int(b["till_alder"] or 999))
        found = pl.when(within).then(pl.lit(b["grupp"])).otherwise(found)
    return found


VOLUME_GROUPS = sorted(read(SEEDS / "volymgrupper.csv"), key=lambda g: int(g["ordning"]))
PARTS = ("malgrupp", "kostnadsgrupp", "regi", "lagrumsgrupp")


def volume_group(row: dict[str, Any]) -> str:
    fits = (g for g in VOLUME_GROUPS if all(fnmatchcase(row[p] or "alla", g[p]) for p in PARTS))
    return next(fits)["volymgrupp"]


def with_volume_group(frame: pl.DataFrame) -> pl.DataFrame:
    groups = pl.struct(PARTS).map_elements(volume_group, return_dtype=pl.String)
    return frame.with_columns(volymgrupp=groups)


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest) -> Facts:
    """One frame per family, with the breakdowns as columns and ``dag`` as the day that counts."""
    natt = request.getfixturevalue("natt")
    with duckdb.connect(natt.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        clocks = db.sql("""
            select frist.*, konv.konvention, konv.frist_datum as sista, konv.forlangd_till_datum as forlangd,
                   konv.utfall as utfallet
            from mart.fct_frist as frist join mart.fct_frist_konvention as konv using (frist_id)
        """).pl()
        clocks = clocks.with_columns(aldersgrupp=age_group("alder_vid_start"))
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
            "akt": db.sql("from mart.fct_aktualisering").pl(),
            "utr": db.sql("from mart.fct_utredning").pl(),
            "frist": clocks,
            "ej": db.sql("from mart.ej_verkstallda_kvartal where ar_rapporteringspliktig").pl(),
            "dygn": with_volume_group(days_of).with_columns(dag=pl.col("manad")),
            "kr": with_volume_group(money).with_columns(dag=pl.col("period")),
            "cell": db.sql("from mart.indikatorvarde").pl(),
        }


@dataclass(frozen=True)
class Parts:
    taljare: Decimal | None
    namnare: Decimal | None
    varde: Decimal | None


def number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def within(frame: pl.DataFrame, column: str, cell: dict[str, Any]) -> pl.DataFrame:
    first, last = days(cell["period"])
    return frame.filter(pl.col(column).is_between(first, last))


def in_months(frame: pl.DataFrame, cell: dict[str, Any]) -> pl.DataFrame:
    """Rows booked in the months of the period; only a year holds period 13."""
    first, last = days(cell["period"])
    top = f"{last:%Y}-13" if len(cell["period"]) == 4 else f"{last:%Y-%m}"
    rows = frame.filter(pl.col("dag").is_between(pl.lit(f"{first:%Y-%m}"), pl.lit(top)))
    return rows if len(cell["period"]) == 4 else rows.filter(~pl.col("dag").str.ends_with("-13"))


def of_cell(frame: pl.DataFrame, cell: dict[str, Any]) -> pl.DataFrame:
    rows = frame.filter(pl.col("kommun") == cell["kommun"])
    if cell["uppdelning"] == "total":
        return rows
    return rows.filter(pl.col(cell["uppdelning"]).fill_null("okand") == cell["grupp"])


Count = Callable[[Facts, dict[str, Any]], Parts]


def counted(name: str, column: str, *where: pl.Expr) -> Count:
    def count(facts: Facts, cell: dict[str, Any]) -> Parts:
        n = number(within(of_cell(facts[name].filter(*where), cell), column, cell).height)
        return Parts(n, None, n)

    return count


def stock(name: str, start: pl.Expr, end: pl.Expr, *where: pl.Expr) -> Count:
    """What is open at the end of the period's last day."""

    def count(facts: Facts, cell: dict[str, Any]) -> Parts:
        last = days(cell["period"])[1]
        rows = of_cell(facts[name].filter(*where), cell)
        n = number(rows.filter(start <= last, end.is_null() | (end > last)).height)
        return Parts(n, None, n)

    return count


def share(column: str, good: list[str], of: list[str], *where: pl.Expr) -> Count:
    def count(facts: Facts, cell: dict[str, Any]) -> Parts:
        rows = facts["frist"].filter(pl.col("utfallet").is_in(of), *where)
        rows = within(of_cell(rows, cell), column, cell)
        k, n = number(rows.filter(pl.col("utfallet").is_in(good)).height), number(rows.height)
        return Parts(k, n, k / n if n else None)

    return count


def time_taken(statistic: str) -> Count:
    def count(facts: Facts, cell: dict[str, Any]) -> Parts:
        rows = within(
            of_cell(facts["utr"].filter(pl.col("typ") == "barn_skydd_stod"), cell), "slutford_datum", cell
        )
        taken = (rows["slutford_datum"] - rows["inledd_datum"]).dt.total_days()
        value = taken.mean() if statistic == "medel" else taken.median()
        return Parts(number(taken.sum()), number(rows.height), None if value is None else number(value))

    return count


def unexecuted(facts: Facts, cell: dict[str, Any], *where: pl.Expr) -> Parts:
    rows = of_cell(facts["ej"].filter(pl.col("kvartal") == cell["period"], *where), cell)
    return Parts(number(rows.height), None, number(rows.height))


def placement_years(facts: Facts, cell: dict[str, Any]) -> Parts:
    care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
    return Parts(care, Decimal(365), care / 365)


def cost(factor: int) -> Count:
    def count(facts: Facts, cell: dict[str, Any]) -> Parts:
        booked = in_months(of_cell(facts["kr"], cell), cell)["belopp_kr"]
        care = number(in_months(of_cell(facts["dygn"], cell), cell)["vard_dygn"].sum())
        kr = number(booked.sum()) if len(booked) else None  # what nobody booked is not 0
        return Parts(kr, care, kr * factor / care if kr is not None and care else None)

    return count


def clock(rule: str, convention: str = "LAG") -> tuple[pl.Expr, pl.Expr]:
    return pl.col("regel_id") == rule, pl.col("konvention") == convention


JUDGED = ~pl.col("utfallet").is_in(["undantagen", "upphord", "ej_bedombar"])
COUNTED = ~pl.col("utfallet").is_in(["undantagen", "ej_bedombar"])
REVIEWS = pl.col("regel_id").is_in(["OV_SOL", "OV_LVU2", "OMPR_LVU3"]), pl.col("konvention") == "LAG"
CHILD = pl.col("malgrupp") == "barn"
FACTS: dict[str, Count] = {
    "AKT_ANTAL": counted("akt", "inkommen_datum"),
    "AKT_OROSANMALAN": counted("akt", "inkommen_datum", pl.col("typ") == "anmalan", CHILD),
    "FORHAND_I_TID": share("stopp_datum", ["i_tid"], CLOSED, *clock("FORHAND")),
    "UTR_INLEDDA": counted("utr", "inledd_datum"),
    "UTR_AVSLUTADE": counted("utr", "slutford_datum"),
    "UTR_OPPNA": stock("utr", pl.col("inledd_datum"), pl.col("slutford_datum")),
    "UTR_TID_MEDEL": time_taken("medel"),
    "UTR_TID_MEDIAN": time_taken("median"),
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
    "EV_ANTAL_UTAN_NEJ": lambda facts, cell: unexecuted(
        facts,
        cell,
        (pl.col("status_vid_bryt") == "ej_verkstalld")
        & (pl.col("antal_tackat_nej") == 0)
        & (pl.col("orsak").is_null() | (pl.col("orsak") != "tackat_nej")),
    ),
    "EV_ANTAL": lambda facts, cell: unexecuted(facts, cell, pl.col("status_vid_bryt") == "ej_verkstalld"),
    "EV_RAPPORTERADE": unexecuted,
    "ARSPLACERINGAR": placement_years,
    "KOSTNAD_ARSPLACERING": cost(365),
    "DYGNSKOSTNAD": cost(1),
}
for convention in ("LAG", "LAG_RULLAD", "DAGAR_120"):
    FACTS[f"UTR_BARN_I_TID_{convention}"] = share(
        "stopp_datum", ["i_tid"], CLOSED, *clock("UTR_BARN", convention)
    )


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
        assert of.filter(pl.col("taljare") > 0).height > 5, indikator_id


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
    counts = facts["cell"].filter(pl.col("statistik") == "antal", pl.col("status") == "ok")
    assert counts["varde"].null_count() == 0
    assert counts.filter(pl.col("varde") == 0).height > 100
    assert facts["cell"].filter(pl.col("statistik") == "antal", pl.col("status") == "saknas").height == 0


def test_table_that_never_came_is_not_producible(facts: Facts) -> None:
    """Botkyrka and Härnösand delivered their lists of unexecuted decisions and nothing else."""
    lists = facts["cell"].filter(pl.col("kommun").is_in(["0127", "2280"]))
    delivered = pl.col("indikator_id").str.starts_with("EV_")
    assert set(lists.filter(delivered)["status"]) == {"ok"}
    absent = lists.filter(~delivered)
    assert set(absent["status"]) == {"ej_producerbar"}
    assert set(absent["indikator_id"]) == {name for name in FACTS if not name.startswith("EV_")}
    assert absent.select(pl.col("taljare", "namnare", "varde").is_null().all()).row(0) == (True, True, True)


def test_unfinished_period_is_too_early(facts: Facts) -> None:
    cells = facts["cell"].filter(~pl.col("indikator_id").str.starts_with("EV_"), pl.col("kommun") == "9901")
    early = pl.col("period_slut") > pl.col("lage_per")
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
