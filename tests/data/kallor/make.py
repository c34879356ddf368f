"""Makes the sample files that no text editor can: ``python tests/data/kallor/make.py``.

Every row is invented. Personal numbers are of the tax agency's test series (birth numbers 980 and up).
"""

from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import xlsxwriter
from stdnum import luhn

HERE = Path(__file__).parent
Cell = str | int | date | None

REFERRALS: list[list[Cell]] = [
    ["Ärendenr", "Personnummer", "Ankomstdatum", "Ärendetyp", "Beslut", "Beslutsdatum", "Enhet", "Målgrupp"],
    [1001, "11", date(2026, 3, 2), "Orosanmälan", "Inleds", date(2026, 3, 9), "Mottagning", "Barn"],
    [1002, "12", 46084, "Ansökan", "Inleds", 46085, "Mottagning", "Barn"],
    [1003, "13", "2026-03-04", "Orosanmälan", "Inleds ej", "2026-03-05", "Mottagning", "Vuxen"],
    [1004, "14", date(2026, 3, 5), "Remiss", None, None, "Mottagning", "Vuxen"],
    [1005, "15", "5 mars", "Ansökan", None, None, "Mottagning", "Vuxen"],
]
"""Dates as dates, as serial numbers without a date format, and as text; the last is no date at all."""

SOL = "20 kap. 3 § SoL"
INQUIRIES: list[list[Cell]] = [
    ["Utrednr", "Ärendenr", "Personnummer", "Slag", "Lagrum", "Enhet", "Målgrupp", "Inledd", "Avslutad"],
    [5001, 1001, "11", "BBIC", SOL, "Barn 1", "Barn", date(2026, 3, 9), date(2026, 6, 30)],
    [5002, 1002, "12", "BBIC", SOL, "Barn 1", "Barn", 46085, None],
    [5003, None, "14", "Missbruk", None, "Vuxen", "Vuxen", 46086, None],
]
"""The last has no lagrum."""


def person(place: int) -> str:
    nine = f"1{place % 10}0{place % 9 + 1}1{place % 9}98{place % 10}"
    return f"20{nine}{luhn.calc_check_digit(nine)}"


def workbook(name: str, title: str, rows: list[list[Cell]]) -> None:
    """A sheet about the extract, and one with title rows, a header, the rows and a total."""
    with xlsxwriter.Workbook(HERE / "lifecare_exempel" / name) as book:
        book.set_properties({"created": datetime.combine(date(2026, 10, 31), time(), UTC)})
        book.add_worksheet("Om uttaget").write(0, 0, "Urval: alla enheter")
        sheet = book.add_worksheet("Utdrag")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 3, title)
        sheet.write(1, 0, "Uttaget 2026-10-31")
        who = rows[0].index("Personnummer")
        for row, cells in enumerate([*rows, ["Totalt", len(rows) - 1]], 3):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, datetime.combine(cell, time()), day)
                elif column == who and str(cell).isdigit() and isinstance(cell, str):
                    number = person(int(cell))
                    sheet.write(row, column, f"{number[:8]}-{number[8:]}")
                elif cell is not None:
                    sheet.write(row, column, cell)


def parquet() -> None:
    pl.DataFrame(
        {
            "kommun": [9901, 127, 9901],
            "utredning": ["CU1", "CU1", "CU2"],
            "arende": ["C1", "C1", None],
            "personid": [person(41), person(43), person(46)],
            "art": ["BU", "VU", "BU"],
            "lagrum": ["20 kap. 3 § SoL", "11 kap. 1 § SoL", "20 kap. 3 § SoL"],
            "enhet": ["Barn", "Vuxen", None],  # a unit is lacking
            "alder": ["0-20", "21-", "0-20"],
            "start": [date(2026, 6, 12), date(2026, 6, 14), date(2026, 6, 20)],
            "klar": [date(2026, 9, 30), None, None],
        }
    ).write_parquet(HERE / "combine_exempel" / "combine_utredning_202610.parquet", compression="uncompressed")


if __name__ == "__main__":
    workbook("Lifecare_aktualiseringar_2026-10.xlsx", "Aktualiseringar", REFERRALS)
    workbook("Lifecare_utredningar_2026-10.xlsx", "Utredningar", INQUIRIES)
    parquet()
