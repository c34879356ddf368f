"""One Excel workbook per municipality: cover, contents, a sheet per indicator family, cards, data.

Numbers are written as numbers with formats that Excel shows in the reader's language (``# ##0`` and
``0,0 %`` in Swedish). What has no number is written as its symbol. Charts read a hidden sheet where such
cells are empty, since Excel draws a text as zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.workbook import Format, Workbook, Worksheet  # type: ignore[import-untyped]

from pipelines.reports import said, wording
from pipelines.reports.card import lines
from pipelines.reports.format import NO_VALUE, OK, SYMBOLS, UNITS, component_symbol
from pipelines.reports.published import TOTAL, Family, Indicator, Published, Value, shown

LATEST = {"ar": 5, "halvar": 2, "delar": 3, "tertial": 3, "kvartal": 5, "rullande_12": 1, "manad": 13}
"""Periods shown per type. Five quarters and thirteen months hold the same period of last year."""

HEAD_ROWS = 5
CHART_ROWS = 17
LINE_LENGTH = 220
"""Characters of a definition line that fit across a family sheet."""

INK, ACCENT, RULE, SHADE = "#1d2a30", "#14506e", "#c9c5bb", "#f1eee6"
SERIES = ["#14506e", "#b4571b", "#4d7c3a", "#7b4b94", "#8a6d1f"]

OWN_SHEETS = {"data", "innehåll", "definitioner", "diagramdata", "måluppfyllelse"}

Cells = dict[tuple[str, str, str, str], Value]


@dataclass
class Book:
    """The open workbook with its formats and the facts that stand on every sheet."""

    file: Workbook
    published: Published
    kommun: str
    formats: dict[str, Format] = field(default_factory=dict)

    @property
    def kommun_namn(self) -> str:
        return self.published.kommuner[self.kommun]

    @property
    def lage_per(self) -> date | None:
        return self.published.lage_per.get(self.kommun)

    @property
    def as_of(self) -> str:
        return f"Läge per {self.lage_per or NO_VALUE}"

    def style(self, **properties: Any) -> Format:
        """The format with these properties; equal ones are shared, as Excel allows a limited number."""
        wanted = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"} | properties
        key = repr(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(wanted)
        return self.formats[key]

    def sheet(self, name: str, *, landscape: bool = True) -> Worksheet:
        """A new sheet, ready to be printed on A4: one page wide, with source and as-of date in the footer."""
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = f"&L{self.kommun_namn}. {self.as_of}&C{self.published.vintage.vintage}&RSida &P av &N"
        sheet.set_footer(footer)
        return sheet

    def put_number(
        self,
        sheet: Worksheet,
        place: tuple[int, int],
        number: Decimal | None,
        number_format: str,
        *,
        symbol: str = NO_VALUE,
    ) -> None:
        """A number that Excel can count with, or ``symbol`` in the place of none."""
        if number is None:
            sheet.write_string(*place, symbol, self.style(align="right"))
        else:
            sheet.write_number(*place, float(number), self.style(num_format=number_format, align="right"))

    def put_value(self, sheet: Worksheet, place: tuple[int, int], indicator: Indicator, value: Value) -> None:
        """Numerator, denominator and value, in three cells from ``place`` on."""
        row, column = place
        blank = "" if value.status == OK else component_symbol(value.status)
        parts = [value.taljare, value.namnare] if indicator.namnare_text else [value.taljare]
        for offset, part in enumerate(parts):
            whole = part is not None and part == part.to_integral_value()
            part_format = "#,##0" if whole else "#,##0.0"
            self.put_number(sheet, (row, column + offset), part, part_format, symbol=blank)
        value_format = _value_format(indicator)
        self.put_number(sheet, (row, column + 2), value.varde, value_format, symbol=_symbol(value))


def write(published: Path, kommun: str, target: Path) -> Path:
    """Write the workbook of ``kommun`` from the release folder ``published`` to the file ``target``.

    Returns ``target``. The same release gives the same bytes. Raises KeyError for an unknown municipality.
    """
    with Published(published) as source:
        if kommun not in source.kommuner:
            raise KeyError(f"no municipality {kommun!r} in the published layer")
        values: dict[str, list[Value]] = {i.indikator_id: [] for i in source.indikatorer}
        for value in source.values(kommun=kommun, groups_of=DATA_PERIODS):
            values.setdefault(value.indikator_id, []).append(value)
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(target)) as file:
            book = Book(file, source, kommun)
            file.set_properties({"title": f"Indikatorer {book.kommun_namn}", "created": source.vintage.byggd})
            _cover(book)
            contents = book.sheet("Innehåll")
            hidden = file.add_worksheet("Diagramdata")
            places: dict[str, str] = {}
            for family, name in zip(source.familjer, _sheet_names(source.familjer), strict=True):
                if any(_has_figures(values[i.indikator_id]) for i in source.of_family(family)):
                    places |= _FamilySheet(book, family, name, hidden).write(values)
            _targets(book, values)
            _contents(book, contents, places, values)
            _definitions(book)
            measured = (rows for rows in values.values() if _has_figures(rows))
            _data(book, [v for rows in measured for v in rows])
            hidden.hide()
    return target


@dataclass
class _FamilySheet:
    """One sheet per family: common column headings on top, a block per indicator that has figures below."""

    book: Book
    family: Family
    name: str
    hidden: Worksheet
    groups: list[str] = field(default_factory=lambda: [TOTAL])
    row: int = HEAD_ROWS

    def write(self, values: dict[str, list[Value]]) -> dict[str, str]:
        """Write the sheet; returns where each indicator's block starts, as an internal link."""
        indicators = [
            i for i in self.book.published.of_family(self.family) if _has_figures(values[i.indikator_id])
        ]
        names = {
            v.grupp: v.grupp_namn for i in indicators for v in values[i.indikator_id] if v.uppdelning == "kon"
        }
        self.groups += sorted(names, key=lambda group: names[group])
        self.sheet = self.book.sheet(self.name)
        self._head(names)
        places = {}
        breaks = []
        for indicator in indicators:
            breaks.append(self.row)
            places[indicator.indikator_id] = f"internal:'{self.name}'!A{self.row + 1}"
            self._block(indicator, _cells(indicator, values))
        self.sheet.set_h_pagebreaks(breaks[1:])
        self.sheet.print_area(0, 0, self.row, self.last_column)
        return places

    @property
    def target_column(self) -> int:
        return 1 + 3 * len(self.groups)

    @property
    def comment_column(self) -> int:
        return self.target_column + 2

    @property
    def chart_column(self) -> int:
        return self.comment_column + 2

    @property
    def last_column(self) -> int:
        return self.chart_column + 7

    def _head(self, names: dict[str, str]) -> None:
        book, sheet = self.book, self.sheet
        sheet.set_row(0, 24)
        sheet.write(0, 0, self.family.namn, book.style(bold=True, font_size=16, font_color=ACCENT))
        sheet.write(1, 0, f"{book.kommun_namn}. {book.as_of}.", book.style())
        sheet.write(2, 0, self.family.beskrivning or "", book.style(italic=True))
        top = book.style(bold=True, bg_color=SHADE, align="center", bottom=1, bottom_color=RULE)
        low = book.style(bg_color=SHADE, align="right", bottom=1, bottom_color=INK)
        sheet.write(3, 0, "", top)
        sheet.write(4, 0, "Period", book.style(bold=True, bg_color=SHADE, bottom=1, bottom_color=INK))
        for place, group in enumerate(self.groups):
            first = 1 + 3 * place
            sheet.merge_range(3, first, 3, first + 2, names.get(group, "Totalt"), top)
            sheet.write_row(4, first, ["Täljare", "Nämnare", "Värde"], low)
        left = book.style(bg_color=SHADE, bottom=1, bottom_color=INK, indent=1)
        for column in range(self.target_column, self.comment_column + 1):
            sheet.write(3, column, "", top)
        sheet.write(4, self.target_column, "Mål", low)
        sheet.write(4, self.target_column + 1, "Utfall", left)
        sheet.write(4, self.comment_column, "Kommentar", left)
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, self.target_column, 10)
        sheet.set_column(self.target_column + 1, self.target_column + 1, 20)
        sheet.set_column(self.comment_column, self.comment_column, 32)
        sheet.set_column(self.comment_column + 1, self.comment_column + 1, 2)
        sheet.set_column(self.chart_column, self.last_column, 10)
        sheet.freeze_panes(HEAD_ROWS, 1)
        sheet.repeat_rows(0, HEAD_ROWS - 1)

    def _block(self, indicator: Indicator, cells: Cells) -> None:
        self._definition(indicator)
        first = self.row
        periods = _latest_periods(cells)
        for periodtyp, names in periods.items():
            self._line(wording.PERIOD_TYPES.get(periodtyp, periodtyp), self.book.style(bold=True))
            for period in names:
                self._period(indicator, cells, periodtyp, period)
        if self._chart(indicator, cells, periods, first):
            self.row = max(self.row, first + CHART_ROWS)
        self.row += 2

    def _definition(self, indicator: Indicator) -> None:
        i, book = indicator, self.book
        self.sheet.set_row(self.row, 20)
        self._line(i.namn, book.style(bold=True, font_size=13, font_color=ACCENT))
        if i.fraga:
            self._line(i.fraga, book.style(italic=True))
        what = [("Täljare", i.taljare_text), ("Nämnare", i.namnare_text), ("Räkneenhet", i.rakneenhet)]
        proof = [
            ("Konvention", i.konvention or wording.NO_CONVENTION),
            ("Lagrum", i.lagrum),
            ("Källa", i.kalla),
            ("Definition", f"version {i.definitionsversion}"),
            ("Enhet", UNITS.get(i.mattenhet, i.mattenhet)),
        ]
        for pairs in (what, proof):
            text = "  ·  ".join(f"{label}: {value}" for label, value in pairs if value)
            self.sheet.set_row(self.row, 13.5 * (1 + len(text) // LINE_LENGTH))
            wrapped = book.style(text_wrap=True)
            self.sheet.merge_range(self.row, 0, self.row, self.last_column, text, wrapped)
            self.row += 1

    def _period(self, indicator: Indicator, cells: Cells, periodtyp: str, period: str) -> None:
        book, sheet = self.book, self.sheet
        name = wording.period(period) + _other_version(indicator, cells, periodtyp, period)
        sheet.write(self.row, 0, name, book.style(indent=1))
        for place, group in enumerate(self.groups):
            value = cells.get((periodtyp, TOTAL if group == TOTAL else "kon", group, period))
            if value:
                book.put_value(sheet, (self.row, 1 + 3 * place), indicator, value)
        target = book.published.mal.get((indicator.indikator_id, book.kommun), {}).get(period)
        if target is not None:
            book.put_number(sheet, (self.row, self.target_column), target, _value_format(indicator))
        total = cells.get((periodtyp, TOTAL, TOTAL, period))
        wrapped = book.style(text_wrap=True, indent=1)
        if total and (found := book.published.fulfilment(total)):
            sheet.write_string(self.row, self.target_column + 1, said.outcome(found), wrapped)
        if total and (comment := book.published.comment(total)):
            sheet.write_string(self.row, self.comment_column, said.comment(comment), wrapped)
        self.row += 1

    def _chart(
        self, indicator: Indicator, cells: Cells, periods: dict[str, list[str]], first_row: int
    ) -> bool:
        """A line of months when most have a value, else years as columns by sex; False without either."""
        months = _measured(cells, "manad", periods)
        years = _measured(cells, "ar", periods)
        if len(months) > LATEST["manad"] // 2:
            periodtyp, groups, kind = "manad", [TOTAL], "line"
        elif years:
            periodtyp, groups, kind = "ar", self.groups, "column"
        else:
            return False
        chart = self.book.file.add_chart({"type": kind})
        sources = self._chart_data(indicator, cells, periodtyp, periods[periodtyp], groups)
        for colour, (name, categories, numbers) in zip(SERIES * 9, sources, strict=False):
            chart.add_series(
                {
                    "name": name,
                    "categories": categories,
                    "values": numbers,
                    "line": {"color": colour, "width": 2},
                    "fill": {"color": colour},
                    "marker": {
                        "type": "circle",
                        "size": 5,
                        "fill": {"color": colour},
                        "border": {"color": colour},
                    },
                    "gap": 80,
                }
            )
        small = {"size": 8, "color": INK, "bold": False}
        note = f"{wording.convention_note(indicator.konvention)}. {self.book.as_of}."
        chart.set_title({"name": indicator.namn, "name_font": {"size": 11, "color": INK}, "overlay": False})
        chart.set_x_axis({"name": note, "name_font": small, "num_font": small, "line": {"color": RULE}})
        chart.set_y_axis(
            {
                "min": 0,
                "num_format": "0%" if indicator.mattenhet == "andel" else "#,##0",
                "num_font": small,
                "line": {"none": True},
                "major_gridlines": {"visible": True, "line": {"color": "#e4e1d8", "width": 0.5}},
            }
        )
        legend: dict[str, Any] = {"position": "bottom", "font": small}
        chart.set_legend(legend if len(groups) > 1 else {"none": True})
        chart.show_blanks_as("gap")
        chart.show_hidden_data()
        chart.set_size({"width": 590, "height": 20 * CHART_ROWS})
        self.sheet.insert_chart(
            first_row,
            self.chart_column,
            chart,
            {"description": f"Diagram: {indicator.namn}. Värdena står i tabellen till vänster."},
        )
        return True

    def _chart_data(
        self, indicator: Indicator, cells: Cells, periodtyp: str, periods: list[str], groups: list[str]
    ) -> list[tuple[str, list[Any], list[Any]]]:
        """Write the chart's numbers to the hidden sheet: (series name, categories, values) as cell ranges."""
        name = self.hidden.get_name()
        top = self.hidden.dim_rowmax + 2 if self.hidden.dim_rowmax is not None else 0
        last = top + len(periods) - 1
        labels = [wording.short_period(p) + _other_version(indicator, cells, periodtyp, p) for p in periods]
        self.hidden.write_column(top, 0, labels[::-1])
        found = []
        for column, group in enumerate(groups, start=1):
            key = (periodtyp, TOTAL if group == TOTAL else "kon", group)
            row_values = [cells.get((*key, p)) for p in reversed(periods)]
            for row, value in enumerate(row_values, start=top):
                number = _number(value)
                if number is not None:
                    self.hidden.write_number(row, column, float(number))
            names = [v.grupp_namn for v in row_values if v]
            if names:
                found.append((names[0], [name, top, 0, last, 0], [name, top, column, last, column]))
        return found

    def _line(self, text: str, style: Format) -> None:
        self.sheet.write(self.row, 0, text, style)
        self.row += 1


def _cover(book: Book) -> None:
    sheet = book.sheet("Försättsblad", landscape=False)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 76)
    vintage = book.published.vintage
    label, text = book.style(bold=True), book.style(text_wrap=True)
    sheet.set_row(1, 32)
    sheet.set_row(2, 30)
    sheet.write(1, 0, "Socialtjänstens indikatorer", book.style(font_size=22, font_color=ACCENT))
    sheet.write(2, 0, book.kommun_namn, book.style(font_size=16))
    facts = [
        ("Kommun", f"{book.kommun_namn} ({book.kommun})"),
        ("Läge per", f"{book.lage_per or NO_VALUE}: vad som var känt den dagen"),
        ("Utgåva", f"{vintage.vintage}, byggd {vintage.byggd:%Y-%m-%d %H:%M}"),
        ("Programversion", vintage.kod_version),
        ("Små tal", wording.suppression(vintage.troskel)),
    ]
    symbols = [(SYMBOLS[status], words) for status, words in wording.STATUS_EXPLANATIONS.items()]
    conventions = [
        (code, wording.convention(code))
        for code in sorted({i.konvention for i in book.published.indikatorer if i.konvention})
    ]
    row = 4
    for heading, pairs in (
        (None, facts),
        ("Så läser du tecknen", [*symbols, ("0", "Noll: uppmätt och inget fanns.")]),
        ("Så räknas fristerna", conventions),
    ):
        if heading and pairs:
            sheet.set_row(row + 1, 20)
            sheet.write(row + 1, 0, heading, book.style(bold=True, font_size=13, font_color=ACCENT))
            row += 2
        for left, right in pairs:
            sheet.write_string(row, 0, left, label)
            sheet.write_string(row, 1, right, text)
            sheet.set_row(row, 13.5 * (1 + len(right) // 80))
            row += 1
    link = book.style(font_color=ACCENT, underline=1)
    sheet.write_url(row + 1, 0, "internal:'Innehåll'!A1", link, "Till innehållet")


def _contents(book: Book, sheet: Worksheet, places: dict[str, str], values: dict[str, list[Value]]) -> None:
    for column, width in enumerate((62, 10, 14, 10, 14, 16)):
        sheet.set_column(column, column, width)
    link = book.style(font_color=ACCENT, underline=1, indent=1, text_wrap=True)
    head = book.style(bold=True, bg_color=SHADE, bottom=1, bottom_color=INK, align="right")
    sheet.set_row(0, 24)
    sheet.write(0, 0, "Innehåll", book.style(bold=True, font_size=16, font_color=ACCENT))
    sheet.write(1, 0, f"{book.kommun_namn}. {book.as_of}.", book.style())
    sheet.write(2, 0, "Indikator", book.style(bold=True, bg_color=SHADE, bottom=1, bottom_color=INK))
    sheet.write_row(2, 1, ["Helår", "Värde", "Året före", "Värde", "Enhet"], head)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(0, 2)
    row = 3
    for family in book.published.familjer:
        if not book.published.of_family(family):
            continue
        sheet.write(row, 0, family.namn, book.style(bold=True, font_size=11, top=1, top_color=RULE))
        row += 1
        for indicator in book.published.of_family(family):
            cells = _cells(indicator, values)
            if indicator.indikator_id not in places:
                sheet.write(row, 0, indicator.namn, book.style(indent=1, text_wrap=True))
                status = next((v.status for v in cells.values()), "saknas")
                sheet.write(row, 1, wording.STATUSES[status], book.style(italic=True))
                row += 1
                continue
            sheet.write_url(row, 0, places[indicator.indikator_id], link, indicator.namn)
            for column, period in zip((1, 3), _latest_periods(cells).get("ar", []), strict=False):
                sheet.write_string(row, column, period, book.style(align="right"))
                total = cells.get(("ar", TOTAL, TOTAL, period))
                if total:
                    place = (row, column + 1)
                    number_format = _value_format(indicator)
                    book.put_number(sheet, place, total.varde, number_format, symbol=_symbol(total))
            sheet.write(
                row, 5, UNITS.get(indicator.mattenhet, indicator.mattenhet), book.style(align="right")
            )
            row += 1
    targets = ["Måluppfyllelse"] if book.file.get_worksheet_by_name("Måluppfyllelse") else []
    for name in (*targets, "Definitioner", "Data"):
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)


def _targets(book: Book, values: dict[str, list[Value]]) -> None:
    """Every target of the newest periods with its rule and, where a person has graded it, who and why; then
    what has been said of whole periods. No sheet without either.
    """
    rows = []
    for indicator in book.published.indikatorer:
        cells = shown(values[indicator.indikator_id], indicator.konvention)
        for periodtyp, periods in _latest_periods(cells).items():
            for period in periods:
                total = cells.get((periodtyp, TOTAL, TOTAL, period))
                if total and (found := book.published.fulfilment(total)):
                    rows.append((indicator, total, said.fulfilment(found)))
    comments = book.published.comments_on_periods(book.kommun)
    if not rows and not comments:
        return
    sheet = book.sheet("Måluppfyllelse")
    for column, width in enumerate((44, 18, 12, 90)):
        sheet.set_column(column, column, width)
    head = book.style(bold=True, bg_color=SHADE, bottom=1, bottom_color=INK)
    sheet.set_row(0, 24)
    sheet.write(0, 0, "Måluppfyllelse", book.style(bold=True, font_size=16, font_color=ACCENT))
    sheet.write(1, 0, f"{book.kommun_namn}. {book.as_of}.", book.style())
    for column, heading in enumerate(("Indikator", "Period", "Värde", "Utfall, regel och bedömning")):
        sheet.write(3, column, heading, head)
    sheet.freeze_panes(4, 1)
    text, row = book.style(text_wrap=True), 4
    for indicator, value, words in rows:
        sheet.write_string(row, 0, indicator.namn, book.style())
        sheet.write_string(row, 1, wording.period(value.period), book.style())
        number_format = _value_format(indicator)
        book.put_number(sheet, (row, 2), value.varde, number_format, symbol=_symbol(value))
        sheet.write_string(row, 3, words, text)
        sheet.set_row(row, 13.5 * (1 + len(words) // 92))
        row += 1
    for comment in comments:
        row += 1
        sheet.write_string(row, 0, f"Kommentar till {wording.period(comment.period)}", book.style())
        sheet.write_string(row, 3, said.comment(comment), text)
        sheet.set_row(row, 13.5 * (1 + len(said.comment(comment)) // 92))


def _definitions(book: Book) -> None:
    sheet = book.sheet("Definitioner", landscape=False)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 84)
    sheet.set_row(0, 24)
    sheet.write(0, 0, "Definitioner", book.style(bold=True, font_size=16, font_color=ACCENT))
    sheet.freeze_panes(1, 0)
    row = 2
    label, text = book.style(font_color="#55605f"), book.style(text_wrap=True)
    for versions in book.published.versions.values():
        for indicator in versions:
            sheet.write(row, 0, indicator.namn, book.style(bold=True, font_size=12, font_color=ACCENT))
            row += 1
            for left, right in lines(indicator):
                sheet.write_string(row, 0, left, label)
                sheet.write_string(row, 1, right, text)
                sheet.set_row(row, 13.5 * (1 + len(right) // 88))
                row += 1
            row += 1


DATA_PERIODS = ("ar", "delar")
DATA_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Indikator-id", 24),
    ("Indikator", 44),
    ("Version", 8),
    ("Periodtyp", 11),
    ("Period", 10),
    ("Från", 11),
    ("Till", 11),
    ("Uppdelning", 15),
    ("Grupp", 22),
    ("Täljare", 12),
    ("Nämnare", 12),
    ("Värde", 12),
    ("Enhet", 14),
    ("Konvention", 13),
    ("Regelversion", 13),
    ("Status", 18),
    ("Läge per", 11),
)


def _data(book: Book, everything: Sequence[Value]) -> None:
    """Rows for pivot tables: years and delår. Shorter periods are in the CSV and Parquet, not here: with them
    the sheet alone would take longer to write and to open than all the rest."""
    values = [v for v in everything if v.periodtyp in DATA_PERIODS]
    sheet = book.sheet("Data")
    head = book.style(bold=True, bg_color=SHADE, bottom=1, bottom_color=INK)
    for column, (name, width) in enumerate(DATA_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write(0, column, name, head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(len(values), 1), len(DATA_COLUMNS) - 1)
    text, day = book.style(), book.style(num_format="yyyy-mm-dd", align="left")
    cards = {(i.indikator_id, i.definitionsversion): i for v in book.published.versions.values() for i in v}
    for row, v in enumerate(values, start=1):
        card = cards[v.indikator_id, v.definitionsversion]
        before = [v.indikator_id, card.namn, v.definitionsversion]
        before += [wording.PERIOD_TYPES.get(v.periodtyp, v.periodtyp), v.period]
        sheet.write_row(row, 0, before, text)
        sheet.write_datetime(row, 5, v.period_start, day)
        sheet.write_datetime(row, 6, v.period_slut, day)
        sheet.write_row(row, 7, [wording.breakdown(v.uppdelning), v.grupp_namn], text)
        book.put_value(sheet, (row, 9), card, v)
        unit = UNITS.get(card.mattenhet, card.mattenhet)
        after = [unit, v.konvention or "", v.regelversion or "", wording.STATUSES[v.status]]
        sheet.write_row(row, 12, after, text)
        sheet.write_datetime(row, 16, v.lage_per, day)


def _symbol(value: Value) -> str:
    return NO_VALUE if value.status == OK else SYMBOLS[value.status]


def _measured(cells: Cells, periodtyp: str, periods: dict[str, list[str]]) -> list[str]:
    """The periods of a type whose total has a number."""
    totals = {period: cells.get((periodtyp, TOTAL, TOTAL, period)) for period in periods.get(periodtyp, [])}
    return [period for period, value in totals.items() if _number(value) is not None]


def _value_format(indicator: Indicator) -> str:
    decimals = "." + "0" * indicator.decimaler if indicator.decimaler else ""
    return f'0{decimals}"\u00a0"%' if indicator.mattenhet == "andel" else f"#,##0{decimals}"


def _number(value: Value | None) -> Decimal | None:
    return value.varde if value else None


def _latest_periods(cells: Cells) -> dict[str, list[str]]:
    """The newest complete periods of each type, newest first."""
    found: dict[str, list[str]] = {}
    for periodtyp, count in LATEST.items():
        starts = {
            period: value.period_start
            for (kind, uppdelning, _, period), value in cells.items()
            if kind == periodtyp and uppdelning == TOTAL and value.complete
        }
        if starts:
            found[periodtyp] = sorted(starts, key=lambda period: starts[period], reverse=True)[:count]
    return found


def _cells(indicator: Indicator, values: dict[str, list[Value]]) -> Cells:
    return shown(values[indicator.indikator_id], indicator.konvention)


def _has_figures(values: Iterable[Value]) -> bool:
    """Whether anything was measured, be it protected."""
    return any(value.status in {OK, "rojandeskyddad"} for value in values)


def _other_version(indicator: Indicator, cells: Cells, periodtyp: str, period: str) -> str:
    """Says that a period was counted by another definition than the one described; else nothing."""
    value = cells.get((periodtyp, TOTAL, TOTAL, period))
    if value is None or value.definitionsversion == indicator.definitionsversion:
        return ""
    return f" (def. {value.definitionsversion})"


def _sheet_names(families: Sequence[Family]) -> list[str]:
    """Names that Excel accepts: at most 31 characters, none of ``[]:*?/\\``, no two equal."""
    names: list[str] = []
    for family in families:
        base = "".join(c for c in family.namn if c not in "[]:*?/\\'").strip()[:31] or family.familj[:31]
        taken = {name.casefold() for name in names} | OWN_SHEETS
        name = base
        for number in range(2, len(families) + 2):
            if name.casefold() not in taken:
                break
            name = f"{base[:28]} {number}"
        names.append(name)
    return names
