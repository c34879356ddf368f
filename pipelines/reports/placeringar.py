"""The month's placements, what a controller needs by the fifth.

A sheet per unit with the placements that go on, then decisions, gaps between ledger and placements, accruals,
and the bridge from last month's cost a day.

A placement is named by the case system's own id; nothing else tells who.
"""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.reports.format import number, sort_key
from pipelines.reports.listbook import Column, ListBook, listbook, sheet_names, widths_of

Row = dict[str, Any]

PLACEMENTS = (
    Column("Placering", 14, "placering_id"),
    Column("Form", 22, "form_namn"),
    Column("Lagrum", 16, "lagrum"),
    Column("Regi", 12, "regi_namn"),
    Column("Utförare", 24, "utforare"),
    Column("Började", 11, "start_datum"),
    Column("Dygn", 7, "dygn"),
    Column("Kr per dygn", 9, "dygnspris_kr"),
    Column("Kostnad hittills, kr", 13, "kostnad_kr"),
    Column("Planerat slut", 11, "planerat_slut_datum"),
    Column("Kvar till planerat slut, kr", 13, "kostnad_till_planerat_slut_kr"),
    Column("Beslut", 12, "beslut_id"),
    Column("Beslut giltigt till", 11, "beslut_giltig_till_datum"),
    Column("Nästa övervägande", 12, "nasta_overvagande_datum"),
    Column("Anmärkning", 40, "anmarkning"),
)
DECISIONS = (
    Column("Slag", 11, "slag_namn"),
    Column("Id", 14, "subjekt_id"),
    Column("Enhet", 24, "enhet_namn"),
    Column("Typ", 26, "typ_namn"),
    Column("Började", 11, "start_datum"),
    Column("Beslut", 12, "beslut_id"),
    Column("Senare beslut", 12, "senare_beslut_id"),
    Column("Giltigt till", 11, "giltig_till_datum"),
    Column("Dagar kvar", 8, "dagar_kvar"),
    Column("Vad som ska göras", 46, "atgard"),
)
RECONCILIATION = (
    Column("Månad", 9, "manad"),
    Column("Volymgrupp", 44, "volymgrupp_namn"),
    Column("Bokfört, kr", 13, "bokfort_kr"),
    Column("Beräknat, kr", 13, "beraknat_kr"),
    Column("Skillnad, kr", 13, "skillnad_kr"),
    Column("Periodisering, kr", 13, "periodisering_kr"),
    Column("Volym, kr", 13, "volym_kr"),
    Column("Pris, kr", 13, "pris_kr"),
    Column("Oförklarat, kr", 13, "oforklarat_kr"),
)
GAPS = (
    Column("Månad", 9, "manad"),
    Column("Volymgrupp", 44, "volymgrupp_namn"),
    Column("Bokförd i", 9, "period"),
    Column("Huvudboksrad", 15, "ekonomi_nyckel"),
    Column("Placering", 14, "placering_id"),
    Column("Dygn", 8, "dygn"),
    Column("Belopp, kr", 13, "belopp_kr"),
    Column("Vad som brister", 50, "orsak_text"),
)
ACCRUALS = (
    Column("Utförare", 30, "utforare"),
    Column("Volymgrupp", 44, "volymgrupp_namn"),
    Column("Betalda dygn", 10, "betalda_dygn"),
    Column("Beräknat, kr", 13, "beraknad_kr"),
    Column("Bokfört för månaden, kr", 14, "bokfort_for_manaden_kr"),
    Column("Att periodisera, kr", 13, "att_periodisera_kr"),
    Column("Återföring, kr", 13, "aterforing_kr"),
    Column("Netto, kr", 13, "netto_kr"),
)
BRIDGE = (
    Column("Volymgrupp", 44, "volymgrupp_namn"),
    Column("Händelse", 30, "handelse_namn"),
    Column("Placeringar", 11, "antal_placeringar"),
    Column("Ändring i antal", 10, "antal_forandring"),
    Column("Kr per dygn", 13, "dygnskostnad_kr"),
    Column("Effekt i år, kr", 13, "effekt_i_ar_kr"),
    Column("Effekt helår, kr", 13, "effekt_helar_kr"),
)
OVERVIEW = (
    Column("Enhet", 34, "enhet_namn"),
    Column("Placeringar", 12, "antal"),
    Column("Kr per dygn", 12, "dygnspris_kr"),
    Column("Kostnad hittills, kr", 14, "kostnad_kr"),
    Column("Kvar till planerat slut, kr", 14, "kvar_kr"),
    Column("Planerat slut passerat", 12, "over"),
    Column("Beslut brister eller går ut", 14, "brist"),
)
UNKNOWN_UNIT = "Okänd enhet"
NO_PROVIDER = {"okand": "Ingen känd placering", "skyddad": "Personer med skyddade uppgifter"}
OTHER_SHEETS = ("Beslut", "Avstämning", "Periodisering", "Brygga")


def write(folder: Path) -> Path:
    """Write ``placeringar_<ÅÅÅÅ-MM>.xlsx`` beside ``folder``; returns it.

    ``folder`` is a municipality's ``restricted/<kommun>/placeringar/`` with ``manad.json`` and the parquet
    files that ``publish`` lays out.
    """
    month: Row = json.loads((folder / "manad.json").read_text(encoding="utf-8"))
    rows = {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}
    placements = [_placement(row) for row in rows["lista"].to_dicts()]
    units = sorted({row["enhet_namn"] for row in placements}, key=sort_key)
    names = sheet_names(units, taken=("Översikt", *OTHER_SHEETS))
    lage_per = date.fromisoformat(month["lage_per"])
    title = f"Placeringar {month['manad']}, {month['kommun_namn']}"
    footer = f"{month['kommun_namn']}. Läge per {month['lage_per']}. Sekretess: innehåller ärendens id."
    target = folder.parent / f"placeringar_{month['manad']}.xlsx"
    with listbook(target, title, lage_per, footer) as file:
        book = _Book(file, month)
        book.overview(title, placements, dict(zip(units, names, strict=True)))
        for unit, name in zip(units, names, strict=True):
            book.unit(name, unit, [row for row in placements if row["enhet_namn"] == unit])
        book.decisions(rows["beslut"].to_dicts())
        book.reconciliation(rows["avstamning"].to_dicts(), rows["lucka"].to_dicts())
        book.accruals(rows["periodisering"].to_dicts())
        book.bridge(rows["brygga"].to_dicts())
    return target


class _Book:
    """The sheets of the workbook."""

    def __init__(self, book: ListBook, month: Row) -> None:
        self.book = book
        self.month = month
        self.said = f"Läge per {month['lage_per']}. Personer med skyddade personuppgifter är inte med. "

    def overview(self, title: str, placements: Sequence[Row], sheets: dict[str, str]) -> None:
        """The units with their sums, and how many placements are left out."""
        left_out = self.month["antal_skyddade"]
        said = self.said + (
            f"{number(self.month['antal_oppna'])} placeringar pågår; {number(left_out)} av dem gäller "
            "personer med skyddade uppgifter och står inte i listorna. I avstämning, periodisering och "
            "brygga är alla med. Kostnad är betalda dygn gånger dygnspris; dygn utan pris räknas "
            "inte."
        )
        rows = []
        for unit in sheets:
            mine = [row for row in placements if row["enhet_namn"] == unit]
            rows.append(
                {
                    "enhet_namn": unit,
                    "antal": len(mine),
                    "over": sum(row["ar_over_planerat_slut"] or False for row in mine),
                    "brist": sum(row["beslut_brist"] is not None for row in mine),
                    "dygnspris_kr": _total(mine, "dygnspris_kr"),
                    "kostnad_kr": _total(mine, "kostnad_kr"),
                    "kvar_kr": _total(mine, "kostnad_till_planerat_slut_kr"),
                }
            )
        sheet, first = self.book.titled("Översikt", title, said, widths_of(OVERVIEW))
        below = self.book.table(sheet, first, OVERVIEW, rows)
        for line, (unit, name) in enumerate(sheets.items(), first + 1):
            self.book.link(sheet, line, unit, name)
        if not rows:
            sheet.write_string(below, 0, "Ingen placering pågår.", self.book.text)

    def unit(self, name: str, unit: str, rows: Sequence[Row]) -> None:
        """The unit's placements, the longest first."""
        sheet, first = self.book.titled(name, unit, self.said, widths_of(PLACEMENTS))
        sheet.freeze_panes(first + 1, 1)
        sheet.repeat_rows(first)
        self.book.table(sheet, first, PLACEMENTS, rows)

    def decisions(self, rows: Sequence[Row]) -> None:
        """Placements and help without a valid decision, by what is wrong."""
        sheet, below = self.book.titled(
            "Beslut", "Beslut som brister eller går ut", self.said, widths_of(DECISIONS)
        )
        for kind in dict.fromkeys(row["lage_namn"] for row in rows):
            mine = [r for r in rows if r["lage_namn"] == kind]
            below = self.book.part(sheet, below, f"{kind} ({number(len(mine))})", DECISIONS, mine)
        if not rows:
            sheet.write_string(below, 0, "Inget beslut brister eller går ut inom 60 dagar.", self.book.plain)

    def reconciliation(self, months: Sequence[Row], gaps: Sequence[Row]) -> None:
        """The newest months by volume group, then the gaps, kind by kind."""
        said = (
            "Bokfört minus beräknat är exakt periodisering, volym, pris och oförklarat. De senaste "
            "månaderna väntar på fakturor; de syns som volym. Grupper som inte faktureras per "
            "placering är oförklarade i sin helhet. Luckor visas från januari förra året; skyddade "
            "placeringar utan id."
        )
        sheet, below = self.book.titled(
            "Avstämning", "Huvudbok mot placeringar", said, widths_of(RECONCILIATION, GAPS)
        )
        below = self.book.table(sheet, below, RECONCILIATION, months) + 1
        for kind in dict.fromkeys(row["slag_namn"] for row in gaps):
            mine = [_gap(r) for r in gaps if r["slag_namn"] == kind]
            below = self.book.part(sheet, below, f"{kind} ({number(len(mine))})", GAPS, mine)
        if not gaps:
            sheet.write_string(below, 0, "Inga luckor.", self.book.plain)

    def accruals(self, rows: Sequence[Row]) -> None:
        """What to accrue and reverse at the end of the month, provider by provider."""
        said = (
            f"Månad {self.month['manad']}. Betalda dygn gånger dygnspris, minus det som är bokfört för "
            "månadens dygn i månadens period. Återföring är förra månadens periodisering med omvänt "
            "tecken. Netto är det som bokas."
        )
        sheet, first = self.book.titled(
            "Periodisering", "Periodisering per utförare", said, widths_of(ACCRUALS)
        )
        total: Row = {"utforare": "Alla", "volymgrupp_namn": None}
        total |= {c.key: _total(rows, c.key) for c in ACCRUALS[2:]}
        below = self.book.table(sheet, first, ACCRUALS, [*map(_named, rows), total] if rows else [])
        if not rows:
            sheet.write_string(below, 0, "Inget att periodisera eller återföra.", self.book.plain)

    def bridge(self, rows: Sequence[Row]) -> None:
        """From last month's cost a day to this month's, group by group."""
        said = (
            f"Månad {self.month['manad']}. Vad de öppna placeringarna kostar per dygn vid månadens "
            "början och slut, och vad som ändrade det. Effekt i år räknas från händelsen till årets "
            "slut, effekt helår på 365 dygn."
        )
        sheet, first = self.book.titled(
            "Brygga", "Från förra månadens kostnad till denna", said, widths_of(BRIDGE)
        )
        below = self.book.table(sheet, first, BRIDGE, rows)
        if not rows:
            sheet.write_string(below, 0, "Ingen placering vid månadens början eller slut.", self.book.plain)


def _placement(row: Row) -> Row:
    """A placement with the remarks that its flags make."""
    remarks = [
        row["beslut_brist"],
        "Planerat slut har passerats" if row["ar_over_planerat_slut"] else None,
        "Frånvarande" if row["ar_franvarande"] else None,
        "Pris saknas för dygn" if row["ar_prissatt"] is False else None,
        "Ensamkommande" if row["ar_ensamkommande"] else None,
        "Medplacerad" if row["ar_medplacerad"] else None,
    ]
    return row | {
        "enhet_namn": row["enhet_namn"] or UNKNOWN_UNIT,
        "anmarkning": ". ".join(filter(None, remarks)) or None,
    }


def _gap(row: Row) -> Row:
    """A gap in words; those of protected persons are told by number."""
    protected = f" ({number(row['antal'])} med skyddade uppgifter)" if row["ar_skyddad"] else ""
    return row | {"orsak_text": row["orsak_namn"] + protected}


def _named(row: Row) -> Row:
    return row | {"utforare": NO_PROVIDER.get(row["utforare"], row["utforare"])}


def _total(rows: Sequence[Row], key: str) -> Decimal | None:
    """The sum of what is known; None when nothing is."""
    known = [row[key] for row in rows if row[key] is not None]
    return sum(known, Decimal(0)) if known else None
