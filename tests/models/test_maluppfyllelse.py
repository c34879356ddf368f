"""Targets against a plain reading of their rules, over the figures of the night and random targets."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import duckdb
import pytest

from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")

Row = dict[str, Any]
Judged = tuple[str | None, str | None]
"""Outcome and, where there is none, the reason."""
YEARS = range(2018, 2027)


@pytest.fixture(scope="module")
def sql(natt: Settings) -> str:
    """The model as the night ran it."""
    (path,) = (natt.home / "dbt" / "compiled").rglob("models/indikatorer/marts/maluppfyllelse.sql")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def kopia(natt: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the night's warehouse that may be written to."""
    copy = tmp_path_factory.mktemp("kopia") / "socialstat.duckdb"
    shutil.copy(natt.warehouse / "current" / "socialstat.duckdb", copy)
    with duckdb.connect(copy) as db:
        yield db


def evaluated(db: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """What the model gives; the night's own input, which is gone, is replaced by what the copy knows."""
    before, _, rest = sql.partition("read_parquet(")
    named = rest.partition(")")[2]
    lage = "(select kommun, lage_per from mart.dim_kommun where lage_per is not null)"
    return rows(db, f"{before}{lage}{named}")


def rows(db: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    cursor = db.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def draw(rng: Random, indikator: Row, kommun: str, year: int) -> Row:
    """A target near the figures that it is for: all outcomes occur, and limits are met to the digit."""
    levels = indikator["varden"] or [Decimal(1)]
    level, other = (rng.choice(levels).quantize(Decimal("0.0001")) for _ in range(2))
    operator = rng.choice(["minst", "hogst", "lika", "okar", "minskar"])
    mal: Decimal | None = level
    if operator in ("okar", "minskar"):
        mal = rng.choice([None, abs(level - other) or None])
    limit = rng.choice([None, other])
    if limit is not None and operator in ("lika", "okar", "minskar"):
        limit = rng.choice([Decimal(0), level - other, (other - level) / 2])
    return {
        "indikator_id": indikator["indikator_id"],
        "kommun": kommun,
        "ar": year,
        "operator": operator,
        "mal": four(mal),
        "delvis_grans": four(limit),
        "statistik": rng.choice([None, None, None, "varje_arende", indikator["statistik"]]),
        "periodtyper": rng.choice([None, None, "ar", "manad|kvartal"]),
    }


def four(number: Decimal | None) -> Decimal | None:
    """As many decimals as the seed keeps."""
    return None if number is None else number.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def plant(db: duckdb.DuckDBPyConnection, targets: list[Row]) -> None:
    db.execute("delete from seed.indikator_mal")
    for target in targets:
        db.execute(
            "insert into seed.indikator_mal by name select $indikator_id as indikator_id, $kommun as kommun, "
            "$ar::integer as ar, $operator as operator, $mal::decimal(18, 4) as mal, "
            "$delvis_grans::decimal(18, 4) as delvis_grans, $statistik as statistik, "
            "$periodtyper as periodtyper",
            target,
        )


def outcome(target: Row, figure: Row, before: Row | None) -> Judged:
    """By plain reading of the rule, one operator at a time."""
    operator, mal, limit = (target[c] for c in ("operator", "mal", "delvis_grans"))
    if target["statistik"] not in (None, figure["statistik"]):
        return None, "annan_statistik"
    value = figure["varde"]
    if value is None:
        return None, "varde_saknas"
    if operator == "minst":
        met, partly = value >= mal, limit is not None and value >= limit
    elif operator == "hogst":
        met, partly = value <= mal, limit is not None and value <= limit
    elif operator == "lika":
        places = figure["decimaler"] + (2 if figure["mattenhet"] == "andel" else 0)
        off = abs(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) - mal)
        met, partly = off == 0, limit is not None and off <= limit
    else:
        if before is None or before["varde"] is None:
            return None, "jamforelse_saknas"
        change = value - before["varde"] if operator == "okar" else before["varde"] - value
        met = change > 0 if mal is None else change >= mal
        partly = limit is not None and change >= limit
    return "uppfyllt" if met else "delvis" if partly else "ej", None


def expected(targets: list[Row], figures: dict[tuple, Row]) -> dict[tuple, Judged]:
    own = {(t["indikator_id"], t["kommun"], t["ar"]): t for t in targets}
    found = {}
    for (indikator_id, kommun, period, uppdelning, grupp), figure in figures.items():
        year = int(period[:4])
        target = own.get((indikator_id, kommun, year)) or own.get((indikator_id, "*", year))
        if target is None:
            continue
        if target["periodtyper"] and figure["periodtyp"] not in target["periodtyper"].split("|"):
            continue
        total = figure["statistik"] in ("antal", "summa")
        total |= figure["statistik"] == "kvot" and figure["namnare_kolumn"] is None
        if uppdelning == "enhet" and total and target["operator"] not in ("okar", "minskar"):
            continue
        before = figures.get((indikator_id, kommun, f"{year - 1}{period[4:]}", uppdelning, grupp))
        if before and before["definitionsversion"] != figure["definitionsversion"]:
            before = None
        place = (indikator_id, kommun, period, uppdelning, grupp)
        found[place] = outcome(target, figure, before)
    return found


def all_figures(db: duckdb.DuckDBPyConnection) -> dict[tuple, Row]:
    found: dict[tuple, Row] = {}
    query = """
        select v.*, i.decimaler, i.namnare_kolumn
        from mart.indikatorvarde as v join seed.indikatorer as i using (indikator_id, definitionsversion)
        where v.uppdelning in ('total', 'enhet') order by v.definitionsversion
    """
    for row in rows(db, query):
        found[row["indikator_id"], row["kommun"], row["period"], row["uppdelning"], row["grupp"]] = row
    return found


@pytest.mark.parametrize("seed", range(3))
def test_random_targets_are_judged_as_by_plain_reading(
    kopia: duckdb.DuckDBPyConnection, sql: str, seed: int
) -> None:
    rng = Random(seed)
    catalogue = rows(
        kopia,
        """
        select
            indikator_id, any_value(statistik) as statistik, list(varde) filter (varde is not null) as varden
        from mart.indikatorvarde where kommun = '9901' and uppdelning = 'total' group by 1 order by 1
        """,
    )
    targets = [
        draw(rng, indikator, kommun, year)
        for indikator in rng.sample(catalogue, 60)
        for year in YEARS
        for kommun in rng.choice([("9901",), ("*",), ("9901", "*"), ()])
    ]
    kopia.begin()
    try:
        plant(kopia, targets)
        found = evaluated(kopia, sql)
        wanted = expected(targets, all_figures(kopia))
    finally:
        kopia.rollback()
    place = ("indikator_id", "kommun", "period", "uppdelning", "grupp")
    got = {tuple(row[c] for c in place): (row["utfall_regel"], row["orsak"]) for row in found}
    assert got == wanted
    assert len(got) > 2000
    assert {result for result, _ in got.values()} == {"uppfyllt", "delvis", "ej", None}
    assert {reason for _, reason in got.values()} >= {"annan_statistik", "varde_saknas", "jamforelse_saknas"}
    assert {row["utfall"] == row["utfall_regel"] for row in found} == {True}
    assert all(row["regel_text"] for row in found)


RULES = [
    ("FORHAND_I_TID", "minst", "1", "0.9", "minst 100 %, delvis uppfyllt från 90 %"),
    ("FORHAND_I_TID", "lika", "0.855", "0.02",
     "lika med 85,5 %, avrundat som i tabellen, delvis uppfyllt när avvikelsen är högst 2 procentenheter"),
    ("FORHAND_I_TID", "okar", "0.05", "-0.01",
     "minst 5 procentenheter högre än samma period året före, "
     "delvis uppfyllt när värdet är högst 1 procentenheter lägre"),
    ("UTR_TID_MEDEL", "hogst", "105", None, "högst 105 dagar"),
    ("UTR_TID_MEDEL", "minskar", None, "0",
     "lägre än samma period året före, delvis uppfyllt när värdet inte är högre"),
    ("UTR_TID_MEDEL", "minskar", "10", "5",
     "minst 10 dagar lägre än samma period året före, delvis uppfyllt från 5 dagar lägre"),
    ("KOSTNAD_ARSPLACERING", "hogst", "1250000.5", None, "högst 1 250 000,5 kr"),
    ("EV_ANTAL", "hogst", "0", "12", "högst 0, delvis uppfyllt till och med 12"),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_said_in_swedish(
    kopia: duckdb.DuckDBPyConnection, sql: str, rule: tuple[str, str, str | None, str | None, str]
) -> None:
    indikator_id, operator, mal, delvis, text = rule
    target = dict.fromkeys(("statistik", "periodtyper")) | {
        "indikator_id": indikator_id,
        "kommun": "9901",
        "ar": 2025,
        "operator": operator,
        "mal": mal and Decimal(mal),
        "delvis_grans": delvis and Decimal(delvis),
    }
    kopia.begin()
    try:
        plant(kopia, [target])
        said = {row["regel_text"].replace("\u00a0", " ") for row in evaluated(kopia, sql)}
    finally:
        kopia.rollback()
    assert said == {text}


def test_a_target_for_each_case_is_not_tried_on_a_mean(lager: duckdb.DuckDBPyConnection) -> None:
    flagged = rows(lager, "from mart.maluppfyllelse where indikator_id = 'UTR_TID_MEDIAN'")
    assert {(row["utfall_regel"], row["orsak"]) for row in flagged} == {(None, "annan_statistik")}
    assert {row["regel_text"] for row in flagged} == {
        "högst 120\u00a0dagar (målet gäller varje ärende, måttet är en median)"
    }


def test_a_grading_goes_before_the_rule_and_both_are_seen(kopia: duckdb.DuckDBPyConnection, sql: str) -> None:
    kopia.begin()
    try:
        for nr, (enhet, bedomning) in enumerate([(None, "uppfyllt"), ("mottag_barn", "ej")]):
            kopia.execute(
                """
                insert into mart.anteckning by name
                select '9901' as kommun, $nr::bigint as nr, $tid::timestamp as tid, 'bedomning' as slag,
                    'FORHAND_I_TID' as indikator_id, '2025' as period, $enhet as enhet, 'Fel' as innehall,
                    $bedomning as bedomning, false as ar_aterkallelse, true as galler, 'Eva Ek' as av,
                    'enhetschef' as roll, 'v' as vintage, date '2026-11-03' as lage_per
                """,
                {"nr": nr, "tid": datetime(2026, 11, 4), "enhet": enhet, "bedomning": bedomning},  # noqa: DTZ001
            )
        graded = {
            (row["uppdelning"], row["grupp"]): (row["utfall"], row["utfall_regel"], row["bedomd_av"])
            for row in evaluated(kopia, sql)
            if row["indikator_id"] == "FORHAND_I_TID" and row["period"] == "2025" and row["bedomning"]
        }
    finally:
        kopia.rollback()
    assert graded["total", "total"] == ("uppfyllt", "delvis", "Eva Ek")
    assert set(graded) == {("total", "total"), ("enhet", "mottag_barn")}
    assert graded["enhet", "mottag_barn"][0] == "ej"


def test_the_calendar_has_every_period_that_ends_in_the_month(lager: duckdb.DuckDBPyConnection) -> None:
    due = rows(lager, "from mart.matkalender where kommun = '9901' and manad = '2026-08'")
    assert {row["period"] for row in due if row["period_slut"].month == 8} >= {
        "2026-08",
        "2026-T2",
        "2026-D2",
    }
    late = rows(lager, "from mart.matkalender where manad <> strftime(period_slut, '%Y-%m')")
    waits = rows(lager, "select indikator_id from mart.dim_indikator where mognad_manader > 0")
    assert {row["indikator_id"] for row in late} == {row["indikator_id"] for row in waits}
    december = rows(lager, "from mart.matkalender where kommun = '9901' and manad = '2026-12'")
    assert {row["status"] for row in december} <= {"for_tidigt", "ej_producerbar"}
    assert {row["period"] for row in december} >= {"2026-12", "2026-K4", "2026-T3", "2026"}


def test_nobody_has_signed_so_nothing_has_changed_after(lager: duckdb.DuckDBPyConnection) -> None:
    assert rows(lager, "from mart.andrad_efter_avslut") == []
