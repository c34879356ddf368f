"""The volumes and unit costs that Botkyrka printed in delår 2 2021, computed from made episodes and postings,
insatser and months of aid.

See :mod:`botkyrka_generator` and :mod:`botkyrka_bistand`. The whole comes to the printed tables, to the
generator's own books by day and öre, and to the same whatever the order of the rows.
"""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import botkyrka_bistand
import duckdb
import pytest
from botkyrka_bistand import Others
from botkyrka_generator import (
    COLUMNS,
    DELIVERED,
    GROUP,
    GROUPS,
    KOMMUN,
    Books,
    Row,
    World,
    read_printed,
    write,
)

from pipelines import ingest, publish, reports, warehouse
from pipelines.reports.format import NBSP
from pipelines.settings import ROOT, Settings

MARTS = ["volym_nyckeltal", "kostnad_per_arsplacering", "fct_placering_manad", "dim_kommun"]
DOCUMENT = ROOT / "tests/data/volymer_nyckeltal_botkyrka_2021_delar2.csv"
PRINTED = read_printed(DOCUMENT)
PRINTED_OTHERS = botkyrka_bistand.read_printed(DOCUMENT)
UNUSED = {
    "period": "2021-08",
    "serie": "utfall",
    "konto": "4531",
    "kontotyp": "kostnad",
    "verksamhet": GROUP["beroende_familjehem"].verksamhet,
    "rad_id": "R-utan-dygn",
    "belopp_kr": "200000.00",
}
"""0,2 mkr for foster homes for adults, where nobody lived from January to August 2021."""

FIGURES = """
    select
        volymgrupp, serie, period, arsplatser, nettokostnad_kr, kostnad_per_arsplacering_kr, saknas_orsak
    from mart.volym_nyckeltal
"""
SUMS = """
    select
        serie, volymgrupp, period, vard_dygn, betalda_dygn, bruttokostnad_kr,
        coalesce(nettokostnad_exkl_statsbidrag_kr, 0) - coalesce(bruttokostnad_kr, 0) as intakt_kr,
        nettokostnad_kr - coalesce(nettokostnad_exkl_statsbidrag_kr, 0) as statsbidrag_kr
    from mart.volym_nyckeltal
    where periodtyp in ('manad', 'delar', 'ar')
"""
PRICED = """
    select placering_id, sum(beraknad_kostnad_kr) from mart.fct_placering_manad
    where manad >= '2019-01' group by all
"""

pytestmark = pytest.mark.xdist_group("botkyrka")


class Figure(NamedTuple):
    """One cell of the tables before it is printed; a group without days or money has none."""

    arsplatser: Decimal | None = None
    nettokostnad_kr: Decimal | None = None
    kostnad_per_arsplacering_kr: Decimal | None = None
    saknas_orsak: str | None = None


def half_up(value: Decimal | None) -> int:
    return int(round_half_up(value or Decimal(0)))


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass
class Installation:
    settings: Settings
    results: list[Any]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        path = self.settings.warehouse / "current" / "socialstat.duckdb"
        with duckdb.connect(path, read_only=True) as db:
            return db.sql(query).fetchall()

    def figures(self) -> dict[tuple[str, str, str], Figure]:
        """(volymgrupp, serie, period) → figure."""
        return {row[:3]: Figure(*row[3:]) for row in self.ask(FIGURES)}


def receive(home: Path, tables: dict[str, list[Row]]) -> Installation:
    settings = Settings(home=home)
    settings.make_folders()
    write(settings.landing / KOMMUN / DELIVERED.isoformat(), tables)
    return Installation(settings, ingest.ingest_all(settings))


@pytest.fixture(scope="module")
def world() -> World:
    return World(PRINTED)


@pytest.fixture(scope="module")
def others(world: World) -> Others:
    """The rows that are no placements; adds their extracts to the world's."""
    return Others(world, PRINTED_OTHERS)


@pytest.fixture(scope="module")
def lager_2021(world: World, others: Others, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The delivery of 2021-09-09 and a whole night on it, with every data test."""
    assert others.world is world
    made = receive(tmp_path_factory.mktemp("botkyrka") / "data", world.tables)
    warehouse.build(made.settings)
    return made


@pytest.fixture(scope="module")
def omkastad(world: World, others: Others, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same rows in another order, and one invoice more: see UNUSED."""
    assert others.world is world
    tables = {name: list(rows) for name, rows in world.tables.items()}
    tables["ekonomi"].append(UNUSED)
    for rows in tables.values():
        Random(7).shuffle(rows)
    made = receive(tmp_path_factory.mktemp("omkastad") / "data", tables)
    warehouse.build(made.settings, only=MARTS)
    return made


def test_every_row_is_accepted(world: World, lager_2021: Installation) -> None:
    (result,) = lager_2021.results
    counts = {name: (t.rows_in, t.rejected) for name, t in result.tables.items()}
    assert counts == {name: (len(rows), 0) for name, rows in world.tables.items()}, result.rules


@pytest.mark.parametrize("column", COLUMNS)
def test_printed_tables(lager_2021: Installation, column: str) -> None:
    figures = lager_2021.figures()
    found = {}
    for group in GROUPS:
        cell = figures.get((group.id, *COLUMNS[column]), Figure())
        assert cell.kostnad_per_arsplacering_kr is not None or not cell.nettokostnad_kr
        places, cost = cell.arsplatser, cell.kostnad_per_arsplacering_kr
        found[group.id, column] = half_up(places), half_up(cost / 1000 if cost else None)
    assert found == {key: cell for key, cell in PRINTED.items() if key[1] == column}


@pytest.mark.parametrize("column", COLUMNS)
def test_printed_rows_that_are_no_placements(lager_2021: Installation, column: str) -> None:
    """Insatser and aid; what the document leaves empty has no value either."""
    serie, period = COLUMNS[column]
    found = {
        row: (value, unit)
        for row, value, unit in lager_2021.ask(f"""
            select rad_id, varde, mattenhet from mart.volym_indikator
            where serie = '{serie}' and period = '{period}' and status = 'ok'
        """)
    }
    printed = {
        row: value for (row, of), value in PRINTED_OTHERS.items() if of == column and value is not None
    }
    places = {row: 2 if unit == "andel" else 0 for row, (_, unit) in found.items()}
    assert {row: round_half_up(value, places[row]) for row, (value, _) in found.items()} == printed


def test_the_rows_that_are_no_placements_to_the_household_and_the_ore(
    others: Others, lager_2021: Installation
) -> None:
    of = {place: column for column, place in COLUMNS.items()}
    found = {
        (row, of["utfall", period]): (taljare, namnare)
        for row, period, taljare, namnare in lager_2021.ask("""
            select rad_id, period, taljare, namnare from mart.volym_indikator
            where serie = 'utfall' and period in ('2020-D2', '2021-D2', '2020')
        """)
    }
    assert found == others.books


def test_twelve_months_are_known_when_all_of_them_are(lager_2021: Installation) -> None:
    """The delivery begins with December 2019."""
    assert lager_2021.ask("""
        select period, status, taljare, namnare, varde, antal_med_uppgift from mart.indikatorvarde
        where indikator_id = 'EB_LANGVARIG_ANDEL' and uppdelning = 'total'
            and period in ('2019', '2020-10-R12')
        order by period
    """) == [("2019", "saknas", 0, 0, None, 0), ("2020-10-R12", "saknas", 0, 0, None, 0)]


def test_the_boards_report_prints_the_same(lager_2021: Installation) -> None:
    """The tables of Volymer och nyckeltal, cell by cell; a cost of nothing for nobody is no figure."""
    folder = publish.write_volumes(lager_2021.settings, KOMMUN)
    volymer = reports.volymer
    report = volymer.Report.of(volymer.Source.restricted(folder), "2021-D2")
    assert [row["volymgrupp"] for row in report.groups] == [group.id for group in GROUPS]
    placed = ([line for line in t.lines if not line.own_unit] for t in (report.volumes, report.costs))
    for group, volume, cost in zip(GROUPS, *placed, strict=True):
        cells = [PRINTED[group.id, column] for column in COLUMNS]
        places = [f"{n:,}".replace(",", NBSP) for n, _ in cells]
        costs = [f"{tkr:,}".replace(",", NBSP) if n else "–" for n, tkr in cells]
        assert report.volumes.texts(volume)[1:] == places, group.id
        assert report.costs.texts(cost)[1:] == costs, group.id
    with DOCUMENT.open(encoding="utf-8", newline="") as f:
        rows = {row["rad"]: row for row in csv.DictReader(f)}
    headings = [rad for _, rad in botkyrka_bistand.FIGURES.values()]
    own = [t.texts(line) for t in (report.volumes, report.costs) for line in t.lines if line.own_unit]
    assert own == [[rad, *(as_printed(rows[rad][column]) for column in COLUMNS)] for rad in headings]


def as_printed(text: str) -> str:
    """A cell of the document as numbers are written here."""
    whole = f"{int(text.rstrip('%')):,}".replace(",", NBSP) if text else "–"
    return whole + (f"{NBSP}%" if text.endswith("%") else "")


def test_figures_on_the_limit_are_there(lager_2021: Installation) -> None:
    """What rounding half to even, or of a binary fraction, would have printed otherwise."""
    figures = lager_2021.figures()
    assert figures["barn_institution_lvu", "utfall", "2020-D2"].arsplatser == Decimal("16.5")
    assert figures["beroende_institution_lvm", "utfall", "2020"].arsplatser == Decimal("4.5")
    assert figures["barn_institution_sol", "utfall", "2020"].kostnad_per_arsplacering_kr == 1_214_500


def test_the_generators_books_to_the_day_and_the_ore(world: World, lager_2021: Installation) -> None:
    columns = ("vard_dygn", "betalda_dygn", "kostnad", "intakt", "statsbidrag")
    wanted: Books = defaultdict(lambda: defaultdict(Decimal))
    for (serie, group, month), sums in world.books.items():
        year, number = month[:4], int(month[5:])
        periods = [year, *([month] if number < 13 else [])]
        periods += [f"{year}-D{n}" for n in (1, 2) if number <= 4 * n]
        for period in periods:
            for column, value in sums.items():
                wanted[serie, group, period][column] += value
    expected = {key: tuple(sums[column] for column in columns) for key, sums in wanted.items()}
    found = {row[:3]: tuple(value or Decimal(0) for value in row[3:]) for row in lager_2021.ask(SUMS)}
    assert {k: v for k, v in found.items() if any(v)} == {k: v for k, v in expected.items() if any(v)}
    assert lager_2021.ask("select sum(belopp_kr) from mart.fct_ekonomi where serie = 'utfall'") == [
        (sum(row["belopp_kr"] for row in world.tables["ekonomi"] if row["serie"] == "utfall"),)
    ]


def test_each_placement_costs_its_price_times_its_paid_days(world: World, lager_2021: Installation) -> None:
    """Prices by the day and by the month, and those that change; the months are rounded."""
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    months: Counter[str] = Counter()
    for bill in world.ledger.bills:
        wanted[bill.placement.id] += bill.days * bill.price
        months[bill.placement.id] += 1
    found = dict(lager_2021.ask(PRICED))
    assert found.keys() == wanted.keys()
    wrong = {
        p: (found[p], kr) for p, kr in wanted.items() if abs(found[p] - kr) > months[p] * Decimal("0.01")
    }
    assert not wrong


def test_the_generator_has_something_of_everything(others: Others) -> None:
    """Otherwise the tests above say nothing of it."""
    texture = others.world.texture
    assert min(texture.values()) >= 2, texture
    assert len(texture) == 27


def test_the_order_of_the_rows_says_nothing(lager_2021: Installation, omkastad: Installation) -> None:
    """Only what the one invoice more is a part of differs."""
    others = "not (kostnadsgrupp = 'familjehem' and malgrupp = 'vuxen_beroende')"
    for query in (
        f"from mart.kostnad_per_arsplacering where {others} order by all",
        "select * exclude (person_nyckel) from mart.fct_placering_manad order by all",
    ):
        rows = lager_2021.ask(query)
        assert len(rows) > 1000
        assert omkastad.ask(query) == rows


def test_cost_without_care_days_has_no_price(lager_2021: Installation, omkastad: Installation) -> None:
    key = ("beroende_familjehem", "utfall", "2021-D2")
    plain, cell = lager_2021.figures().get(key, Figure()), omkastad.figures()[key]
    assert not plain.arsplatser
    assert not plain.nettokostnad_kr
    assert not cell.arsplatser
    assert cell.nettokostnad_kr == 200_000
    assert cell.kostnad_per_arsplacering_kr is None
    assert cell.saknas_orsak == "kostnad utan vårddygn"
