"""How placement costs develop: Härnösand's printed table from landing to mart, Sampelstad worked out again in
Polars, and ledgers made to stand on the limits of what is known of a year."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import Prov, read
from kostnad_rigg import KOMMUN, Kostnadsrigg

from pipelines.settings import ROOT, Settings

Row = dict[str, Any]
Key = tuple[str, str, int]
"""Table, row, year."""
PRINTED = read(ROOT / "tests/data/placeringskostnader_harnosand_2025.csv")
OUTCOME = {
    2022: "utfall_2022_tkr",
    2023: "utfall_2023_tkr",
    2024: "utfall_2024_tkr",
    2025: "jan_okt_2025_tkr",
}
TABLES = {
    "Kostnader HVB per motpart, barn och familj (tkr)": "hvb",
    "Kostnader familjehem egna (tkr)": "familjehem",
    "Kostnader konsulentstödda familjehem (tkr)": "konsulentstodd",
}
ORE = Decimal("0.01")
TKR = 1000
BEFORE = ("tre år", "två år", "året")


def rows_of(db: duckdb.DuckDBPyConnection, kommun: str) -> dict[Key, Row]:
    """The mart's rows by table, row and year."""
    found = db.execute("from mart.kostnadsutveckling where kommun = ?", [kommun]).pl().to_dicts()
    return {(r["tabell"], r["rad"], r["ar"]): r for r in found}


def row_of(line: Row) -> tuple[str, str]:
    """Table and row of a printed row."""
    if "totalt" in line["rad"]:
        return TABLES[line["grupp"]], "totalt"
    code = line["rad"].split()[0]
    return TABLES[line["grupp"]], code if code.isdigit() else "konsulentstodd"


@pytest.fixture
def harnosand(prov: Prov) -> dict[Key, Row]:
    with prov.connect() as db:
        return rows_of(db, "2280")


@pytest.mark.xdist_group("prov")
class TestHarnosand:
    def test_every_printed_outcome(self, harnosand: dict[Key, Row]) -> None:
        """Exact; a printed sum may differ by one tkr from its rounded rows, as it does on the paper."""
        for line in PRINTED:
            for year, column in OUTCOME.items():
                row = harnosand.get((*row_of(line), year))
                if line[column] == "":
                    assert row is None, (line["rad"], year)
                    continue
                assert row is not None
                slack = TKR if row["ar_summa"] else 0
                assert abs(row["utfall_kr"] + TKR * int(line[column])) <= slack, (line["rad"], year)
        filled = sum(line[column] != "" for line in PRINTED for column in OUTCOME.values())
        sum_of_one_row = len(OUTCOME)  # konsulentstödda: one row, so the paper has no sum
        assert len(harnosand) == filled + sum_of_one_row == 40

    def test_every_printed_projection(self, harnosand: dict[Key, Row]) -> None:
        """Theirs is worked out on unrounded kronor, ours on printed tkr: at most one apart."""
        for line in PRINTED:
            row = harnosand[*row_of(line), 2025]
            assert abs(row["helar_rak_kr"] + TKR * int(line["uppraknat_helar_2025_tkr"])) <= TKR
            assert row["helar_rak_kr"] == row["utfall_kr"] * 12 / 10

    def test_the_question_prints_the_paper(self, prov: Prov) -> None:
        """Row by row in the order of the paper, its minus signs turned, within one tkr."""
        question = (ROOT / "sql/10_kostnadsutveckling.sql").read_text(encoding="utf-8")
        with prov.connect() as db:
            rows = [r for r in db.sql(question).pl().to_dicts() if r["Kommun"] == "2280"]
        columns = dict(zip(PRINTED[0], ("", "", *(f"Utfall {n} före, tkr" for n in BEFORE)), strict=False))
        columns |= {"jan_okt_2025_tkr": "Utfall, tkr", "uppraknat_helar_2025_tkr": "Uppräknat helår, tkr"}
        assert len(rows) == len(PRINTED)
        for row, line in zip(rows, PRINTED, strict=True):
            assert (row["År"], row["T.o.m. månad"]) == (2025, 10)
            assert row["Rad"].split()[0] in ("Totalt", line["rad"].split()[0])
            for printed, column in list(columns.items())[2:]:
                if line[printed] == "":
                    assert row[column] is None
                else:
                    assert abs(row[column] + int(line[printed])) <= 1

    def test_where_rounding_shows(self, harnosand: dict[Key, Row]) -> None:
        """The two sums of the paper that its own rows do not give, and no third."""
        differ = {
            (*row_of(line), year): harnosand[*row_of(line), year]["utfall_kr"] + TKR * int(text)
            for line in PRINTED
            for year, column in OUTCOME.items()
            if (text := line[column]) and harnosand[*row_of(line), year]["utfall_kr"] != -TKR * int(text)
        }
        assert differ == {("hvb", "totalt", 2022): -TKR, ("hvb", "totalt", 2025): TKR}

    def test_what_is_known_of_each_year(self, harnosand: dict[Key, Row]) -> None:
        """Three whole years, and ten months of which the year before knows nothing but the whole."""
        known = {(r["ar"], r["t_o_m_manad"], r["ar_helt"]) for r in harnosand.values()}
        assert known == {(2022, 12, True), (2023, 12, True), (2024, 12, True), (2025, 10, False)}
        for (tabell, rad, year), row in harnosand.items():
            before = harnosand.get((tabell, rad, year - 1))
            whole = before and before["utfall_kr"]
            assert row["utfall_foregaende_ar_kr"] == whole
            assert row["utfall_samma_manader_foregaende_ar_kr"] == (None if year == 2025 else whole)
            assert (row["andring_andel"] is None) == (row["saknas_orsak"] is not None) == (not whole)
            assert (row["intakt_kr"], row["netto_ej_medraknat_kr"]) == (0, 0)
            assert row["netto_kr"] == row["utfall_kr"]

    def test_change_as_the_notes_have_it(self, harnosand: dict[Key, Row]) -> None:
        percent = {
            (tabell, year): round(100 * row["andring_andel"], 1)
            for (tabell, rad, year), row in harnosand.items()
            if rad == "totalt" and row["andring_andel"] is not None
        }
        assert percent["hvb", 2023] == Decimal("23.3")
        assert percent["hvb", 2024] == Decimal("-27.3")
        assert percent["hvb", 2025] == Decimal("15.0")
        assert percent["familjehem", 2023] == Decimal("34.2")
        assert percent["familjehem", 2024] == Decimal("38.0")
        assert percent["familjehem", 2025] == Decimal("16.5")
        nothing_before = harnosand["hvb", "821", 2024]
        assert nothing_before["saknas_orsak"] == "ingen kostnad året före"

    def test_series_break_stands_on_the_year_that_it_breaks(self, harnosand: dict[Key, Row]) -> None:
        broken = {key for key, row in harnosand.items() if row["seriebrott"]}
        assert broken == {("familjehem", "557100", 2024)}  # Bogården's is from 2026

    def test_money_by_cost_group(self, prov: Prov) -> None:
        """Everything has a group but SFV, which is openly unallocated; and a year's sum is in no month."""
        with prov.connect() as db:
            groups = dict(
                db.sql("""
                    select kostnadsgrupp, sum(nettokostnad_kr)::bigint from mart.kostnad_per_arsplacering
                    where kommun = '2280' and serie = 'utfall' and periodtyp = 'ar' and period = '2025'
                        and nettokostnad_kr is not null
                    group by all
                """).fetchall()
            )
            regi = dict(
                db.sql("""
                    select regi, sum(nettokostnad_kr)::bigint from mart.kostnad_per_arsplacering
                    where kommun = '2280' and serie = 'utfall' and periodtyp = 'ar' and period = '2025'
                        and kostnadsgrupp = 'institution' and nettokostnad_kr is not null
                    group by all
                """).fetchall()
            )
            months = db.sql("""
                select distinct period from mart.kostnad_per_arsplacering
                where kommun = '2280' and periodtyp = 'manad' and nettokostnad_kr is not null
            """).fetchall()
        assert groups == {
            "institution": 13_718_000,
            "familjehem": 24_773_000,
            "vardnadsoverflyttad": 3_333_000,
            "konsulentstott_familjehem": 7_946_000,
            "ofordelad": 51_000,
        }
        assert regi == {"egen": 3_218_000, "sis": 2_267_000, "kommun": 300_000, "privat": 7_933_000}
        assert months == [("2025-10",)]


def sampelstad_by_hand(db: duckdb.DuckDBPyConnection) -> dict[Key, dict[str, Decimal | None]]:
    """Sampelstad's tables from staging with Polars: accounts and counterparts named here, no seed read."""
    ((lage_per,),) = db.sql("select lage_per from mart.dim_kommun where kommun = '9901'").fetchall()
    account, counterpart = pl.col("verksamhet"), pl.col("motpart")
    is_cost = pl.col("kontotyp") == "kostnad"
    known = counterpart.is_in(["170", "816", "821", "871"])
    ledger = (
        db.sql("from staging.stg_ekonomi where kommun = '9901' and serie = 'utfall'")
        .pl()
        .with_columns(
            pl.when(account.is_in(["554100", "554200", "554300"]))
            .then(pl.lit("hvb"))
            .when(account.is_in(["557100", "557110"]))
            .then(pl.lit("familjehem"))
            .when(account == "557200")
            .then(pl.lit("konsulentstodd"))
            .alias("tabell"),
            pl.col("period").str.slice(0, 4).cast(pl.Int32).alias("ar"),
            pl.col("period").str.slice(5).cast(pl.Int32).alias("nr"),
        )
        .drop_nulls("tabell")
        .with_columns(
            pl.when(pl.col("tabell") != "hvb")
            .then(account)
            .when(~is_cost)
            .then(pl.lit("intakt"))
            .when(known.fill_null(False))
            .then(counterpart)
            .otherwise(pl.lit("ovrig"))
            .alias("rad")
        )
    )
    ledger = pl.concat([ledger, ledger.with_columns(pl.lit("totalt").alias("rad"))])
    sums: dict[tuple[str, str, int, int, bool], Decimal] = {
        tuple(key): kr
        for *key, kr in ledger.group_by("tabell", "rad", "ar", "nr", is_cost.alias("kostnad"))
        .agg(pl.col("belopp_kr").sum())
        .rows()
    }

    def total(tabell: str, rad: str, year: int, last: int, *, cost: bool) -> Decimal:
        parts = (sums.get((tabell, rad, year, nr, cost), Decimal(0)) for nr in range(1, last + 1))
        return sum(parts, Decimal(0))

    years = range(ledger["ar"].min(), ledger["ar"].max() + 1)
    found: dict[Key, dict[str, Decimal | None]] = {}
    for tabell, rad in ledger.select("tabell", "rad").unique().rows():
        first = 2020 if rad == "557110" else years[0]
        for year in range(first, years[-1] + 1):
            last = 13 if year < lage_per.year else lage_per.month - 1
            before = year > first
            utfall = total(tabell, rad, year, last, cost=True)
            intakt = total(tabell, rad, year, last, cost=False)
            whole = total(tabell, rad, year - 1, 13, cost=True) if before else None
            helar = utfall if last == 13 else (utfall * 12 / last).quantize(ORE, ROUND_HALF_UP)
            found[tabell, rad, year] = {
                "utfall_kr": utfall,
                "intakt_kr": intakt,
                "netto_kr": utfall + intakt,
                "netto_ej_medraknat_kr": sum(total(tabell, rad, year, 13, cost=c) for c in (True, False))
                - utfall
                - intakt,
                "utfall_foregaende_ar_kr": whole,
                "utfall_samma_manader_foregaende_ar_kr": (
                    total(tabell, rad, year - 1, last, cost=True) if before else None
                ),
                "helar_rak_kr": helar,
            }
    for (tabell, rad, year), row in found.items():
        if rad == "totalt":
            parts = [r for (t, d, y), r in found.items() if (t, y) == (tabell, year) and d != rad]
            row["helar_rak_kr"] = sum((r["helar_rak_kr"] or Decimal(0) for r in parts), Decimal(0))
    return found


@pytest.mark.xdist_group("natt")
class TestSampelstad:
    def test_every_figure_from_staging(self, lager: duckdb.DuckDBPyConnection) -> None:
        wanted = sampelstad_by_hand(lager)
        rows = rows_of(lager, "9901")
        assert {key: {c: row[c] for c in wanted[key]} for key, row in rows.items() if key in wanted} == wanted
        assert rows.keys() == wanted.keys()
        assert {tabell for tabell, *_ in rows} == set(TABLES.values())
        assert any(r["netto_ej_medraknat_kr"] for r in rows.values())  # invoices booked in November
        assert any(r["utfall_kr"] == 0 and r["rad"] == "816" for r in rows.values())  # a year without SiS

    def test_the_years(self, lager: duckdb.DuckDBPyConnection) -> None:
        """Nine whole years with their closing period; of the tenth, the months that are over."""
        known = {(r["ar"], r["t_o_m_manad"], r["ar_helt"]) for r in rows_of(lager, "9901").values()}
        assert known == {*((year, 12, True) for year in range(2017, 2026)), (2026, 10, False)}

    def test_change_has_its_parts_or_a_reason(self, lager: duckdb.DuckDBPyConnection) -> None:
        reasons = set()
        for row in rows_of(lager, "9901").values():
            reasons.add(row["saknas_orsak"])
            if row["saknas_orsak"]:
                assert row["andring_andel"] is None
                continue
            exact = row["helar_rak_kr"] / row["utfall_foregaende_ar_kr"] - 1
            assert abs(row["andring_andel"] - exact) <= Decimal("0.000001")
        assert {None, "ingen kostnad året före"} < reasons

    def test_custody_transfers_got_an_account_of_their_own(self, lager: duckdb.DuckDBPyConnection) -> None:
        rows = rows_of(lager, "9901")
        assert {key for key, r in rows.items() if r["seriebrott"]} == {("familjehem", "557100", 2020)}
        assert {year for _, rad, year in rows if rad == "557110"} == set(range(2020, 2027))


Years = dict[tuple[str, int], Row]
"""The rows of the only table that a made ledger books, by row and year."""


def booked(period: str, amount: str, account: str = "557100", **more: Any) -> Row:
    """A cost in Sampelstad's ledger."""
    row = {"period": period, "belopp_kr": Decimal(amount), "verksamhet": account, "konto": "4531"}
    return row | {"serie": "utfall", "kontotyp": "kostnad"} | more


def months(year: int, numbers: range, amount: str, account: str = "557100") -> list[Row]:
    return [booked(f"{year}-{n:02d}", amount, account) for n in numbers]


def printed(period: str, first: date, amount: str) -> Row:
    """A sum of all months from ``first`` to the period, as a printed table has it."""
    return booked(period, amount, "557200", avser_fran=first)


@pytest.fixture(scope="module")
def rigg(natt: Settings) -> Iterator[Kostnadsrigg]:
    made = Kostnadsrigg(
        next((natt.home / "dbt/compiled").glob("*/models")), natt.warehouse / "current" / "socialstat.duckdb"
    )
    made.model("int_manad")
    yield made
    made.db.close()


def years(rigg: Kostnadsrigg, *ledger: list[Row]) -> Years:
    """What the models' own SQL makes of a ledger that is known on 3 November 2026."""
    rigg.deliver(date(2026, 11, 3), ekonomi=[row for part in ledger for row in part])
    rigg.compute("int_ekonomi_t_o_m", "int_kostnadsutveckling")
    rigg.model("kostnadsutveckling", "marts", "mart")
    found = rows_of(rigg.db, KOMMUN)
    assert len({tabell for tabell, *_ in found}) == 1
    return {(rad, year): row for (_, rad, year), row in found.items()}


@pytest.mark.xdist_group("natt")
class TestMadeLedgers:
    def test_the_year_so_far_and_the_same_months(self, rigg: Kostnadsrigg) -> None:
        found = years(
            rigg,
            months(2024, range(1, 13), "100"),
            months(2025, range(1, 14), "110"),
            months(2026, range(1, 12), "125.05"),
        )
        last, closed, open_ = (found["totalt", year] for year in (2026, 2025, 2024))
        assert (last["t_o_m_manad"], last["ar_helt"]) == (10, False)  # November is not over
        assert last["utfall_kr"] == Decimal("1250.50")
        assert last["netto_ej_medraknat_kr"] == Decimal("125.05")
        assert last["utfall_samma_manader_foregaende_ar_kr"] == 1100
        assert last["utfall_foregaende_ar_kr"] == 1430  # with the closing period
        assert last["helar_rak_kr"] == Decimal("1500.60")
        assert (closed["t_o_m_manad"], closed["ar_helt"], closed["helar_rak_kr"]) == (12, True, 1430)
        assert (open_["t_o_m_manad"], open_["ar_helt"], open_["helar_rak_kr"]) == (12, False, 1200)
        # The closing of 2024 is not known, so a year with its closing has no like to stand beside.
        assert closed["utfall_samma_manader_foregaende_ar_kr"] is None
        assert closed["utfall_foregaende_ar_kr"] == 1200

    def test_a_year_that_does_not_begin_in_january_is_not_projected(self, rigg: Kostnadsrigg) -> None:
        found = years(rigg, months(2025, range(7, 14), "10"), months(2026, range(1, 3), "10"))
        broken, after = found["totalt", 2025], found["totalt", 2026]
        unknown = ("t_o_m_manad", "utfall_kr", "netto_kr", "helar_rak_kr", "andring_andel")
        assert [broken[c] for c in unknown] == [None] * 5
        assert broken["netto_ej_medraknat_kr"] == 70
        assert broken["saknas_orsak"] == "året är inte bokfört från januari"
        assert after["utfall_foregaende_ar_kr"] is after["utfall_samma_manader_foregaende_ar_kr"] is None
        assert after["saknas_orsak"] == "året före finns inte eller är inte helt känt"

    def test_a_missing_month_ends_what_is_known(self, rigg: Kostnadsrigg) -> None:
        found = years(rigg, months(2026, range(1, 5), "10"), months(2026, range(6, 9), "10"))
        row = found["totalt", 2026]
        assert (row["t_o_m_manad"], row["utfall_kr"], row["netto_ej_medraknat_kr"]) == (4, 40, 30)

    def test_the_projection_is_rounded_row_by_row_and_half_up(self, rigg: Kostnadsrigg) -> None:
        """12/8 of an odd number of öre ends on a half. The sum is that of the rows, not one of its own."""
        found = years(
            rigg,
            *(months(2026, range(1, 9), "0.01", account) for account in ("557100", "557110")),
            [booked("2026-08", "0.01", account) for account in ("557100", "557110")],
        )
        parts = [found[rad, 2026]["helar_rak_kr"] for rad in ("557100", "557110")]
        assert parts == [Decimal("0.14")] * 2  # 0.09 * 12 / 8 = 0.135
        assert found["totalt", 2026]["helar_rak_kr"] == Decimal("0.28")

    def test_printed_sums_of_the_same_months_can_be_compared(self, rigg: Kostnadsrigg) -> None:
        found = years(
            rigg,
            [
                printed("2025-10", date(2025, 1, 1), "1000"),
                printed("2025-13", date(2025, 11, 1), "300"),
                printed("2026-10", date(2026, 1, 1), "1100"),
            ],
        )
        row = found["totalt", 2026]
        assert row["utfall_samma_manader_foregaende_ar_kr"] == 1000
        assert row["utfall_foregaende_ar_kr"] == 1300
        assert row["helar_rak_kr"] == 1320

    def test_one_late_invoice_does_not_make_months_known(self, rigg: Kostnadsrigg) -> None:
        found = years(rigg, [printed("2026-03", date(2026, 1, 1), "1"), booked("2026-03", "1", "557200")])
        assert found["totalt", 2026]["t_o_m_manad"] is None
        assert found["totalt", 2026]["netto_ej_medraknat_kr"] == 2

    def test_income_and_unknown_counterparts_have_rows_of_their_own(self, rigg: Kostnadsrigg) -> None:
        found = years(
            rigg,
            [
                booked("2026-01", "7", "554100", motpart="899"),
                booked("2026-01", "5", "554200", motpart="871"),
                booked("2026-01", "-2", "554300", motpart="816", kontotyp="statsbidrag"),
            ],
        )
        gross = {rad: r["utfall_kr"] for (rad, _), r in found.items()}
        net = {rad: r["netto_kr"] for (rad, _), r in found.items()}
        assert gross == {"ovrig": 7, "871": 5, "intakt": 0, "totalt": 12}
        assert net == {"ovrig": 7, "871": 5, "intakt": -2, "totalt": 10}

    def test_a_known_year_without_bookings_is_nought(self, rigg: Kostnadsrigg) -> None:
        """Aid to households is in no table, but with it the year is in the ledger."""
        found = years(rigg, months(2025, range(1, 14), "10"), months(2026, range(1, 11), "10", "575100"))
        row = found["557100", 2026]
        assert (row["utfall_kr"], row["helar_rak_kr"], row["andring_andel"]) == (0, 0, -1)

    def test_a_break_reaches_the_year_after_one_that_has_it_within(self, rigg: Kostnadsrigg) -> None:
        ledger = [printed(f"{year}-13", date(year, 1, 1), "1") for year in (2022, 2023, 2024, 2025)]
        rigg.db.begin()
        try:
            rigg.db.execute("""
                insert into seed.kostnadsutveckling_seriebrott
                values ('9901', 'konsulentstodd', 'totalt', '2023-07-01', 'Ny kontoplan.', 'prov'),
                       ('9901', 'konsulentstodd', 'totalt', '2024-01-01', 'Ny motpart.', 'prov')
            """)
            found = years(rigg, ledger)
        finally:
            rigg.db.rollback()
        texts = {year: row["seriebrott"] for (rad, year), row in found.items() if rad == "totalt"}
        assert texts == {2022: None, 2023: "Ny kontoplan.", 2024: "Ny kontoplan. Ny motpart.", 2025: None}
        assert [row["seriebrott"] for (rad, _), row in found.items() if rad != "totalt"] == [None] * 4
