"""The month's cases: for the board what was decided, waits and flows; for each unit's manager the workload.

Two workbooks, since they have two readers. Both hold counts only.
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.reports.format import sort_key
from pipelines.reports.listbook import Column, ListBook, listbook, sheet_names, widths_of

Row = dict[str, Any]

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
FLOW = (
    Column("Ingående", 10, "antal_ingaende", numeric=True),
    Column("Öppnade", 10, "antal_oppnade", numeric=True),
    Column("Avslutade", 10, "antal_avslutade", numeric=True),
    Column("Utgående", 10, "antal_utgaende", numeric=True),
    Column("Aktuella", 10, "antal_aktuella", numeric=True),
    Column("Personer", 10, "antal_unika_personer", numeric=True),
)
YEAR = (
    Column("Öppnade, 12 månader", 12, "ar_oppnade", numeric=True),
    Column("Avslutade, 12 månader", 12, "ar_avslutade", numeric=True),
    Column("Aktuella, 12 månader", 12, "ar_aktuella", numeric=True),
    Column("Personer, 12 månader", 12, "ar_unika_personer", numeric=True),
)
OVERVIEW = (Column("Ärenden", 36, "slag_namn"), *FLOW, *YEAR)
GROUPS = (Column("Grupp", 36, "grupp_namn"), *FLOW, *YEAR)
BREAKDOWNS = {"typ": "efter typ", "enhet": "efter enhet", "kon": "efter kön"}
LEVELS = (
    Column("Beslutat av", 24, "beslutsfattare_namn"),
    Column("Beslut", 10, "antal"),
    Column("Bifall", 10, "antal_bifall"),
    Column("Delvis bifall", 12, "antal_delvis_bifall"),
    Column("Avslag", 10, "antal_avslag"),
)
DECISIONS = (
    Column("Beslutat av", 24, "beslutsfattare_namn"),
    Column("Enhet", 24, "enhet_namn"),
    Column("Typ", 30, "typ_namn"),
    Column("Lagrum", 25, "lagrum_namn"),
    Column("Lagrum i dag", 25, "nuvarande_lagrum_namn"),
    Column("Utfall", 26, "utfall_namn"),
    Column("Antal", 9, "antal"),
    Column("Anmärkning", 22, "anmarkning"),
)
WAITING = {
    "antal_vantar": "Väntar",
    "antal_over_tre_manader": "Längre än tre månader",
    "antal_over_tre_manader_tackat_nej": "Längre än tre månader och har tackat nej",
    "antal_erbjudna": "Har fått erbjudande",
    "antal_erbjudna_tackat_nej": "Har fått erbjudande och tackat nej",
    "antal_med_annan_insats": "Har en annan insats under tiden",
}
WAITING_COLUMNS = (
    Column("När månaden slutade", 40, "rad"),
    *(Column(month.capitalize(), 7, month, numeric=True) for month in MONTHS),
)
LOAD = (
    Column("Ärenden", 22, "slag_namn"),
    Column("Handläggare", 22, "handlaggare_namn"),
    Column("Öppna", 9, "antal_oppna"),
    Column("In", 9, "antal_in"),
    Column("Ut", 9, "antal_ut"),
    Column("Ålder i dagar, median", 12, "alder_median_dagar", numeric=True),
    Column("Orörda i 30 dagar", 12, "antal_orord_30_dagar", numeric=True),
)
UNITS = (Column("Enhet", 30, "enhet_namn"), LOAD[0], *LOAD[2:])
SECRECY = "Sekretess: små antal, lämnas inte ut."
ALL_KINDS = "Alla insatser"
UNASSIGNED = "Utan handläggare"


def write(folder: Path) -> list[Path]:
    """Write ``arenden_<ÅÅÅÅ-MM>.xlsx`` and ``arbetsbelastning_<ÅÅÅÅ-MM>.xlsx`` beside ``folder``.

    ``folder`` is a municipality's ``restricted/<kommun>/arenden/`` with ``manad.json`` and the parquet files
    that ``publish`` lays out. Returns the two files.
    """
    month: Row = json.loads((folder / "manad.json").read_text(encoding="utf-8"))
    rows = {file.stem: pl.read_parquet(file).to_dicts() for file in folder.glob("*.parquet")}
    lage_per = date.fromisoformat(month["lage_per"])
    name, place = month["manad"], month["kommun_namn"]
    footer = f"{place}. Läge per {month['lage_per']}. {SECRECY}"

    board = folder.parent / f"arenden_{name}.xlsx"
    title = f"Ärenden {name}, {place}"
    with listbook(board, title, lage_per, footer) as file:
        book = _Board(file, month)
        book.overview(title, rows["flode"])
        book.decisions(rows["delegation"])
        book.waiting(rows["vantelista"])
        book.flow(rows["flode"])

    managers = folder.parent / f"arbetsbelastning_{name}.xlsx"
    title = f"Arbetsbelastning {name}, {place}"
    with listbook(managers, title, lage_per, footer) as file:
        _workload(file, month, title, rows["belastning"])
    return [board, managers]


class _Board:
    """The sheets of the board's workbook."""

    def __init__(self, book: ListBook, month: Row) -> None:
        self.book = book
        self.month = month
        self.said = f"Läge per {month['lage_per']}. "

    def overview(self, title: str, rows: Sequence[Row]) -> None:
        """What was open, came and went, kind by kind."""
        said = self.said + (
            "Ingående + öppnade − avslutade = utgående, ingående + öppnade = aktuella. En person räknas en "
            "gång. Ett hushåll avslutas i sin sista månad med bistånd; det är känt först när nästa månad är "
            "levererad. Tom cell betyder inte känt, 0 betyder inget. Placeringar redovisas för sig."
        )
        sheet, first = self.book.titled("Översikt", title, said, widths_of(OVERVIEW))
        whole = [row for row in rows if row["uppdelning"] == "total"]
        self.book.table(sheet, first, OVERVIEW, _with_year(whole))

    def decisions(self, rows: Sequence[Row]) -> None:
        """The list of decisions: how many by whom, then kind by kind."""
        said = (
            f"Beslut i {self.month['manad']}. Lagrummet är det som stod i beslutet, eller det som gällde den "
            "dagen; beslut enligt äldre lag står kvar under den, med dagens lagrum bredvid. Vem som "
            "beslutade framgår inte för att inleda och avsluta utredningar. Ett beslut om flera barn räknas "
            "en gång per barn."
        )
        sheet, below = self.book.titled("Delegationsbeslut", "Anmälan av beslut", said, widths_of(DECISIONS))
        below = self.book.table(sheet, below, LEVELS, _levels(rows)) + 1
        for kind in dict.fromkeys(row["slag_namn"] for row in rows):
            mine = [_decision(row) for row in rows if row["slag_namn"] == kind]
            heading = f"{kind} ({sum(row['antal'] for row in mine)})"
            below = self.book.part(sheet, below, heading, DECISIONS, mine)
        if not rows:
            sheet.write_string(below, 0, "Inga beslut.", self.book.plain)

    def waiting(self, rows: Sequence[Row]) -> None:
        """The waiting list of the year, month by month; one that is not over is empty."""
        said = (
            f"Beviljade beslut som inte är verkställda, år {self.month['manad'][:4]}. Varje rad är läget när "
            "månaden slutade, så en del är aldrig större än helheten. En månad som inte är slut är tom. "
            "Antalen är beslut, inte personer. För en enskild insats visas bara rader som inte är noll "
            "hela året."
        )
        sheet, below = self.book.titled("Väntelista", "Väntelista", said, widths_of(WAITING_COLUMNS))
        kinds = dict.fromkeys(row["insats_namn"] for row in rows)
        parts = {ALL_KINDS: list(rows)}
        parts |= {kind: [row for row in rows if row["insats_namn"] == kind] for kind in kinds}
        for name, mine in parts.items():
            lines = _by_month(mine)
            if name != ALL_KINDS:
                lines = [line for line in lines if any(line[month] for month in MONTHS)]
            if lines:
                below = self.book.part(sheet, below, name, WAITING_COLUMNS, lines)

    def flow(self, rows: Sequence[Row]) -> None:
        """Each kind by type, unit and sex: the groups that had something in twelve months."""
        sheet, below = self.book.titled(
            "Flöde", "Flöde efter typ, enhet och kön", self.said, widths_of(GROUPS)
        )
        for kind in dict.fromkeys(row["slag_namn"] for row in rows):
            for breakdown, words in BREAKDOWNS.items():
                mine = [r for r in rows if r["slag_namn"] == kind and r["uppdelning"] == breakdown]
                shown = [r for r in _with_year(mine) if r["antal_aktuella"] or r["ar_aktuella"]]
                if shown:
                    below = self.book.part(sheet, below, f"{kind}, {words}", GROUPS, shown)


def _workload(book: ListBook, month: Row, title: str, rows: Sequence[Row]) -> None:
    """The units with their sums, then a sheet per unit with its caseworkers."""
    units = sorted({row["enhet_namn"] for row in rows}, key=sort_key)
    names = dict(zip(units, sheet_names(units), strict=True))
    said = (
        f"Läge per {month['lage_per']}. Enhet och handläggare är de som ärendet har nu. Orört är ett öppet "
        "ärende där inget har registrerats de sista 30 dagarna av månaden. Handläggarna är pseudonymer, "
        "desamma från månad till månad. Till enhetens chef."
    )
    sheet, first = book.titled("Översikt", title, said, widths_of(UNITS))
    whole = [row for row in rows if row["niva"] == "enhet"]
    book.table(sheet, first, UNITS, whole)
    for line, row in enumerate(whole, first + 1):
        book.link(sheet, line, row["enhet_namn"], names[row["enhet_namn"]])
    for unit, name in names.items():
        here = [row for row in rows if row["enhet_namn"] == unit and row["niva"] == "handlaggare"]
        sheet, first = book.titled(name, unit, said, widths_of(LOAD))
        sheet.freeze_panes(first + 1, 0)
        sheet.repeat_rows(first)
        book.table(sheet, first, LOAD, [_caseworker(row) for row in here])


def _with_year(rows: Sequence[Row]) -> list[Row]:
    """The rows of the month, each with what the same group had in the twelve months that end with it.

    A source that covers a shorter window knows nothing of them.
    """
    year = {_group(row): row for row in rows if row["periodtyp"] == "rullande_12"}
    keys = ("oppnade", "avslutade", "aktuella", "unika_personer")
    return [
        row | {f"ar_{key}": year.get(_group(row), {}).get(f"antal_{key}") for key in keys}
        for row in rows
        if row["periodtyp"] == "manad"
    ]


def _group(row: Row) -> tuple[str, str, str]:
    return row["slag_namn"], row["uppdelning"], row["grupp_namn"]


def _levels(rows: Sequence[Row]) -> list[Row]:
    """How many decisions each level made, and how many of those granted or refused help."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row["beslutsfattare_ordning"]):
        name = row["beslutsfattare_namn"]
        level = found.setdefault(name, {column.key: 0 for column in LEVELS} | {"beslutsfattare_namn": name})
        level["antal"] += row["antal"]
        if (outcome := f"antal_{row['utfall']}") in level:
            level[outcome] += row["antal"]
    whole = {c.key: sum(level[c.key] for level in found.values()) for c in LEVELS[1:]}
    return [*found.values(), {"beslutsfattare_namn": "Summa beslut"} | whole]


def _decision(row: Row) -> Row:
    repealed = "Upphävd lag: kontrollera" if row["ar_lagrum_i_kraft"] is False else None
    return row | {"anmarkning": repealed}


def _by_month(rows: Sequence[Row]) -> list[Row]:
    """One row per thing that is counted, a column per month; None where nothing is known."""
    lines = []
    for key, words in WAITING.items():
        line: Row = {"rad": words} | dict.fromkeys(MONTHS)
        for row in rows:
            month = MONTHS[int(row["manad"][5:]) - 1]
            if row[key] is not None:
                line[month] = (line[month] or 0) + row[key]
        lines.append(line)
    return lines


def _caseworker(row: Row) -> Row:
    name = f"Handläggare {row['handlaggare']}" if row["handlaggare"] else UNASSIGNED
    return row | {"handlaggare_namn": name}
