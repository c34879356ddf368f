"""What people ask of the clocks, held against plain Python over the rows of the same warehouse.

Nothing here shares code with the SQL: counts, medians, queues, chains and the forecast are worked out again
from ``fct_frist`` and ``fct_utredning``; Kaplan–Meier by scipy.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from frist_fall import read
from scipy.stats import CensoredData, ecdf

from pipelines.settings import SEEDS

Row = dict[str, Any]
DAY = timedelta(days=1)
BANDS = read(SEEDS / "fristband.csv")
pytestmark = pytest.mark.xdist_group("natt")


def rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    return db.sql(sql).pl().to_dicts()


def month_end(day: date) -> date:
    return day + relativedelta(day=31)


@pytest.fixture
def clocks(lager: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every clock under every convention, with the day that its municipality knows."""
    return rows(
        lager,
        """
        select frist.kommun, frist.regel_id, frist.slag, konv.konvention, frist.enhet, frist.kon,
               frist.start_datum, konv.frist_datum, konv.forlangd_till_datum,
               frist.stopp_datum, frist.upphord_datum,
               konv.utfall, frist.dagar, frist.subjekt_id, frist.frist_id, kommun.lage_per
        from mart.fct_frist as frist
        join mart.fct_frist_konvention as konv using (frist_id)
        join mart.dim_kommun as kommun on kommun.kommun = frist.kommun
        where frist.slag <> 'rapportering' and konv.utfall not in ('undantagen', 'ej_bedombar')
        """,
    )


def seen(clock: Row) -> list[tuple[str, date, str]]:
    """The ways a clock is seen: perspective, day, and what is said of it."""
    ended = clock["stopp_datum"] or clock["upphord_datum"]
    said = {
        "i_tid": "i_tid",
        "i_tid_efter_forlangning": "efter",
        "for_sent": "sent",
        "pagaende_over_frist": "sent",
        "upphord": "upphord",
    }.get(clock["utfall"], "tidigt")
    found = [("startad", clock["start_datum"], said)]
    if clock["frist_datum"] <= clock["lage_per"]:
        found.append(("forfallen", clock["frist_datum"], said))
    if ended:
        found.append(("avslutad", ended, said))
    day, last = month_end(clock["start_datum"]), clock["forlangd_till_datum"] or clock["frist_datum"]
    while day <= clock["lage_per"] and (ended is None or day < ended):
        found.append(
            ("oppen", day, "i_tid" if day <= clock["frist_datum"] else "efter" if day <= last else "sent")
        )
        day = month_end(day + DAY)
    return found


def test_months_in_four_views(lager: duckdb.DuckDBPyConnection, clocks: list[Row]) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for c in clocks:
        for view, day, said in seen(c):
            month = f"{day:%Y-%m}"
            expected[
                c["kommun"], c["regel_id"], c["konvention"], view, month, c["enhet"], c["kon"], said
            ] += 1
    found: Counter[tuple[str, ...]] = Counter()
    columns = {
        "i_tid": "antal_i_tid",
        "efter": "antal_i_tid_efter_forlangning",
        "sent": "antal_for_sent",
        "upphord": "antal_upphorda",
        "tidigt": "antal_for_tidigt",
    }
    for r in rows(lager, "from mart.frist_manad"):
        assert r["antal"] == sum(r[c] for c in columns.values())
        for said, column in columns.items():
            if r[column]:
                key = (r["kommun"], r["regel_id"], r["konvention"], r["perspektiv"], r["manad"])
                found[(*key, r["enhet"], r["kon"], said)] += r[column]
    assert found == expected
    assert {view for _, _, _, view, *_ in found} == {"startad", "forfallen", "avslutad", "oppen"}
    assert {key[-1] for key in found} == set(columns)


def test_durations_of_what_was_finished_in_a_year(
    lager: duckdb.DuckDBPyConnection, clocks: list[Row]
) -> None:
    days: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for c in clocks:
        if c["konvention"] == "LAG" and c["slag"] != "aterkommande" and c["stopp_datum"]:
            for unit in ("total", c["enhet"]):
                days[c["kommun"], c["regel_id"], str(c["stopp_datum"].year), unit].append(c["dagar"])
    found = rows(
        lager, "from mart.frist_tid where periodtyp = 'ar' and uppdelning in ('total', 'enhet') and antal > 0"
    )
    assert len(found) > 50
    for r in found:
        mine = days[r["kommun"], r["regel_id"], r["period"], r["grupp"]]
        assert (r["antal"], r["summa_dagar"], r["langsta_dagar"]) == (len(mine), sum(mine), max(mine))
        assert float(r["median_dagar"]) == pytest.approx(median(mine), abs=0.051)
        assert float(r["p90_dagar"]) == pytest.approx(np.quantile(mine, 0.9), abs=0.051)
        assert float(r["medel_dagar"]) == pytest.approx(sum(mine) / len(mine), abs=0.051)


def test_kaplan_meier_as_scipy_says(lager: duckdb.DuckDBPyConnection, clocks: list[Row]) -> None:
    """Of what started in a year; what is open, or lapsed, is censored."""
    done: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    censored: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for c in clocks:
        if c["konvention"] == "LAG" and c["slag"] != "aterkommande":
            key = (c["kommun"], c["regel_id"], str(c["start_datum"].year))
            (done if c["stopp_datum"] else censored)[key].append(c["dagar"])
    found = rows(
        lager, "from mart.frist_tid where periodtyp = 'ar' and uppdelning = 'total' and antal_startade > 0"
    )
    seen_open = 0
    for r in found:
        key = (r["kommun"], r["regel_id"], r["period"])
        assert r["antal_startade"] == len(done[key]) + len(censored[key])
        assert r["antal_ej_avslutade"] == len(censored[key])
        seen_open += bool(censored[key]) and bool(done[key])
        curve = ecdf(CensoredData(done[key], right=censored[key])).sf
        reached = curve.quantiles[curve.probabilities <= 0.5 + 1e-9]
        below = curve.quantiles[curve.probabilities < 0.5 - 1e-9]
        if not len(reached):
            assert r["km_median_dagar"] is None, key
            continue
        ends = [reached[0], below[0] if len(below) else reached[0]]
        assert float(r["km_median_dagar"]) == sum(ends) / 2, key
        if not censored[key]:
            assert float(r["km_median_dagar"]) == median(done[key]), "without censoring it is the median"
    assert len(found) > 50
    assert seen_open, "some year has both finished and open clocks"


def test_bands(lager: duckdb.DuckDBPyConnection, clocks: list[Row]) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for c in clocks:
        bands = [b for b in BANDS if b["regel_id"] == c["regel_id"]]
        if c["konvention"] != "LAG" or not c["stopp_datum"] or not bands:
            continue
        if c["stopp_datum"] > c["frist_datum"]:
            (band,) = [b for b in bands if b["ar_over_frist"] == "ja"]
        else:
            (band,) = [
                b
                for b in bands
                if b["ar_over_frist"] == "nej"
                and int(b["fran_dagar"]) <= c["dagar"] <= int(b["till_dagar"] or 9999)
            ]
        expected[c["kommun"], c["regel_id"], f"{c['stopp_datum']:%Y-%m}", c["enhet"], band["band"]] += 1
    found: Counter[tuple[str, ...]] = Counter()
    for r in rows(lager, "from mart.frist_tidsband"):
        found[r["kommun"], r["regel_id"], r["manad"], r["enhet"], r["band"]] += r["antal"]
    assert found == expected


def test_steps(lager: duckdb.DuckDBPyConnection) -> None:
    cases = {
        (r["kommun"], r["aktualisering_id"], r["person_nyckel"]): r
        for r in rows(lager, "from mart.fct_aktualisering where aktualisering_id is not null")
    }
    lengths: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for u in rows(lager, "from mart.fct_utredning where slutford_datum is not null"):
        came = cases.get((u["kommun"], u["aktualisering_id"], u["person_nyckel"]), {})
        days = [came.get("inkommen_datum"), came.get("beslutsdatum")]
        days += [u[f"{what}_datum"] for what in ("inledd", "tilldelad", "senaste_kontakt", "slutford")]
        ordered: list[date | None] = []
        for day in days:  # what happened before its turn takes no time of its own
            ordered.append(max(filter(None, [*ordered, day])) if day else None)
        for step, (a, b) in enumerate(pairwise(ordered), 1):
            if a and b:
                lengths[u["kommun"], u["typ"], str(u["slutford_datum"].year), str(step)].append((b - a).days)
    found = rows(lager, "from mart.utredning_steg where periodtyp = 'ar' and uppdelning = 'total'")
    assert {r["steg_nr"] for r in found} == {1, 2, 3, 4, 5}
    for r in found:
        mine = lengths[r["kommun"], r["typ"], r["period"], str(r["steg_nr"])]
        assert r["antal"] == len(mine)
        assert (r["median_dagar"] is None) == (not mine)
        if mine:
            assert float(r["median_dagar"]) == pytest.approx(median(mine), abs=0.051)


def test_queue_on_sundays(lager: duckdb.DuckDBPyConnection) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    lage = dict(
        lager.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null").fetchall()
    )
    for u in rows(lager, "from mart.fct_utredning"):
        day = u["inledd_datum"] + (6 - u["inledd_datum"].weekday()) * DAY
        while day <= lage[u["kommun"]] and (u["slutford_datum"] is None or day < u["slutford_datum"]):
            waits = u["tilldelad_datum"] is None or u["tilldelad_datum"] > day
            key = (u["kommun"], day, u["enhet"], u["typ"])
            expected[(*key, "oppen")] += 1
            expected[(*key, "vantar")] += waits
            day += 7 * DAY
    found: Counter[tuple[Any, ...]] = Counter()
    for r in rows(lager, "from mart.utredning_ko_vecka"):
        key = (r["kommun"], r["sondag_datum"], r["enhet"], r["typ"])
        found[(*key, "oppen")] = r["antal_oppna"]
        found[(*key, "vantar")] = r["antal_ej_tilldelade"]
        year, week, weekday = r["sondag_datum"].isocalendar()
        assert (r["vecka"], weekday) == (f"{year}-V{week:02}", 7)
    assert +found == +expected
    assert any(n for (*_, what), n in found.items() if what == "vantar")


def test_chains(lager: duckdb.DuckDBPyConnection) -> None:
    (limit,) = [
        int(r["grans"]) for r in read(SEEDS / "valideringsregler.csv") if r["regel_id"] == "UTREDNING_KEDJA"
    ]
    lage = dict(
        lager.sql("select kommun, lage_per from mart.dim_kommun where lage_per is not null").fetchall()
    )
    by_child: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for u in rows(
        lager, "from mart.fct_utredning where typ = 'barn_skydd_stod' and person_nyckel is not null"
    ):
        by_child[u["kommun"], u["person_nyckel"]].append(u)
    expected = []
    for (kommun, _), mine in by_child.items():
        until: date | None = None
        for u in sorted(mine, key=lambda u: (u["inledd_datum"], u["utredning_nyckel"])):
            ends = u["slutford_datum"] or lage[kommun]
            if until is None or (u["inledd_datum"] - until).days > limit:
                expected.append([u["utredning_nyckel"], u["inledd_datum"], ends, 1])
                until = ends
            else:
                until = max(until, ends)
                expected[-1][2:] = [until, expected[-1][3] + 1]
    found = [
        (r["kedja_nyckel"], r["inledd_datum"], r["slutford_datum"] or r["lage_per"], r["antal_utredningar"])
        for r in rows(lager, "from mart.fct_utredning_kedja")
    ]
    assert sorted(found) == sorted(map(tuple, expected))
    assert any(n > 1 for *_, n in found)
    for r in rows(lager, "from mart.fct_utredning_kedja"):
        ends = r["slutford_datum"] or r["lage_per"]
        assert r["kedja_dagar"] == (ends - r["inledd_datum"]).days
        assert r["ar_over_fyra_manader"] == (ends > r["inledd_datum"] + relativedelta(months=4))


def test_early_warning_leaves_the_protected_out(lager: duckdb.DuckDBPyConnection) -> None:
    open_ = rows(
        lager,
        """
        select frist.frist_id, frist.kommun, frist.subjekt_typ, frist.subjekt_id, frist.utfall, frist.slag,
               coalesce(frist.forlangd_till_datum, frist.frist_datum) as sista, frist.stopp_datum,
               kommun.lage_per, tackning.status, coalesce(person.ar_skyddad, false) as skyddad
        from mart.fct_frist as frist
        join mart.dim_kommun as kommun on kommun.kommun = frist.kommun
        join mart.fristregel_tackning as tackning
            on tackning.kommun = frist.kommun and tackning.regel_id = frist.regel_id
        left join mart.dim_person as person
            on person.kommun = frist.kommun and person.person_nyckel = frist.person_nyckel
        """,
    )
    hidden = {(r["kommun"], r["subjekt_typ"], r["subjekt_id"]) for r in open_ if r["skyddad"]}
    is_open = {"pagaende", "pagaende_inom_forlangning", "pagaende_over_frist", "vantar"}
    expected = {}
    for r in open_:
        left = (r["sista"] - r["lage_per"]).days
        runs = r["utfall"] in is_open or (r["utfall"] == "rapporteringspliktig" and not r["stopp_datum"])
        if runs and r["status"] == "ok" and left <= 30:
            passed = "rapportera" if r["slag"] == "rapportering" else "over"
            window = passed if left < 0 else "7" if left <= 7 else "14" if left <= 14 else "30"
            if (r["kommun"], r["subjekt_typ"], r["subjekt_id"]) not in hidden:
                expected[r["frist_id"]] = (left, window)
    found = {
        r["frist_id"]: (r["dagar_kvar"], r["inom_dagar"]) for r in rows(lager, "from mart.frist_bevakning")
    }
    assert found == expected
    assert len(found) > 5
    columns = {
        c
        for (c,) in lager.sql(
            "select column_name from duckdb_columns() where table_name = 'frist_bevakning'"
        ).fetchall()
    }
    assert not columns & {"person_nyckel", "alder_vid_start", "kon"}


def test_coverage_tells_what_is_not_observed(lager: duckdb.DuckDBPyConnection) -> None:
    found = {(r["kommun"], r["regel_id"]): r for r in rows(lager, "from mart.fristregel_tackning")}
    assert {r["regel_id"] for r in rows(lager, "from mart.dim_fristregel where kommun is null")} <= {
        regel for kommun, regel in found if kommun == "9901"
    }
    assert ("9901", "LOK_UTR_BARN_120") not in found, "another municipality's own rule"
    for r in found.values():
        assert (r["status"] == "ok") == (r["skal"] is None)
        if r["status"] == "ok":
            assert r["antal_subjekt"] > 0
    # No case that the rule is about, though the event is delivered for others; and an event that never came.
    assert found["9901", "EV_RAPP_LSS_AVBROTT"]["status"] == "inga_fall"
    assert "aterkoppling_begard" in found["9901", "ANM_SVAR"]["skal"]
    assert {found["9901", r]["status"] for r in ("ANM_SVAR", "EV_PRESK", "OV_FLYTT")} == {"ej_producerbar"}
    # Botkyrka delivers decisions only: nothing is known of its investigations.
    assert found["0127", "UTR_BARN"]["status"] == "ej_producerbar"
    assert found["0127", "EV_RAPP"]["status"] == "ok"


def quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@pytest.mark.parametrize("rule", ["FORHAND", "UTR_BARN"])
def test_forecast_and_its_backtest(lager: duckdb.DuckDBPyConnection, clocks: list[Row], rule: str) -> None:
    """The forecast of each quarter worked out again, clock by clock, with what had happened by its day."""
    kommun = "9901"
    mine = [c for c in clocks if (c["kommun"], c["regel_id"], c["konvention"]) == (kommun, rule, "LAG")]
    lage = mine[0]["lage_per"]
    for c in mine:
        c["sista"] = c["forlangd_till_datum"] or c["frist_datum"]
        c["slut"] = c["stopp_datum"] or c["upphord_datum"]
        c["kvar"] = max(-1, min(92, (c["sista"] - c["slut"]).days)) if c["slut"] else -1
    found = rows(lager, f"from mart.frist_prognos where kommun = '{kommun}' and regel_id = '{rule}'")
    assert len(found) == 9
    errors = []
    for r in found:
        begin = quarter(r["prognos_datum"])
        end = begin + relativedelta(months=3) - DAY
        t = min(begin + (lage - quarter(lage)), end)
        assert r["prognos_datum"] == t
        past = [c for c in mine if c["sista"] < lage and t - 730 * DAY <= month_end(c["sista"]) < t]
        due = [c for c in mine if begin <= c["sista"] <= end]
        known = [c for c in due if c["start_datum"] <= t]
        late = [c for c in known if c["sista"] < t and (c["slut"] is None or c["slut"] > c["sista"])]
        still = [c for c in known if c["sista"] >= t and (c["slut"] is None or c["slut"] > t)]
        risk = 0.0
        for c in still:
            alike = [p for p in past if p["kvar"] < min(92, (c["sista"] - t).days)]
            risk += sum(p["kvar"] < 0 for p in alike) / len(alike)
        year = 364 * DAY
        coming = [c for c in mine if t - year < c["start_datum"] <= end - year and c["sista"] <= end - year]
        share = sum(p["kvar"] < 0 for p in past) / len(past)
        said = len(late) + risk + len(coming) * share
        assert (r["antal_kanda"], r["antal_sena_da"], r["antal_oppna_da"]) == (
            len(known),
            len(late),
            len(still),
        )
        assert r["antal_ej_startade"] == len(coming)
        assert float(r["antal_sena_prognos"]) == pytest.approx(said, abs=0.051)
        if end < lage:
            went = sum(c["slut"] is None or c["slut"] > c["sista"] for c in due)
            assert r["antal_sena"] == went
            errors.append(abs(said - went))
        else:
            assert r["antal_sena"] is None
    assert float(found[0]["medelfel"]) == pytest.approx(sum(errors) / len(errors), abs=0.051)
    assert found[0]["antal_prov"] == len(errors) == 8
