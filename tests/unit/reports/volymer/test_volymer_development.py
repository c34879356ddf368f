"""Kostnadsutveckling placeringar: Härnösand's printed table of October 2025, in its layout."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import underlag
from openpyxl import load_workbook

from pipelines.reports.format import MINUS, NBSP
from pipelines.reports.volymer import Development, write
from pipelines.reports.volymer.document import Table

DATA = Path(__file__).parents[3] / "data"
Row = dict[str, Any]
TABLES = {
    "Kostnader HVB per motpart, barn och familj (tkr)": ("hvb", "HVB per motpart, barn och familj", 1),
    "Kostnader familjehem egna (tkr)": ("familjehem", "Familjehem, egna", 2),
    "Kostnader konsulentstödda familjehem (tkr)": ("konsulentstodd", "Konsulentstödda familjehem", 3),
}
COLUMNS = {
    2022: "utfall_2022_tkr",
    2023: "utfall_2023_tkr",
    2024: "utfall_2024_tkr",
    2025: "jan_okt_2025_tkr",
}


def printed() -> list[dict[str, str]]:
    with (DATA / "placeringskostnader_harnosand_2025.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def kr(tkr: str) -> Decimal | None:
    """The table prints costs as negative tkr."""
    return None if tkr == "" else -Decimal(tkr) * 1000


def development() -> list[Row]:
    """The printed outcomes as the mart has them; the projection is ten months times twelve tenths."""
    rows = []
    for nr, line in enumerate(printed()):
        tabell, namn, ordning = TABLES[line["grupp"]]
        before: Decimal | None = None
        for ar, column in COLUMNS.items():
            cost = kr(line[column])
            whole = cost if ar < 2025 or cost is None else cost * 12 / 10
            change = whole / before - 1 if before and whole is not None else None
            rows.append(
                {
                    "tabell": tabell, "tabell_namn": namn, "tabell_ordning": ordning, "rad": line["rad"],
                    "namn": line["rad"], "ordning": nr, "ar_summa": "totalt" in line["rad"], "ar": ar,
                    "t_o_m_manad": 10 if ar == 2025 else 12, "ar_helt": ar < 2025, "utfall_kr": cost,
                    "intakt_kr": Decimal(0), "netto_kr": cost, "helar_rak_kr": whole,
                    "utfall_samma_manader_foregaende_ar_kr": None, "utfall_foregaende_ar_kr": before,
                    "andring_andel": change, "saknas_orsak": None, "lage_per": underlag.LAGE_PER,
                    "seriebrott": "Ett brott." if (line["rad"][:6], ar) == ("557110", 2024) else None,
                }
            )  # fmt: skip
            before = cost
    return [r for r in rows if r["utfall_kr"] is not None]


@pytest.fixture
def newest() -> Development:
    return Development.of(underlag.source(development=development()))


def numbers(table: Table) -> dict[str, list[str]]:
    return {texts[0]: texts[1:] for texts in map(table.texts, table.lines)}


def test_harnosands_outcomes_come_out_as_printed(newest: Development) -> None:
    table = newest.table
    assert table.headings == (
        *("", "Utfall 2022", "Utfall 2023", "Utfall 2024", "Jan–okt 2025", "Uppräknat helår 2025"),
        *("Jan–okt 2024", "Ändring mot 2024"),
    )
    found = numbers(table)
    assert len(found) == len(printed()) == 10
    for line in printed():
        outcomes = [
            "–" if line[c] == "" else f"{-int(line[c]):,}".replace(",", NBSP) for c in COLUMNS.values()
        ]
        assert found[line["rad"]][:4] == outcomes
        projected = int(found[line["rad"]][4].replace(NBSP, ""))
        assert abs(projected + int(line["uppraknat_helar_2025_tkr"])) <= 1
    assert found["816 SIS"][6] == f"+38,9{NBSP}%"
    assert found["871 Privata företag"][6] == f"{MINUS}9,2{NBSP}%"


def test_a_sentence_for_each_table(newest: Development) -> None:
    assert newest.text[0] == (
        "HVB per motpart, barn och familj",
        [
            f"Kostnaden är 13,7{NBSP}mkr januari–oktober 2025, uppräknat till helår 16,5{NBSP}mkr: "
            f"15,0{NBSP}% mer än 2024 (14,3{NBSP}mkr)."
        ],
    )
    assert [name for name, _ in newest.text] == [name for _, name, _ in TABLES.values()]


def test_a_whole_year_is_its_own_projection() -> None:
    of = Development.of(underlag.source(development=development()), 2023)
    assert of.table.headings == (
        "",
        "Utfall 2020",
        "Utfall 2021",
        "Utfall 2022",
        "Utfall 2023",
        "Ändring mot 2022",
    )
    assert of.text[0][1] == [f"Kostnaden är 19,7{NBSP}mkr 2023: 23,3{NBSP}% mer än 2022 (16,0{NBSP}mkr)."]
    assert "557110 Vårdnadsöverflyttade" not in numbers(of.table)


def test_a_break_of_the_series_is_told(newest: Development) -> None:
    assert newest.table.notes == ("557110 Vårdnadsöverflyttade: Ett brott.",)


def test_a_year_that_the_ledger_does_not_have() -> None:
    with pytest.raises(KeyError, match="ingen kostnadsutveckling för 2030"):
        Development.of(underlag.source(development=development()), 2030)
    with pytest.raises(KeyError, match="ingen kostnadsutveckling"):
        Development.of(underlag.source())


def test_prices_a_day_of_the_newest_month_and_the_year(tmp_path: Path) -> None:
    """Härnösand's printed range of October 2025, and what it does not print."""
    with (DATA / "dygnsavgifter_harnosand_okt2025.csv").open(encoding="utf-8", newline="") as f:
        spans = list(csv.DictReader(f))
    months = (("2025-09", True), ("2025-10", True), ("2025-11", False))
    periods = [*(("manad", month, over) for month, over in months), ("ar", "2025", False)]
    prices = [
        {
            "periodtyp": periodtyp, "period": period, "rad_namn": s["vardform"], "ordning": nr,
            "ar_fullstandig": complete, "antal_placeringar": 3, "betalda_dygn": Decimal("93.5"),
            "lagst_kr": Decimal(s["min_kr_per_dygn"]), "hogst_kr": Decimal(s["max_kr_per_dygn"]),
            "median_kr": Decimal(3000), "medel_kr": Decimal("3100.49"),
        }
        for nr, s in enumerate(spans)
        for periodtyp, period, complete in periods
    ]  # fmt: skip
    of = Development.of(underlag.source(development=development(), prices=prices))
    assert of.prices is not None
    assert [name for name, _ in of.prices.sections] == ["Oktober 2025", "2025 hittills"]
    month = [of.prices.texts(line) for line in of.prices.sections[0][1]]
    printed = [text.replace(" ", NBSP) for text in ("1 823", "3 000", "3 100", "5 569", "94", "3")]
    assert month[0] == ["Konsulentstödda familjehem", *printed]
    assert len(month) == len(spans)

    write(of.document, tmp_path)
    book = load_workbook(tmp_path / "kostnadsutveckling_2025.xlsx")
    assert book.sheetnames == ["Kostnadsutveckling", "Dygnspriser", "Analys", "Förklaring", "Data"]
    assert len(book["Kostnadsutveckling"]._charts) == 3
    assert {chart.grouping for chart in book["Kostnadsutveckling"]._charts} == {"stacked"}
    assert not book["Dygnspriser"]._charts
