"""How placement costs develop: Härnösand's printed table from landing to mart, Sampelstad worked out again in
Polars, and ledgers made to stand on the limits of what is known of a year."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from frist_fall import Prov, read
from frist_rigg import Rigg

from pipelines.settings import ROOT, Settings

Row = dict[str, Any]
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


def rows_of(db: duckdb.DuckDBPyConnection, kommun: str) -> dict[tuple[str, str, int], Row]:
    """The mart's rows by table, row and year."""
    found = db.execute("from mart.kostnadsutveckling where kommun = ?", [kommun]).pl().to_dicts()
    return {(r["tabell"], r["rad"], r["ar"]): r for r in found}


def row_of(printed: Row) -> tuple[str, str]:
    """Table and row of a printed row."""
    if "totalt" in printed["rad"]:
        return TABLES[printed["grupp"]], "totalt"
    code = printed["rad"].split()[0]
    return TABLES[printed["grupp"]], code if code.isdigit() else "konsulentstodd"


@pytest.fixture
def harnosand(prov: Prov) -> dict[tuple[str, str, int], Row]:
    with prov.connect() as db:
        return rows_of(db, "2280")


@pytest.mark.xdist_group("prov")
class TestHarnosand:
    def test_every_printed_outcome(self, harnosand: dict[tuple[str, str, int], Row]) -> None:
        """Exact; a printed sum may differ by one tkr from its rounded rows, as it does on the paper."""
        for printed in PRINTED:
            for year, column in OUTCOME.items():
                row = harnosand.get((*row_of(printed), year))
                if printed[column] == "":
                    assert row is None, (printed["rad"], year)
                    continue
                assert row is not None
                slack = TKR if row["ar_summa"] else 0
                assert abs(row["utfall_kr"] + TKR * int(printed[column])) <= slack, (printed["rad"], year)
        filled = sum(printed[column] != "" for printed in PRINTED for column in OUTCOME.values())
        sum_of_one_row = len(OUTCOME)  # konsulentstödda: one row, so the paper has no sum
        assert len(harnosand) == filled + sum_of_one_row == 40

    def test_every_printed_projection(self, harnosand: dict[tuple[str, str, int], Row]) -> None:
        """Theirs is worked out on unrounded kronor, ours on printed tkr: at most one apart."""
        for printed in PRINTED:
            row = harnosand[*row_of(printed), 2025]
            assert abs(row["helar_rak_kr"] + TKR * int(printed["uppraknat_helar_2025_tkr"])) <= TKR
            assert row["helar_rak_kr"] == row["utfall_kr"] * 12 / 10

    def test_where_rounding_shows(self, harnosand: dict[tuple[str, str, int], Row]) -> None:
        """The two sums of the paper that its own rows do not give, and no third."""
        differ = {
            (*row_of(printed), year): harnosand[*row_of(printed), year]["utfall_kr"] + TKR * int(text)
            for printed in PRINTED
            for year, column in OUTCOME.items()
            if (text := printed[column])
            and harnosand[*row_of(printed), year]["utfall_kr"] != -TKR * int(text)
        }
        assert differ == {("hvb", "totalt", 2022): -TKR, ("hvb", "totalt", 2025): TKR}

    def test_what_is_known_of_each_year(self, harnosand: dict[tuple[str, str, int], Row]) -> None:
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

    def test_change_as_the_notes_have_it(self, harnosand: dict[tuple[str, str, int], Row]) -> None:
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

    def test_series_break_stands_on_the_year_that_it_breaks(
        self, harnosand: dict[tuple[str, str, int], Row]
    ) -> None:
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


def sampelstad_by_hand(
    db: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, int], dict[str, Decimal | None]]:
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
        tuple(key): kr  # type: ignore[misc]
        for *key, kr in ledger.group_by("tabell", "rad", "ar", "nr", is_cost.alias("kostnad"))
        .agg(pl.col("belopp_kr").sum())
        .rows()
    }

    def total(tabell: str, rad: str, year: int, last: int, *, cost: bool) -> Decimal:
        parts = (sums.get((tabell, rad, year, nr, cost), Decimal(0)) for nr in range(1, last + 1))
        return sum(parts, Decimal(0))

    years = sorted(ledger["ar"].unique())
    last_of = {year: 13 if year < lage_per.year else lage_per.month - 1 for year in years}
    first_of = {("familjehem", "557110"): 2020}
    found: dict[tuple[str, str, int], dict[str, Decimal | None]] = {}
    for tabell, rad in ledger.select("tabell", "rad").unique().rows():
        in_table = ledger.filter(tabell=tabell)["ar"]
        for year in sorted(in_table.unique()):
            if year < first_of.get((tabell, rad), 0):
                continue
            last = last_of[year]
            before = year - 1 in in_table and year - 1 >= first_of.get((tabell, rad), 0)
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
            parts = (
                r["helar_rak_kr"] for (t, d, y), r in found.items() if (t, y) == (tabell, year) and d != rad
            )
            row["helar_rak_kr"] = sum((kr for kr in parts if kr is not None), Decimal(0))
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


BOOKED = {
    **dict.fromkeys(("kommun", "period", "verksamhet", "motpart", "kontotyp", "konto", "serie"), pl.String),
    "avser_fran": pl.Date,
    "belopp_kr": pl.Decimal(18, 2),
}
Booked = tuple[str, str, str, str | None, date | None, str]


def foster(period: str, amount: str, account: str = "557100") -> Booked:
    return ("9901", period, account, "170", None, amount)


def months(year: int, numbers: range, amount: str) -> list[Booked]:
    return [foster(f"{year}-{n:02d}", amount) for n in numbers]


def printed_sum(period: str, first: date | None, amount: str) -> Booked:
    return ("2280", period, "okand", "816", first, amount)


@pytest.mark.xdist_group("natt")
class TestMadeLedgers:
    """The models' own SQL on ledgers of a few rows; Sampelstad is known to 2026-11-03, Härnösand to
    2025-11-11."""

    def run(self, natt: Settings, booked: list[Booked]) -> Rigg:
        rigg = Rigg(natt.home / "dbt/compiled/socialstat/models")
        rows = [
            (kommun, period, account, motpart, "kostnad", "HVB", "utfall", first, Decimal(amount))
            for kommun, period, account, motpart, first, amount in booked
        ]
        rigg.db.register("given", pl.DataFrame(rows, schema=BOOKED, orient="row").to_arrow())
        rigg.db.execute("create table staging.stg_ekonomi as from given")
        for model in ("int_manad", "int_ekonomi_t_o_m", "int_kostnadsutveckling"):
            rigg.model(model)
        rigg.model("kostnadsutveckling", "marts", "mart")
        return rigg

    def year(self, rigg: Rigg, ar: int, kommun: str = "9901", rad: str = "totalt") -> Row:
        (found,) = [r for (_, row, year), r in rows_of(rigg.db, kommun).items() if (row, year) == (rad, ar)]
        return found

    def test_the_year_so_far_and_the_same_months(self, natt: Settings) -> None:
        rigg = self.run(
            natt,
            [
                *months(2024, range(1, 13), "100"),
                *months(2025, range(1, 14), "110"),
                *months(2026, range(1, 12), "125.05"),
            ],
        )
        last = self.year(rigg, 2026)
        assert (last["t_o_m_manad"], last["ar_helt"]) == (10, False)  # November is not over
        assert last["utfall_kr"] == Decimal("1250.50")
        assert last["netto_ej_medraknat_kr"] == Decimal("125.05")
        assert last["utfall_samma_manader_foregaende_ar_kr"] == 1100
        assert last["utfall_foregaende_ar_kr"] == 1430  # with the closing period
        assert last["helar_rak_kr"] == Decimal("1500.60")
        closed, open_ = self.year(rigg, 2025), self.year(rigg, 2024)
        assert (closed["t_o_m_manad"], closed["ar_helt"], closed["helar_rak_kr"]) == (12, True, 1430)
        assert (open_["t_o_m_manad"], open_["ar_helt"], open_["helar_rak_kr"]) == (12, False, 1200)
        # The closing of 2024 is not known, so a whole year has no like to stand beside; the months have.
        assert closed["utfall_samma_manader_foregaende_ar_kr"] is None
        assert closed["utfall_foregaende_ar_kr"] == 1200

    def test_a_year_that_does_not_begin_in_january_is_not_projected(self, natt: Settings) -> None:
        rigg = self.run(natt, [*months(2025, range(7, 14), "10"), *months(2026, range(1, 3), "10")])
        broken, after = self.year(rigg, 2025), self.year(rigg, 2026)
        unknown = ("t_o_m_manad", "utfall_kr", "netto_kr", "helar_rak_kr", "andring_andel")
        assert [broken[c] for c in unknown] == [None] * 5
        assert broken["netto_ej_medraknat_kr"] == 70
        assert broken["saknas_orsak"] == "året är inte bokfört från januari"
        assert (after["utfall_foregaende_ar_kr"], after["utfall_samma_manader_foregaende_ar_kr"]) == (
            None,
            None,
        )
        assert after["saknas_orsak"] == "året före finns inte eller är inte helt känt"

    def test_a_missing_month_ends_what_is_known(self, natt: Settings) -> None:
        rigg = self.run(natt, [*months(2026, range(1, 5), "10"), *months(2026, range(6, 9), "10")])
        row = self.year(rigg, 2026)
        assert (row["t_o_m_manad"], row["utfall_kr"], row["netto_ej_medraknat_kr"]) == (4, 40, 30)

    def test_the_projection_is_rounded_row_by_row_and_half_up(self, natt: Settings) -> None:
        """12/8 of an odd number of öre ends on a half: the sum is that of the rows, not its own projection."""
        both = [foster(f"2026-{n:02d}", "0.01", a) for n in range(1, 9) for a in ("557100", "557110")]
        rigg = self.run(natt, [*both, foster("2026-08", "0.01"), foster("2026-08", "0.01", "557110")])
        parts = [self.year(rigg, 2026, rad=rad)["helar_rak_kr"] for rad in ("557100", "557110")]
        assert parts == [Decimal("0.14")] * 2  # 0.09 * 12 / 8 = 0.135
        assert self.year(rigg, 2026)["helar_rak_kr"] == Decimal("0.28")

    def test_printed_sums_of_the_same_months_can_be_compared(self, natt: Settings) -> None:
        rigg = self.run(
            natt,
            [
                printed_sum("2024-10", date(2024, 1, 1), "1000"),
                printed_sum("2024-13", date(2024, 11, 1), "300"),
                printed_sum("2025-10", date(2025, 1, 1), "1100"),
            ],
        )
        row = self.year(rigg, 2025, "2280")
        assert row["utfall_samma_manader_foregaende_ar_kr"] == 1000
        assert row["utfall_foregaende_ar_kr"] == 1300
        assert row["helar_rak_kr"] == 1320

    def test_one_late_invoice_does_not_make_months_known(self, natt: Settings) -> None:
        rigg = self.run(
            natt, [printed_sum("2025-03", date(2025, 1, 1), "1"), printed_sum("2025-03", None, "1")]
        )
        assert rigg.db.sql("from intermediate.int_ekonomi_t_o_m").fetchall() == []

    def test_unknown_counterpart_is_a_row_of_its_own_and_loses_nothing(self, natt: Settings) -> None:
        rigg = self.run(
            natt,
            [
                ("9901", "2026-01", "554100", "899", None, "7"),
                ("9901", "2026-01", "554200", "871", None, "5"),
            ],
        )
        rows = rows_of(rigg.db, "9901")
        assert {rad: r["utfall_kr"] for (_, rad, _), r in rows.items()} == {
            "ovrig": 7,
            "871": 5,
            "totalt": 12,
        }
        assert [r["namn"] for (_, rad, _), r in rows.items() if rad == "ovrig"] == ["Övriga motparter"]

    def test_a_break_reaches_the_year_after_one_that_has_it_within(self, natt: Settings) -> None:
        booked = [
            *(printed_sum(f"{year}-13", date(year, 1, 1), "1") for year in (2022, 2023, 2024)),
            printed_sum("2025-10", date(2025, 1, 1), "1"),
        ]
        rigg = self.run(natt, booked)
        assert [self.year(rigg, year, "2280")["seriebrott"] for year in (2023, 2024, 2025)] == [None] * 3
        rigg.db.execute("""
            insert into seed.kostnadsutveckling_seriebrott
            values ('2280', 'hvb', 'totalt', '2023-07-01', 'Ny kontoplan.', 'prov'),
                   ('2280', 'hvb', 'totalt', '2024-01-01', 'Ny motpart.', 'prov')
        """)
        rigg.model("kostnadsutveckling", "marts", "mart")
        texts = {year: self.year(rigg, year, "2280")["seriebrott"] for year in (2022, 2023, 2024, 2025)}
        assert texts == {2022: None, 2023: "Ny kontoplan.", 2024: "Ny kontoplan. Ny motpart.", 2025: None}
