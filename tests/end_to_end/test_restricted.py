"""The early list and the month's placements: every row of the marts on its sheet, and nobody recognised."""

import stat
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines import publish, reports
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
HEADINGS = {
    "Över fristen": "over",
    "Ska rapporteras": "rapportera",
    "Inom 7 dagar": "7",
    "8–14 dagar": "14",
    "15–30 dagar": "30",
}


def listed(settings: Settings, kommun: str) -> dict[str, set[tuple[str, str, str]]]:
    """Per sheet: window, case and rule of every row under a heading."""
    book = openpyxl.load_workbook(settings.restricted / kommun / "bevakning.xlsx", read_only=True)
    found: dict[str, set[tuple[str, str, str]]] = {}
    for name in book.sheetnames[1:]:
        window, mine = "", found.setdefault(name, set())
        for first, second, *_ in book[name].iter_rows(values_only=True):
            heading = str(first or "").rsplit(" (", 1)[0]
            if heading in HEADINGS:
                window = HEADINGS[heading]
            elif first and second and first != "Ärende":
                mine.add((window, str(first), str(second)))
    return found


def test_the_list_is_the_mart(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    rows = lager.sql("select enhet_namn, inom_dagar, subjekt_id, regel_namn from mart.frist_bevakning "
                     "where kommun = '9901'").fetchall()  # fmt: skip
    found = listed(natt, "9901")
    assert set().union(*found.values()) == {row[1:] for row in rows}
    assert len(found) == len({row[0] for row in rows})
    for unit in {row[0] for row in rows}:
        assert {row[1:] for row in rows if row[0] == unit} in found.values()


def test_a_municipality_without_urgent_clocks_gets_a_list_that_says_so(natt: Settings) -> None:
    book = openpyxl.load_workbook(natt.restricted / "2280" / "bevakning.xlsx", read_only=True)
    texts = [str(c) for row in book["Översikt"].iter_rows(values_only=True) for c in row if c]
    assert texts[0].startswith("Bevakning av frister, ")
    assert len(book.sheetnames) > 1 or any("Inget är över fristen" in text for text in texts)


def test_nobody_can_be_recognised(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    keys = {key for (key,) in lager.sql("select person_nyckel from mart.dim_person").fetchall()}
    protected = {
        case
        for (case,) in lager.sql("""
            select frist.subjekt_id from mart.fct_frist as frist
            join mart.dim_person as person using (kommun, person_nyckel) where person.ar_skyddad
            union
            select plac.placering_id from mart.fct_placering as plac
            join mart.dim_person as person using (kommun, person_nyckel) where person.ar_skyddad
            union
            select insats.insats_id from mart.fct_insats as insats
            join mart.dim_person as person using (kommun, person_nyckel) where person.ar_skyddad
        """).fetchall()
    }
    assert protected
    files = [*natt.restricted.glob("*/bevakning.*"), *natt.restricted.glob("*/placeringar*.xlsx")]
    files += natt.restricted.glob("*/placeringar/*.parquet")
    files += [*natt.restricted.glob("*/ar*_????-??.xlsx"), *natt.restricted.glob("*/arenden/*.parquet")]
    assert len(files) > 6
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        if file.suffix == ".xlsx":
            cells = {
                str(cell)
                for sheet in openpyxl.load_workbook(file, read_only=True)
                for row in sheet.iter_rows(values_only=True)
                for cell in row
                if cell is not None
            }
        else:
            cells = {str(cell) for row in pl.read_parquet(file).rows() for cell in row}
        assert not cells & keys
        if "9901" in file.parts:
            assert not cells & protected


def test_the_same_night_gives_the_same_bytes(natt: Settings) -> None:
    folder = natt.restricted / "9901"
    files = [folder / "bevakning.xlsx", *folder.glob("placeringar_*.xlsx"), *folder.glob("ar*_*.xlsx")]
    assert len(files) == 4
    before = [file.read_bytes() for file in files]
    publish.write_restricted(natt)
    reports.write_restricted(natt.restricted, progress=lambda _: None)
    assert [file.read_bytes() for file in files] == before


def the_months(settings: Settings, lager: duckdb.DuckDBPyConnection, name: str) -> openpyxl.Workbook:
    """The workbook of the newest month that was over when the night was read."""
    ((month,),) = lager.sql("""
        select strftime(lage_per + 1 - interval 1 month, '%Y-%m') from mart.dim_kommun where kommun = '9901'
    """).fetchall()
    return openpyxl.load_workbook(settings.restricted / "9901" / f"{name}_{month}.xlsx")


def lines(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_the_months_placements_are_the_marts(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    book = the_months(natt, lager, "placeringar")
    units, others = book.sheetnames[1:-4], book.sheetnames[-4:]
    assert book.sheetnames[0] == "Översikt"
    assert others == ["Beslut", "Avstämning", "Periodisering", "Brygga"]
    cases = {row[0] for unit in units for row in lines(book[unit])}
    listed = {case for (case,) in lager.sql("select placering_id from mart.placering_lista").fetchall()}
    assert listed and listed <= cases
    open_now = lager.sql("""
        select count(*) from mart.fct_placering as plac
        join mart.dim_kommun as kommun using (kommun)
        where plac.slut_datum is null or plac.slut_datum > kommun.lage_per
    """).fetchall()
    ((number,),) = open_now
    said = str(book["Översikt"]["A2"].value)
    assert f"{number} placeringar pågår; {number - len(listed)} av dem" in said
    by_unit = {row[0]: row[1] for row in lines(book["Översikt"]) if row[0] in units}
    assert sum(by_unit.values()) == len(listed)
    for sheet, mart, column in (
        ("Beslut", "beslut_giltighet", "subjekt_id"),
        ("Avstämning", "kostnad_lucka where manad >= '2025-01'", "ekonomi_nyckel"),
    ):
        ids = {i for (i,) in lager.sql(f"select {column} from mart.{mart}").fetchall()}
        assert ids <= {cell for row in lines(book[sheet]) for cell in row}
        assert ids


def test_the_months_money_is_the_marts(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    book = the_months(natt, lager, "placeringar")
    accruals = [row for row in lines(book["Periodisering"]) if isinstance(row[2], int | float)]
    *providers, total = accruals
    assert total[0] == "Alla"
    assert round(sum(row[-1] for row in providers), 2) == total[-1]
    ((net,),) = lager.sql("""
        select sum(netto_kr) from mart.kostnad_periodisering
        where manad = (select max(manad) from mart.kostnad_periodisering)
    """).fetchall()
    assert round(total[-1], 2) == float(net)
    bridge = {"Vid månadens början": 0.0, "Vid månadens slut": 0.0, "händelser": 0.0}
    for row in lines(book["Brygga"]):
        if isinstance(row[4], int | float):
            bridge[row[1] if row[1] in bridge else "händelser"] += row[4]
    assert bridge["Vid månadens början"] + bridge["händelser"] == pytest.approx(bridge["Vid månadens slut"])
    assert bridge["Vid månadens slut"] > 0


def test_a_municipality_without_placements_gets_no_month(natt: Settings) -> None:
    assert not list(natt.restricted.glob("0127/placeringar*"))


def test_the_boards_cases_are_the_marts(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    book = the_months(natt, lager, "arenden")
    assert book.sheetnames == ["Översikt", "Delegationsbeslut", "Väntelista", "Flöde"]
    month = str(book["Översikt"]["A1"].value).split()[1].rstrip(",")
    flow = lager.execute(
        """
        select kod.namn, antal_ingaende, antal_oppnade, antal_avslutade, antal_utgaende, antal_aktuella,
            antal_unika_personer
        from mart.arende_flode inner join seed.koder as kod on kodlista = 'arende_slag' and kod.kod = slag
        where kommun = '9901' and period = ? and uppdelning = 'total' order by kod.ordning
        """,
        [month],
    ).fetchall()
    assert [row[:7] for row in lines(book["Översikt"])[4:]] == flow
    # A household's closing is not known yet, and what is not known is an empty cell.
    assert flow[-1][3] is None and None not in flow[0]
    decisions = [row for row in lines(book["Delegationsbeslut"]) if isinstance(row[6], int)]
    listed = lager.execute(
        """
        select typ_namn, lagrum_namn, nuvarande_lagrum_namn, utfall_namn, antal from mart.delegation_manad
        where kommun = '9901' and manad = ?
        """,
        [month],
    ).fetchall()
    assert sorted(row[2:7] for row in decisions) == sorted(listed) != []
    whole = next(row for row in lines(book["Delegationsbeslut"]) if row[0] == "Summa beslut")
    assert whole[1] == sum(row[-1] for row in listed)
    waiting = next(row for row in lines(book["Väntelista"]) if row[0] == "Väntar")
    by_month = lager.execute(
        """
        select sum(antal_vantar) from mart.vantelista_manad
        where kommun = '9901' and left(manad, 4) = ? group by manad order by manad
        """,
        [month[:4]],
    ).fetchall()
    assert list(waiting[1:13]) == [n for (n,) in by_month] + [None] * (12 - len(by_month))
    assert waiting[12] is None


def test_the_workload_is_the_marts(natt: Settings, lager: duckdb.DuckDBPyConnection) -> None:
    book = the_months(natt, lager, "arbetsbelastning")
    month = str(book["Översikt"]["A1"].value).split()[1].rstrip(",")
    units = {row[0] for row in lines(book["Översikt"])[4:]}
    assert units == set(book.sheetnames[1:])
    whole = lager.execute(
        """
        select sum(antal_oppna), sum(antal_in), sum(antal_ut), sum(antal_orord_30_dagar)
        from mart.arbetsbelastning where kommun = '9901' and manad = ? and niva = 'enhet'
        """,
        [month],
    ).fetchone()
    overview = lines(book["Översikt"])[4:]
    cases = [row for unit in units for row in lines(book[unit])[4:]]
    for rows in (overview, cases):
        assert tuple(sum(row[place] for row in rows) for place in (2, 3, 4, 6)) == whole
    assert all(str(row[1]).startswith(("Handläggare ", "Utan ")) for row in cases)
