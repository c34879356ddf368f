"""The lists: the report to IVO, decision by decision, the auditors' list, and the monthly early list."""

import csv
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.reports.ej_verkstallda import sentences
from pipelines.reports.ej_verkstallda.round import Round, Row, kind
from pipelines.reports.format import number, sort_key
from pipelines.reports.listbook import Column, ListBook, listbook, sheet_names, widths_of

BLOCKS = {
    ("aterrapport", "verkstalld"): "Återrapporterat, nu verkställt",
    ("aterrapport", "avslutad"): "Återrapporterat, avslutat utan verkställighet",
    ("aterrapport", "ej_verkstalld"): "Återrapporterat, ännu ej verkställt",
    ("aterrapport", "struken"): "Återrapporterat, struket ur rapporten",
    ("ny", "ej_verkstalld"): "Ny rapportering, ej verkställt",
    ("ny", "verkstalld"): "Ny rapportering, verkställt för sent",
    ("ny", "avslutad"): "Ny rapportering, avslutat utan verkställighet",
    ("rattelse", "verkstalld"): "Rättelse av tidigare rapport, verkställt",
    ("rattelse", "avslutad"): "Rättelse av tidigare rapport, avslutat",
    ("rattelse", "struken"): "Rättelse av tidigare rapport, struket",
}
"""The blocks as they are printed, derived from type and status (the four of Botkyrka 2022, and
corrections).
"""

IVO = (
    Column("Beslut-id i ärendesystemet", 17, "beslut_id"),
    Column("Person-id (fylls i från ärendesystemet)", 19, "person_id"),
    Column("Kön", 8, "kon_namn"),
    Column("Lag", 6, "lag"),
    Column("Lagrum", 17, "lagrum"),
    Column("Typ av insats", 22, "insats_namn"),
    Column("Block", 28, "block_namn"),
    Column("Datum för beslut", 11, "beslutsdatum"),
    Column("Datum för avbrott", 11, "avbrott_datum"),
    Column("Skäl till fördröjningen", 24, "orsak_namn"),
    Column("Erbjudanden", 11, "antal_erbjudanden"),
    Column("Senaste erbjudande", 11, "senaste_erbjudande_datum"),
    Column("Tackat nej", 8, "antal_tackat_nej"),
    Column("Senaste nej", 11, "senaste_tackat_nej_datum"),
    Column("Andra insatser under tiden", 24, "pagaende_insatser_namn"),
    Column("Omfattning som inte är verkställd", 12, "omfattning_kvar"),
    Column("Verkställt", 11, "verkstalld_datum"),
    Column("Avslutat", 11, "avslutad_datum"),
    Column("Skäl till avslut", 20, "avslutsorsak"),
    Column("Väntetid, dagar", 9, "dagar"),
    Column("Först rapporterat", 10, "forst_rapporterad_kvartal"),
    Column("Rättelse", 30, "rattelse_skal_namn"),
    Column("Ansvar", 20, "ansvar_namn"),
    Column("Enhet", 24, "enhet_namn"),
)
AUDITORS = (
    Column("Nr", 5, "nr"),
    Column("Typ av insats", 28, "typ"),
    Column("Lagrum", 18, "lagrum"),
    Column("Datum för beslut", 11, "beslutsdatum"),
    Column("Datum för avbrott", 11, "avbrott_datum"),
    Column("Block", 34, "block_namn"),
    Column("Skäl till fördröjningen", 30, "orsak_namn"),
    Column("Verkställt", 11, "verkstalld_datum"),
    Column("Avslutat", 11, "avslutad_datum"),
    Column("Väntetid, dagar", 9, "dagar"),
    Column("Rättelse", 30, "rattelse_skal_namn"),
)
CHECKS = (
    Column("Beslut-id", 18, "beslut_id"),
    Column("Vad som är fel", 60, "namn"),
    Column("Datum", 11, "datum"),
    Column("Vad som ska göras", 60, "atgard"),
)
EARLY = (
    Column("Beslut-id", 18, "beslut_id"),
    Column("Insats", 28, "insats_namn"),
    Column("Väntar sedan", 11, "start_datum"),
    Column("Rapporteras från", 12, "rapporteras_fran_datum"),
    Column("Dagar kvar", 8, "dagar_kvar"),
    Column("Dagar som gått", 8, "dagar"),
    Column("Uppdrag skickat", 11, "uppdrag"),
    Column("Skäl", 34, "orsak_namn"),
    Column("Möjlig avgift, kr", 13, "mojlig_avgift_kr"),
)
LATE = tuple(Column("Dagar över", c.width, "dagar_over") if c.key == "dagar_kvar" else c for c in EARLY)
WINDOWS = {
    "rapportera": "Tre månader har gått: rapporteras till IVO",
    "30": "Tre månader inom 30 dagar",
    "60": "Tre månader inom 31–60 dagar",
    "senare": "Uppdraget är inte skickat",
}


def shown(row: Row) -> Row:
    """A row with the columns that the lists print and that follow from others."""
    ended = row["slut_datum"]
    return row | {
        "person_id": None,
        "typ": kind(row),
        "block_namn": BLOCKS[row["rapporttyp"], row["status_vid_bryt"]],
        "avbrott_datum": row["start_datum"] if row["klocka"] == "avbrott" else None,
        "verkstalld_datum": ended if row["status_vid_bryt"] == "verkstalld" else None,
        "avslutad_datum": ended if row["status_vid_bryt"] == "avslutad" else None,
    }


def reported(this: Round) -> list[Row]:
    """The lines that are to be reported, block by block."""
    order = list(BLOCKS)
    rows = [shown(r) for r in this.rows if r["ar_rapporteringspliktig"]]
    return sorted(
        rows,
        key=lambda r: (
            order.index((r["rapporttyp"], r["status_vid_bryt"])),
            r["beslutsdatum"],
            r["beslut_id"],
        ),
    )


def write_ivo(this: Round, folder: Path) -> list[Path]:
    """``ivo.xlsx`` and ``ivo.csv``: what IVO's e-service asks of each decision (SoL 34:1, and IVO's own
    fields).

    Keyed by the case system's decision id. The person id is an empty column: it is filled in from the case
    system.
    """
    rows = reported(this)
    target = folder / "ivo.xlsx"
    with listbook(
        target, f"Ej verkställda beslut till IVO, {this.kommun}", this.lage_per, _footer(this)
    ) as book:
        _cover(book, this, "Ej verkställda beslut: individrapport till IVO", _read_me(this, rows))
        sheet = book.sheet("Individrapport", [c.width for c in IVO])
        sheet.set_paper(8)  # A3: all that IVO asks for is wide
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        book.table(sheet, 0, IVO, rows)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(IVO) - 1)
        _checks(book, this)
    table = folder / "ivo.csv"
    draft = table.with_suffix(".part")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8-sig", newline="") as f:
        writer = csv.writer(f, delimiter=";")
        writer.writerow([c.heading for c in IVO])
        writer.writerows([_text(row[c.key]) for c in IVO] for row in rows)
    draft.replace(table)
    return [target, table]


def write_auditors(this: Round, folder: Path) -> Path:
    """``revisorer.xlsx``: what the act gives the auditors of each decision, and no id."""
    rows = [row | {"nr": nr} for nr, row in enumerate(reported(this), 1)]
    target = folder / "revisorer.xlsx"
    with listbook(
        target, f"Ej verkställda beslut till revisorerna, {this.kommun}", this.lage_per, _footer(this)
    ) as book:
        lines = sentences.summary(this)
        if this.meta["antal_skyddade"]:
            lines.append(
                f"{this.meta['antal_skyddade']} beslut rör personer med skyddade personuppgifter och "
                "står inte på "
                "bladet Beslut. Lämna uppgifterna om dem direkt ur ärendesystemet."
            )
        _cover(book, this, "Ej verkställda beslut: rapport till kommunens revisorer", lines)
        sheet = book.sheet("Beslut", [c.width for c in AUDITORS])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        book.table(sheet, 0, AUDITORS, rows)
    return target


def write_early_list(rows_file: Path) -> Path:
    """``ej_verkstallda_bevakning.xlsx`` beside ``rows_file``: a sheet per unit, the most urgent first."""
    rows = pl.read_parquet(rows_file)
    kommun, lage_per = rows["kommun_namn"][0], rows["lage_per_kommun"][0]
    waiting = [
        row
        | {
            "uppdrag": "inte skickat" if row["ar_uppdrag_ej_skickat"] else row["uppdrag_skickat_datum"],
            "dagar_over": -row["dagar_kvar"],
        }
        for row in rows.filter(pl.col("beslut_id").is_not_null()).to_dicts()
    ]
    units = sorted({row["enhet_namn"] for row in waiting}, key=sort_key)
    names = sheet_names(units)
    said = (
        f"Läge per {lage_per}. Gynnande beslut som ingen har verkställt. Personer med skyddade "
        "uppgifter är inte med. "
        "Möjlig avgift är en uppskattning efter kommunens egen mattstock "
        "(seeds/avgift_mattstock.csv), inom lagens "
        "gränser; utan mattstock är den tom."
    )
    footer = f"{kommun}. Läge per {lage_per}. Sekretess: innehåller ärendens id."
    target = rows_file.with_suffix(".xlsx")
    with listbook(target, f"Beslut som väntar på verkställighet, {kommun}", lage_per, footer) as book:
        _overview(book, kommun, said, waiting, dict(zip(units, names, strict=True)))
        for unit, name in zip(units, names, strict=True):
            sheet, below = book.titled(name, unit, said, widths_of(EARLY))
            for window, heading in WINDOWS.items():
                mine = [r for r in waiting if r["enhet_namn"] == unit and r["inom_dagar"] == window]
                if mine:
                    columns = LATE if window == "rapportera" else EARLY
                    below = book.part(sheet, below, f"{heading} ({number(len(mine))})", columns, mine)
    return target


def _overview(book: ListBook, kommun: str, said: str, rows: Sequence[Row], sheets: dict[str, str]) -> None:
    widths = (34, 16, 16, 16, 16, 18)
    sheet, _ = book.titled("Översikt", f"Beslut som väntar på verkställighet, {kommun}", said, widths)
    headings = [
        "Tre månader har gått",
        "Inom 30 dagar",
        "Inom 31–60 dagar",
        "Uppdrag ej skickat",
        "Möjlig avgift, kr",
    ]
    sheet.set_row(3, 30)
    sheet.write_string(3, 0, "Enhet", book.head)
    sheet.write_row(3, 1, headings, book.head_right)
    sheet.freeze_panes(4, 0)
    for line, (unit, name) in enumerate(sheets.items(), 4):
        mine = [r for r in rows if r["enhet_namn"] == unit]
        windows = Counter(r["inom_dagar"] for r in mine)
        fees = [r["mojlig_avgift_kr"] for r in mine if r["mojlig_avgift_kr"] is not None]
        book.link(sheet, line, unit, name)
        counts: list[Any] = [windows[w] for w in ("rapportera", "30", "60")]
        counts += [sum(r["ar_uppdrag_ej_skickat"] for r in mine), float(sum(fees)) if fees else None]
        for column, value in enumerate(counts, 1):
            if value is None:
                sheet.write_blank(line, column, None, book.text)
            else:
                sheet.write_number(line, column, value, book.late if column == 1 and value else book.count)
    if not rows:
        sheet.write_string(4, 0, "Inget beslut väntar.", book.text)


def _read_me(this: Round, rows: Sequence[Row]) -> list[str]:
    window = f"{this.meta['rapporteras_fran_datum']}–{this.meta['rapporteras_senast_datum']}"
    found = [
        f"{len(rows)} rader. Omgången rapporteras i IVO:s e-tjänst {window}; verkställighet och "
        "avslut när som helst.",
        "Kolumnen Person-id är tom: den fylls i från ärendesystemet, utanför Socialstat. Samma "
        "nummer ska användas "
        "under hela rapporteringstiden.",
    ]
    if this.meta["antal_skyddade"]:
        found.append(
            f"{this.meta['antal_skyddade']} beslut rör personer med skyddade personuppgifter. De är "
            "inte med här: "
            "rapportera dem direkt i e-tjänsten, och skriv i informationsrutan att uppgifterna är skyddade."
        )
    corrections = sum(row["rattelse"] != "ingen" for row in rows)
    if corrections:
        found.append(f"{corrections} rader rättar vad som har rapporterats förut: se kolumnen Rättelse.")
    if not rows and not this.meta["antal_skyddade"]:
        found.append("Inget ska skickas till IVO. Nämnden redovisar noll till fullmäktige.")
    if this.checks:
        found.append(f"{len(this.checks)} fynd på bladet Kontroller bör redas ut innan rapporten skickas.")
    return found


def _cover(book: ListBook, this: Round, title: str, lines: Sequence[str]) -> None:
    sheet = book.sheet("Läs mig", (24, 100))
    sheet.write_string(0, 0, title, book.title)
    facts = (
        ("Kommun", this.kommun),
        ("Omgång", f"{sentences.upper(sentences.quarter(this.kvartal))} ({this.kvartal})"),
        ("Brytdag", str(this.cut)),
        ("Läge per", str(this.lage_per)),
        ("Status", this.state),
        ("Lager", str(this.meta["vintage"])),
    )
    for row, (label, value) in enumerate(facts, 2):
        sheet.write_string(row, 0, label, book.heading)
        sheet.write_string(row, 1, value, book.text)
    for row, line in enumerate(lines, 3 + len(facts)):
        sheet.write_string(row, 1, line, book.text)


def _checks(book: ListBook, this: Round) -> None:
    sheet = book.sheet("Kontroller", [c.width for c in CHECKS])
    sheet.freeze_panes(1, 0)
    book.table(sheet, 0, CHECKS, this.checks)
    if not this.checks:
        sheet.write_string(1, 0, "Inga fynd.", book.plain)


def _footer(this: Round) -> str:
    return f"{this.kommun}, {this.kvartal}. Läge per {this.lage_per}. Sekretess."


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
