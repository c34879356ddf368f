"""Volumes and unit costs for everybody: nothing that rests on few, by itself or by what stands beside it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.publish import volymer
from pipelines.settings import Settings

Row = dict[str, Any]
THRESHOLD = 5
SCHEMA = """
    attach ':memory:' as warehouse;
    create schema warehouse.mart;
    create schema warehouse.seed;
    create table warehouse.mart.dim_kommun (kommun text, lage_per date);
    create table warehouse.mart.dim_vintage (vintage text);
    create table warehouse.mart.fct_ekonomi (kommun text, serie text, period text);
    create table warehouse.mart.dim_volymgrupp (
        volymgrupp text, avsnitt text, rad_volym text, rad_kostnad text, malgrupp text, ordning int
    );
    create table warehouse.mart.volym_nyckeltal (
        kommun text, serie text, periodtyp text, period text, volymgrupp text, ar_fullstandig boolean,
        vard_dygn decimal(18, 4), arsplatser decimal(18, 6), arsplaceringar decimal(18, 6),
        nettokostnad_kr decimal(18, 2), nettokostnad_exkl_statsbidrag_kr decimal(18, 2),
        kostnad_per_arsplacering_kr decimal(18, 2),
        kostnad_per_arsplacering_exkl_statsbidrag_kr decimal(18, 2),
        dygnskostnad_kr decimal(18, 2), saknas_orsak text, antal_personer bigint
    );
    create table warehouse.mart.kostnad_per_arsplacering (
        kommun text, serie text, periodtyp text, period text, malgrupp text, ar_ensamkommande boolean,
        antal_personer bigint
    );
    create table warehouse.mart.kostnad_avvikelse (
        kommun text, serie text, jamforelse text, periodtyp text, period text, volymgrupp text,
        nettokostnad_kr decimal(18, 2), jamfor_nettokostnad_kr decimal(18, 2), avvikelse_kr decimal(18, 2),
        volym_kr decimal(18, 2), pris_kr decimal(18, 2), mix_kr decimal(18, 2), ej_uppdelad_kr decimal(18, 2)
    );
    create table warehouse.seed.kostnad_jamforelser (
        serie text, jamforelse text, jamfor_serie text, ar_bakat int, namn text
    );
    create table warehouse.seed.volymrader (rad_id text, mening text, decimaler int);
    create table warehouse.mart.volym_indikator (
        kommun text, serie text, periodtyp text, period text, rad_id text, avsnitt text, tabell text,
        rad text, indikator_id text, definitionsversion int, uppdelning text, grupp text,
        varde decimal(18, 6), mattenhet text, status text, ordning int
    );
    create table indikatorvarde (
        kommun text, indikator_id text, definitionsversion int, periodtyp text, period text, uppdelning text,
        grupp text, taljare decimal(18, 4), namnare decimal(18, 4), varde decimal(18, 6), status text
    );
    create table warehouse.mart.indikatorvarde as from indikatorvarde;
    insert into warehouse.seed.volymrader values ('ips', 'Antalet IPS-insatser', 0);
    insert into warehouse.mart.dim_kommun values ('9901', '2026-01-31');
    insert into warehouse.mart.dim_vintage values ('natt');
    insert into warehouse.mart.fct_ekonomi values ('9901', 'utfall', '2025-13');
    insert into warehouse.mart.dim_volymgrupp values
        ('sol', 'Barn', 'SoL, årsplatser', 'SoL', 'barn', 1),
        ('lvu', 'Barn', 'LVU, årsplatser', 'LVU', 'barn', 2),
        ('hem', 'Barn', 'Hem, årsplatser', 'Hem', 'barn', 3),
        ('lvm', 'Vuxna', 'LVM, årsplatser', 'LVM', 'vuxen', 4),
        ('ofordelad', null, null, null, '*', 9);
    insert into warehouse.seed.kostnad_jamforelser values
        ('utfall', 'budget', 'budget', 0, 'Utfall mot budget'),
        ('utfall', 'foregaende_ar', 'utfall', 1, 'Utfall mot föregående år');
"""
MONEY = ("vard_dygn", "arsplatser", "arsplaceringar", "nettokostnad_kr", "kostnad_per_arsplacering_kr")
PARTS = ("volym_kr", "pris_kr", "mix_kr", "ej_uppdelad_kr")


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with four printed groups and nothing in them."""
    with duckdb.connect() as made:
        made.execute(SCHEMA)
        yield made


def add(
    db: duckdb.DuckDBPyConnection, group: str, persons: int, period: str = "2025", **changed: Any
) -> None:
    """The outcome of a group, and why it deviates from budget and from the year before."""
    days = None if persons == 0 else Decimal(100 * persons)
    row: Row = {
        "kommun": "9901", "serie": "utfall", "periodtyp": "ar", "period": period, "volymgrupp": group,
        "ar_fullstandig": True, "vard_dygn": days, "arsplatser": days and days / 365,
        "arsplaceringar": days and days / 365, "nettokostnad_kr": Decimal(1000 * (persons + 1)),
        "nettokostnad_exkl_statsbidrag_kr": Decimal(1000 * (persons + 1)),
        "kostnad_per_arsplacering_kr": days and Decimal(3650), "dygnskostnad_kr": days and Decimal(10),
        "kostnad_per_arsplacering_exkl_statsbidrag_kr": days and Decimal(3650),
        "saknas_orsak": None if days else "kostnad utan vårddygn", "antal_personer": persons,
    }  # fmt: skip
    insert(db, "volym_nyckeltal", row | changed)
    malgrupp = {"lvm": "vuxen"}.get(group, "barn")
    fine = {k: row[k] for k in ("kommun", "serie", "periodtyp", "period", "antal_personer")}
    insert(db, "kostnad_per_arsplacering", fine | {"malgrupp": malgrupp, "ar_ensamkommande": False})
    for against in ("budget", "foregaende_ar"):
        deviation = {
            k: row[k] for k in ("kommun", "serie", "periodtyp", "period", "volymgrupp", "nettokostnad_kr")
        }
        deviation |= {"jamforelse": against, "jamfor_nettokostnad_kr": Decimal(500)}
        parts = dict(zip(PARTS, (Decimal(100), Decimal(200), Decimal(200), Decimal(0)), strict=True))
        insert(db, "kostnad_avvikelse", deviation | {"avvikelse_kr": Decimal(500)} | parts)


def insert(db: duckdb.DuckDBPyConnection, table: str, row: Row) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    db.execute(f"insert into warehouse.mart.{table} ({names}) values ({marks})", list(row.values()))


def published(db: duckdb.DuckDBPyConnection) -> tuple[dict[str, Row], dict[tuple[str, str], Row]]:
    """The cells of 2025 by group, and the deviations by group and comparison."""
    volymer.tables(db, THRESHOLD)
    cells = db.sql("from volym_nyckeltal where period = '2025' and serie = 'utfall'").pl().to_dicts()
    deviations = db.sql("from volym_avvikelse where period = '2025'").pl().to_dicts()
    return {r["volymgrupp"]: r for r in cells}, {(r["volymgrupp"], r["jamforelse"]): r for r in deviations}


@pytest.mark.parametrize("persons", [1, 4])
def test_an_outcome_that_rests_on_few_has_no_number(db: duckdb.DuckDBPyConnection, persons: int) -> None:
    add(db, "sol", persons)
    add(db, "lvm", 5)
    cells, deviations = published(db)
    assert cells["sol"]["status"] == "rojandeskyddad"
    assert {cells["sol"][c] for c in MONEY} == {None}
    assert deviations["sol", "budget"]["status"] == "rojandeskyddad"
    numbers = ("nettokostnad_kr", "avvikelse_kr", *PARTS)
    assert {deviations["sol", "budget"][c] for c in numbers} == {None}
    assert (cells["lvm"]["status"], cells["lvm"]["arsplatser"]) == ("ok", Decimal("1.369863"))
    assert deviations["lvm", "budget"]["avvikelse_kr"] == 500


def test_the_companion_that_the_indicators_hide_is_hidden_here_too(db: duckdb.DuckDBPyConnection) -> None:
    add(db, "sol", 2)
    add(db, "lvu", 9)
    db.execute("""
        insert into indikatorvarde by name
        select '9901' as kommun, 'ar' as periodtyp, '2025' as period, 'volymgrupp' as uppdelning,
            'lvu' as grupp, 'rojandeskyddad' as status
    """)
    cells, deviations = published(db)
    assert {cells[g]["status"] for g in ("sol", "lvu")} == {"rojandeskyddad"}
    assert deviations["lvu", "budget"]["avvikelse_kr"] is None


def test_the_parts_of_a_row_are_given_when_nothing_in_its_target_group_is_hidden(
    db: duckdb.DuckDBPyConnection,
) -> None:
    """They use the care days of the whole target group: with them a hidden row is those less the others."""
    add(db, "sol", 3)
    add(db, "lvu", 9)
    add(db, "lvm", 9)
    _, deviations = published(db)
    lvu, lvm = deviations["lvu", "budget"], deviations["lvm", "budget"]
    assert (lvu["avvikelse_kr"], lvu["status"], lvu["status_delar"]) == (500, "ok", "rojandeskyddad")
    assert {lvu[c] for c in PARTS} == {None}
    assert [lvm[c] for c in PARTS] == [100, 200, 200, 0]


def test_a_comparison_with_a_hidden_year_is_hidden(db: duckdb.DuckDBPyConnection) -> None:
    """Otherwise the hidden cost is this year's less the difference."""
    add(db, "lvu", 9)
    add(db, "lvu", 2, period="2024")
    _, deviations = published(db)
    assert deviations["lvu", "foregaende_ar"]["avvikelse_kr"] is None
    assert deviations["lvu", "budget"]["avvikelse_kr"] == 500


def test_a_cost_without_volume_is_told_without_its_amount(db: duckdb.DuckDBPyConnection) -> None:
    """Nobody knows how many persons a late invoice is for."""
    add(db, "sol", 0)
    add(db, "lvu", 9)
    cells, deviations = published(db)
    sol = cells["sol"]
    assert (sol["status"], sol["saknas_orsak"], sol["vard_dygn"]) == ("ok", "kostnad utan vårddygn", 0)
    assert sol["nettokostnad_kr"] is None
    assert deviations["sol", "budget"]["avvikelse_kr"] is None


def test_a_row_without_placements_is_0_where_placements_are_delivered(db: duckdb.DuckDBPyConnection) -> None:
    add(db, "lvu", 9)
    cells, _ = published(db)
    assert (cells["hem"]["arsplatser"], cells["hem"]["nettokostnad_kr"]) == (0, None)
    assert cells["hem"]["ar_med_bokslut"]


def test_no_row_is_0_where_no_placements_are_delivered(db: duckdb.DuckDBPyConnection) -> None:
    add(db, "sol", 0)
    cells, _ = published(db)
    assert cells.keys() == {"sol"}
    assert cells["sol"]["vard_dygn"] is None


def test_an_outcome_is_published_when_its_period_is_over(db: duckdb.DuckDBPyConnection) -> None:
    """Till then the indicators publish nothing of it, and hide no companions."""
    add(db, "lvu", 9, ar_fullstandig=False)
    volymer.board(db)
    assert db.sql(f"{volymer.ROWS} where period = '2025' and volymgrupp = 'lvu'").pl().height == 1
    assert published(db)[0] == {}


def test_plans_are_no_persons(db: duckdb.DuckDBPyConnection) -> None:
    add(db, "sol", 0, serie="budget", vard_dygn=Decimal(10), arsplatser=Decimal("0.03"), saknas_orsak=None)
    volymer.tables(db, THRESHOLD)
    [plan] = db.sql("from volym_nyckeltal where serie = 'budget'").pl().to_dicts()
    assert (plan["status"], plan["vard_dygn"], plan["nettokostnad_kr"]) == ("ok", 10, 1000)


def test_a_row_that_is_no_placement_shows_what_the_published_indicator_does(
    db: duckdb.DuckDBPyConnection,
) -> None:
    """The board sees the mart's, and a plan is no persons."""
    row = {
        "kommun": "9901", "periodtyp": "ar", "period": "2025", "indikator_id": "INS", "definitionsversion": 1,
        "uppdelning": "insatstyp", "grupp": "ips",
    }  # fmt: skip
    outcome = row | {"taljare": 3, "varde": 3, "status": "ok"}
    insert(db, "indikatorvarde", outcome)
    about = {"rad_id": "ips", "avsnitt": "Vuxna", "tabell": "volymer", "rad": "IPS", "mattenhet": "antal"}
    insert(db, "volym_indikator", row | about | {"serie": "utfall", "varde": 3, "status": "ok"})
    insert(db, "volym_indikator", row | about | {"serie": "budget", "varde": 2, "status": "ok"})
    db.execute("insert into indikatorvarde by name from warehouse.mart.indikatorvarde")
    db.execute("update indikatorvarde set taljare = null, varde = null, status = 'rojandeskyddad'")
    volymer.tables(db, THRESHOLD)
    cells = "select serie, taljare, varde, status from"
    budget = ("budget", None, 2, "ok")
    assert db.sql(f"{cells} volym_indikator order by serie").fetchall() == [
        budget, ("utfall", None, None, "rojandeskyddad")
    ]  # fmt: skip
    volymer.board(db)
    assert db.sql(f"{cells} volym_indikator_rad order by serie").fetchall() == [
        budget, ("utfall", 3, 3, "ok")
    ]  # fmt: skip


def test_what_is_not_printed_is_for_the_board_alone(db: duckdb.DuckDBPyConnection) -> None:
    add(db, "ofordelad", 0)
    add(db, "sol", 1)
    volymer.board(db)
    board = db.sql(f"{volymer.ROWS} where period = '2025'").pl()
    assert set(board["volymgrupp"]) >= {"ofordelad", "sol"}
    assert set(board["status"]) == {"ok"}
    assert board.filter(volymgrupp="sol")["nettokostnad_kr"].to_list() == [2000]
    assert "ofordelad" not in published(db)[0]


class TestTheNight:
    """The whole of it, on the invented municipality."""

    pytestmark = pytest.mark.xdist_group("natt")

    def test_nothing_published_rests_on_few(self, natt: Settings) -> None:
        cells = pl.read_parquet(natt.published / "current/parquet/volym_nyckeltal.parquet")
        with duckdb.connect(natt.warehouse / "current/socialstat.duckdb", read_only=True) as db:
            known = db.sql(
                "select kommun, serie, period, volymgrupp, antal_personer from mart.volym_nyckeltal"
            ).pl()
        both = cells.join(known, on=["kommun", "serie", "period", "volymgrupp"], how="left")
        assert both.height == cells.height
        few = both.filter(pl.col("antal_personer").is_between(1, natt.suppress_below - 1))
        assert few.height > 50
        assert set(few["serie"]) == {"utfall"}
        assert few.select(pl.col(MONEY).is_null().all()).row(0) == (True,) * len(MONEY)
        shown = both.filter(serie="utfall", status="ok").filter(pl.col("vard_dygn") > 0)
        assert shown["antal_personer"].min() >= natt.suppress_below

    def test_the_indicators_and_the_rows_hide_the_same(self, natt: Settings) -> None:
        """Otherwise one gives the other away."""
        with duckdb.connect(natt.published / "current/indikatorer.duckdb", read_only=True) as db:
            pairs = db.sql("""
                select distinct volym.status, varde.status from volym_nyckeltal as volym
                inner join indikatorvarde as varde
                    on varde.kommun = volym.kommun and varde.period = volym.period
                    and varde.grupp = volym.volymgrupp
                where varde.uppdelning = 'volymgrupp' and volym.serie = 'utfall'
            """).fetchall()
        hidden = "rojandeskyddad"
        assert (hidden, hidden) in pairs
        assert not {("ok", hidden), (hidden, "ok")} & set(pairs)

    def test_the_rows_that_are_no_placements_are_the_published_indicators(self, natt: Settings) -> None:
        with duckdb.connect(natt.published / "current/indikatorer.duckdb", read_only=True) as db:
            pairs = db.sql("""
                select rad.status, varde.status, rad.varde is not distinct from varde.varde, count(*) > 3
                from volym_indikator as rad
                left join indikatorvarde as varde using (
                    kommun, indikator_id, definitionsversion, period, uppdelning, grupp
                )
                where rad.serie = 'utfall'
                group by all
            """).fetchall()
        assert {("ok", "ok", True, True), ("rojandeskyddad", "rojandeskyddad", True, True)} <= set(pairs)
        assert all((said == published, same) == (True, True) for said, published, same, _ in pairs)

    def test_the_board_has_the_mart(self, natt: Settings) -> None:
        rows = pl.read_parquet(natt.restricted / "9901/volymer/volym_nyckeltal.parquet")
        deviations = pl.read_parquet(natt.restricted / "9901/volymer/volym_avvikelse.parquet")
        with duckdb.connect(natt.warehouse / "current/socialstat.duckdb", read_only=True) as db:
            where = "where kommun = '9901' and periodtyp in ('ar', 'delar')"
            cost = db.sql(f"select sum(nettokostnad_kr) from mart.volym_nyckeltal {where}").fetchone()
            deviation = db.sql(f"select sum(avvikelse_kr) from mart.kostnad_avvikelse {where}").fetchone()
        assert (rows["nettokostnad_kr"].sum(),) == cost
        assert (deviations["avvikelse_kr"].sum(),) == deviation
        parts = sum(deviations[c].sum() for c in PARTS)
        assert parts == deviations["avvikelse_kr"].sum()
        assert set(rows["status"]) == {"ok"}
