"""The council's statistics, from the published layer: number, kinds of insats and elapsed time (SoL 34:3,
LSS 28 h).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter  # type: ignore[import-untyped]

from pipelines.reports.ej_verkstallda import sentences
from pipelines.reports.ej_verkstallda.round import Row
from pipelines.reports.format import NO_VALUE, SYMBOLS, number
from pipelines.reports.wordfile import WordFile

CLOCKS = {"alla": "Alla", "beslut": "Från beslutet", "avbrott": "Efter avbrott"}
DATABASE = "indikatorer.duckdb"


class Statistics:
    """One municipality's published figures of one round."""

    def __init__(self, published: Path, kommun: str, kvartal: str | None = None) -> None:
        """``kvartal``: default the newest. Raises KeyError when there is no such round."""
        with duckdb.connect(published / DATABASE, read_only=True) as db:
            found = db.execute(
                """
                select s.*, kommun.namn as kommun_namn, vintage.troskel
                from ej_verkstallda_statistik as s
                inner join kommun on kommun.kommun = s.kommun
                cross join vintage
                where s.kommun = $kommun and s.kvartal = coalesce(
                    $kvartal, (select max(kvartal) from ej_verkstallda_statistik where kommun = $kommun)
                )
                order by s.klocka, s.tabell, s.ordning
                """,
                {"kommun": kommun, "kvartal": kvartal},
            ).pl()
        if found.is_empty():
            raise KeyError(f"{kommun} har ingen publicerad omgång {kvartal or ''}".rstrip())
        self.rows: list[Row] = found.to_dicts()
        self.first = self.rows[0]

    @property
    def name(self) -> str:
        return f"ej_verkstallda_fullmaktige_{self.first['kvartal']}"

    @property
    def title(self) -> str:
        return (
            f"Ej verkställda beslut, {sentences.quarter(self.first['kvartal'])}: statistik till fullmäktige"
        )

    def of(self, tabell: str, klocka: str = "alla") -> list[Row]:
        return [r for r in self.rows if r["tabell"] == tabell and r["klocka"] == klocka]

    def total(self, klocka: str) -> Row:
        return self.of("totalt", klocka)[0]

    def margins(self) -> tuple[list[str], list[list[str]]]:
        """How many and how long, per clock."""
        headings = ["", "Antal", "Förändring", "Medel, dagar", "Median, dagar", "Längst, månader"]
        rows = []
        for klocka, name in CLOCKS.items():
            total = self.total(klocka)
            longest = total["langsta_manader"]
            rows.append(
                [
                    name,
                    _text(total, "antal"),
                    signed(total["forandring"]),
                    *_days(total),
                    NO_VALUE if longest is None else number(longest),
                ]
            )
        return headings, rows

    def by_insats(self) -> tuple[list[str], list[list[str]]]:
        headings = [
            "Insats",
            *CLOCKS.values(),
            "Ändring",
            "Medel, dagar",
            "Median, dagar",
        ]
        return headings, [
            [
                row["rad_namn"],
                *(_text(self._same(row, klocka), "antal") for klocka in CLOCKS),
                signed(row["forandring"]),
                *_days(row),
            ]
            for row in self.of("insats")
        ]

    def by_time(self) -> tuple[list[str], list[list[str]]]:
        return ["Väntetid", *CLOCKS.values()], [
            [row["rad_namn"], *(_text(self._same(row, klocka), "antal") for klocka in CLOCKS)]
            for row in self.of("vantetid")
        ]

    def by_sex(self) -> tuple[list[str], list[list[str]]]:
        return ["Kön", "Antal"], [[row["rad_namn"], _text(row, "antal")] for row in self.of("kon")]

    def cross(self, tabell: str) -> tuple[list[str], list[list[str]]]:
        cells = self.of(tabell)
        columns = list(dict.fromkeys(row["kolumn_namn"] for row in cells))
        lines: dict[str, list[str]] = {}
        for row in cells:
            lines.setdefault(row["rad_namn"], []).append(_text(row, "antal"))
        return ["Insats", *columns], [[name, *texts] for name, texts in lines.items()]

    def text(self) -> list[str]:
        total = self.total("alla")
        n, change = total["antal"], total["forandring"]
        found = [
            f"{total['brytdatum']} var {sentences.decisions(n)} inte "
            f"{sentences.plural(n, 'verkställt')} efter mer än "
            f"tre månader, varav {sentences.count(self.total('avbrott')['antal'])} efter avbrott."
        ]
        if change is not None:
            more = f"{sentences.count(abs(change))} {'fler' if change > 0 else 'färre'} än"
            found.append(f"Det är {more if change else 'lika många som'} vid utgången av förra omgången.")
        if total["median_dagar"] is not None:
            found.append(
                f"Väntetiden är i medel {number(total['medel_dagar'])} dagar och i median "
                f"{number(total['median_dagar'])} dagar."
            )
        if n:
            found.append(f"Den längsta väntetiden är {number(total['langsta_manader'])} månader.")
        return found

    def notes(self) -> list[str]:
        first = self.first
        hidden = SYMBOLS["rojandeskyddad"]
        return [
            "Antal, insatser och väntetid redovisas alltid, hur få de än är: det kräver lagen. "
            "Insatser med få beslut "
            f"är sammanslagna. Kön, och insatser efter kön och väntetid, visas som {hidden} när någon "
            "annars kunde "
            f"kännas igen (1–{first['troskel'] - 1} beslut), och medelvärden bara för minst "
            f"{first['troskel']} beslut.",
            "Omgången är fryst: så här rapporterades den."
            if first["ar_fryst"]
            else "Utkast: omgången är inte fryst, och siffrorna kan ändras.",
            f"Läge per {first['lage_per']}. Utgåva {first['vintage']}.",
        ]

    def _same(self, row: Row, klocka: str) -> Row:
        return next(r for r in self.of(row["tabell"], klocka) if r["rad"] == row["rad"])


def write_all(
    published: Path, kommun: str, kvartal: str | None = None, template: Path | None = None
) -> list[Path]:
    """Write the Word and the Excel of a round into ``reports/<kommun>/`` of the release; returns the
    files.
    """
    statistics = Statistics(published, kommun, kvartal)
    folder = published / "reports" / kommun
    folder.mkdir(parents=True, exist_ok=True)
    word, excel = (folder / f"{statistics.name}.{kind}" for kind in ("docx", "xlsx"))
    write_word(statistics, word, template)
    write_excel(statistics, excel)
    for file in (word, excel):
        file.chmod(0o644)
    return [word, excel]


def tables(statistics: Statistics) -> list[tuple[str, tuple[list[str], list[list[str]]]]]:
    """The tables with their titles, those without rows left out."""
    found: list[tuple[str, Callable[[], tuple[list[str], list[list[str]]]]]] = [
        ("Antal och väntetid", statistics.margins),
        ("Typ av insats", statistics.by_insats),
        ("Väntetid i månader", statistics.by_time),
        ("Kön", statistics.by_sex),
        ("Insats och kön", lambda: statistics.cross("insats_kon")),
        ("Insats och väntetid", lambda: statistics.cross("insats_vantetid")),
    ]
    return [(title, table()) for title, table in found if table()[1]]


def write_word(statistics: Statistics, target: Path, template: Path | None = None) -> Path:
    """The report in Word. Raises ValueError for a template that is no Word document."""
    file = WordFile(statistics.title, statistics.first["lage_per"], template)
    file.heading(statistics.title, 1 if file.has_template else 0)
    file.paragraph(f"{statistics.first['kommun_namn']}. {' '.join(statistics.text())}")
    file.paragraph(sentences.legal_basis(statistics.first["brytdatum"]))
    for nr, (title, (headings, rows)) in enumerate(tables(statistics), 1):
        first = 2.8 if len(headings) > 6 else 4.2
        rest = (16.6 - first) / (len(headings) - 1)
        file.table(
            headings,
            rows,
            title=f"Tabell {nr}. {title}",
            widths=[first, *[rest] * (len(headings) - 1)],
            right=range(1, len(headings)),
        )
    for note in statistics.notes():
        file.paragraph(note)
    return file.save(target)


def write_excel(statistics: Statistics, target: Path) -> Path:
    """The same tables in one sheet each, with numbers that Excel can count with."""
    with xlsxwriter.Workbook(str(target)) as file:
        file.set_properties({"title": statistics.title})
        bold = file.add_format({"bold": True, "font_size": 14})
        head = file.add_format(
            {"bold": True, "bg_color": "#f1eee6", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        right, wrapped = (
            file.add_format({"align": "right", "num_format": "#,##0"}),
            file.add_format({"text_wrap": True}),
        )
        for title, (headings, rows) in tables(statistics):
            sheet = file.add_worksheet(title)
            sheet.hide_gridlines(2)
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(headings), 13)
            sheet.write_string(
                0, 0, f"{title}. {statistics.first['kommun_namn']}, {statistics.first['kvartal']}", bold
            )
            sheet.set_row(2, 30)
            sheet.write_row(2, 0, headings, head)
            for line, texts in enumerate(rows, 3):
                for column, text in enumerate(texts):
                    _cell(sheet, (line, column), text, right if column else None)
            for line, note in enumerate([*statistics.text(), *statistics.notes()], 4 + len(rows)):
                sheet.merge_range(line, 0, line, max(6, len(headings) - 1), note, wrapped)
                sheet.set_row(line, 45 if len(note) > 110 else 15)
    return target


def _cell(sheet: Any, place: tuple[int, int], text: str, style: Any) -> None:
    plain = text.replace("\u00a0", "").replace("\u2212", "-").lstrip("+")
    if place[1] and plain.lstrip("-").isdigit():
        sheet.write_number(*place, int(plain), style)
    else:
        sheet.write_string(*place, text, style)


def signed(value: int | None) -> str:
    """``+3``, ``−2``, ``0``; a dash when there is nothing to compare with."""
    if value is None:
        return NO_VALUE
    return f"+{number(value)}" if value > 0 else number(value)


def _text(row: Row, column: str) -> str:
    return number(row[column]) if row["status"] == "ok" else SYMBOLS[row["status"]]


def _days(row: Row) -> Sequence[str]:
    return [NO_VALUE if row[c] is None else number(row[c]) for c in ("medel_dagar", "median_dagar")]
