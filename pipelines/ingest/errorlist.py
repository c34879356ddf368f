"""The error list of one delivery, for those who must act.

``fellista.xlsx`` and ``fellista.csv`` hold everything and are the system manager's. ``enheter/<enhet>.xlsx``
is for those who correct rows in the case system: their own rows only, grouped by rule, with how to put
each right. Every finding is told apart as new, remaining or corrected since the delivery before. Rules in
shadow mode are counted in ``fellista.xlsx`` and stand nowhere else.

A finding is masked before it comes here (:meth:`pipelines.ingest.rules.Findings.frame`). The lists are
written also when nothing was found: an empty list is an answer.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from pipelines.ingest.comparison import CORRECTED, NEW, REMAINS, SINCE, RuleCount, compare, per_rule
from pipelines.ingest.delivery import TableCount
from pipelines.ingest.durable import replacing
from pipelines.ingest.rules import MASK, PERSON_LIKE
from pipelines.ingest.sheets import (
    ACCENT,
    GREY,
    LINE,
    SHADE,
    Book,
    Heading,
    ListSheet,
    Row,
    workbook,
)

SHARP, SHADOW = "skarp", "skugga"
CORRECTS = "Verksamheten"
"""Who corrects rows in the case system: only what they are responsible for is in the units' lists."""

HEADINGS = {
    SINCE: Heading("Sedan förra", 11),
    "allvar": Heading("Allvar", 9),
    "regel_id": Heading("Regel", 21),
    "tabell": Heading("Tabell", 20),
    "id": Heading("Id", 16),
    "kolumn": Heading("Kolumn", 17),
    "varde": Heading("Värde", 20),
    "forvantat": Heading("Förväntat", 48),
    "enhet": Heading("Enhet", 24),
    "fil": Heading("Fil", 24),
    "rad": Heading("Rad", 9, "0"),
    "ansvarig": Heading("Åtgärdas av", 17),
}
TO_CORRECT = {
    SINCE: Heading("Sedan förra", 11),
    "id": Heading("Id", 16),
    "tabell": Heading("Tabell", 20),
    "kolumn": Heading("Kolumn", 16),
    "varde": Heading("Värde nu", 18),
    "forvantat": Heading("Förväntat", 44),
    "fil": Heading("Fil", 24),
    "rad": Heading("Rad", 9, "0"),
}
DONE = {name: TO_CORRECT[name] for name in ("id", "tabell", "kolumn")} | {"varde": Heading("Värde då", 22)}
COUNTS = [Heading(text, 11, "#,##0") for text in ("Nu", "Nya", "Kvarstår", "Åtgärdade")]
MARKS = {NEW: "NY", REMAINS: "kvarstår"}
TITLE = {"bold": True, "font_size": 14, "font_color": ACCENT}
BLOCK = {"bg_color": SHADE}

LONGEST_SHEET = 100_000
"""More rows than this are no help in Excel; the CSV has them all."""

MOST_UNITS = 500
"""No municipality has so many units: the column holds something else, and the rows stay together."""

LONG_TEXT, SHARED = 60, 3
"""What is expected is said once, above the rows, when it is longer than this and so many rows share it."""

ABOVE = "se ovan"
NO_UNIT = "utan_enhet"
LONGEST_NAME = 60
PAGE = 130
"""Characters that fit across a printed page."""

SCREEN = 100
MOST_COMMON = 10

__all__ = ["Head", "compare", "text_summary", "write"]


@dataclass(frozen=True)
class Head:
    """What stands at the top of every list. ``forra``: the delivery date that is compared with, if any."""

    kommun: str
    leveransdatum: date
    sekvens: int
    status: str
    tables: Mapping[str, TableCount] = field(default_factory=dict)
    forra: date | None = None

    @property
    def delivery(self) -> str:
        return f"Kommun {self.kommun}, leverans {self.leveransdatum} nr {self.sekvens}"


# --- Writing ---


def write(folder: Path, compared: pl.DataFrame, head: Head) -> None:
    """Write ``fellista.csv``, ``enheter/*.xlsx`` and last ``fellista.xlsx`` in ``folder``.

    ``compared`` as from :func:`compare`. Workbooks of units that an earlier write left are removed. Raises
    OSError when the disk refuses.
    """
    ordered = _ordered(compared)
    sharp = ordered.filter(lage=SHARP)
    with replacing(folder / "fellista.csv") as draft:
        _for_excel(sharp).write_csv(draft, separator=";", include_bom=True, line_terminator="\r\n")
    written = set()
    for name, unit, findings in _units(sharp.filter(ansvarig=CORRECTS)):
        path = folder / "enheter" / f"{name}.xlsx"
        with replacing(path) as draft:
            _unit_book(draft, unit, findings, head)
        written.add(path)
    for path in (folder / "enheter").glob("*.xlsx*"):
        if path not in written:
            path.unlink()
    with replacing(folder / "fellista.xlsx") as draft:
        _whole_book(draft, ordered, head)


def _ordered(compared: pl.DataFrame) -> pl.DataFrame:
    """New first, corrected last; then by table, column and id, ``A9`` before ``A10``."""
    order = pl.col(SINCE).replace_strict({NEW: 0, REMAINS: 1, CORRECTED: 2}, return_dtype=pl.Int8)
    number = pl.col("id").str.extract(r"(\d+)").str.to_integer(strict=False)
    letters = _collated(pl.col("id").str.extract(r"^(\D*)"))
    return compared.sort(
        order, "tabell", "kolumn", letters, number, "id", "fil", "rad", nulls_last=True, maintain_order=True
    )


def _collated(text: pl.Expr) -> pl.Expr:
    """Sorts as Swedish does: case ignored, å, ä and ö last."""
    return text.str.to_lowercase().str.replace_many(["å", "ä", "ö", "é", "ü"], ["{", "|", "}", "e", "y"])


def _for_excel(findings: pl.DataFrame) -> pl.DataFrame:
    """Swedish headings; a text that Excel would take for a formula is written as text."""
    texts = pl.col(pl.String)
    formula = texts.str.contains(r"^[=+@\t\r\n-]") & ~texts.str.contains(r"^-?[\d\s.,]+$")
    return findings.with_columns(
        pl.when(formula).then(pl.lit("'") + texts).otherwise(texts).name.keep()
    ).select(pl.col(name).alias(heading.text) for name, heading in HEADINGS.items())


# --- The whole list ---


def _whole_book(path: Path, findings: pl.DataFrame, head: Head) -> None:
    sharp, shadow = findings.filter(lage=SHARP), findings.filter(lage=SHADOW)
    counts, hits = per_rule(sharp), per_rule(shadow)
    with workbook(path, head.leveransdatum, head.delivery, head.status) as book:
        _front(book, head, counts, hits)
        rule, severity = Heading("Regel", 22), Heading("Allvar", 9)
        words = [Heading("Vad som är fel", 52), Heading("Så rättas det", 52), Heading("Åtgärdas av", 18)]
        rows = [(r.regel_id, r.allvar, *_numbers(r), r.beskrivning, r.atgard, r.ansvarig) for r in counts]
        book.table("Per regel", [rule, severity, *COUNTS, *words], rows)
        listed = sharp.head(LONGEST_SHEET).select(list(HEADINGS)).rows()
        book.table("Fellista", list(HEADINGS.values()), listed, wrap=False)
        if hits:
            found = [(r.regel_id, *_numbers(r), r.beskrivning) for r in hits]
            book.table("Skugga", [rule, *COUNTS, Heading("Vad regeln söker", 80)], found)


def _front(book: Book, head: Head, counts: list[RuleCount], hits: list[RuleCount]) -> None:
    """What became of the delivery, and of each table in it."""
    numbers = ("Rader in", "Accepterade", "Avvisade", "Varningar")
    headings = [Heading("Tabell", 30), *(Heading(text, 14, "#,##0") for text in numbers)]
    sheet = book.sheet("Sammanfattning", headings)
    notes = [_counts_line(counts, head), head.delivery]
    notes += [_shadow_line(hits)] if hits else []
    if sum(r.antal + r.atgardade for r in counts) > LONGEST_SHEET:
        rows = _number(LONGEST_SHEET)
        notes.append(f"Bladet Fellista visar de första {rows} raderna; fellista.csv har alla.")
    below = _write_title(book, sheet, f"Fellista: {head.status}", notes)
    tables = [(name, c.rows_in, c.accepted, c.rejected, c.warnings) for name, c in head.tables.items()]
    book.write_list(sheet, below + 1, headings, tables)


def _write_title(book: Book, sheet: ListSheet, title: str, notes: list[str]) -> int:
    """A title and the lines under it. Returns the row below."""
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, title, book.style(**TITLE))
    for row, line in enumerate(notes, start=1):
        sheet.write_string(row, 0, line, book.style(bold=row == 1))
    return len(notes) + 1


def _numbers(rule: RuleCount) -> tuple[int, int, int, int]:
    """As in :data:`COUNTS`."""
    return rule.antal, rule.nya, rule.kvar, rule.atgardade


# --- A unit's list ---


def _units(findings: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """File name, unit and findings per unit; what has no readable unit comes together."""
    unit = pl.col("enhet").str.strip_chars()
    squeezed = unit.str.replace_all(r"[^0-9A-Za-z]", "")
    named = (
        (unit != "") & (unit != MASK) & ~unit.str.contains(PERSON_LIKE) & ~squeezed.str.contains(PERSON_LIKE)
    )
    whole = findings.with_columns(_unit=pl.when(named).then(unit))
    if whole["_unit"].n_unique() > MOST_UNITS:
        whole = whole.with_columns(_unit=pl.lit(None, pl.String))
    taken = {NO_UNIT}
    parts = whole.partition_by("_unit", as_dict=True)
    names = whole.select(pl.col("_unit").unique()).sort(_collated(pl.col("_unit")), "_unit", nulls_last=True)
    for name in names.to_series():
        part = parts[(name,)].drop("_unit")
        yield (NO_UNIT, "Utan enhet", part) if name is None else (_file_name(name, taken), name, part)


def _file_name(unit: str, taken: set[str]) -> str:
    """A name of a to z, digits and _ that no other unit has and every system takes; added to ``taken``."""
    plain = unit.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    short = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_NAME] or "enhet"
    if re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", short):
        short = f"enhet_{short}"
    name, number = short, 1
    while name in taken:
        number += 1
        name = f"{short}_{number}"
    taken.add(name)
    return name


def _unit_book(path: Path, unit: str, findings: pl.DataFrame, head: Head) -> None:
    """``findings`` in the order of :func:`_ordered`."""
    counts = sorted(per_rule(findings), key=lambda r: r.allvar)
    is_corrected = pl.col(SINCE) == CORRECTED
    left = findings.filter(~is_corrected)
    shown = left.head(LONGEST_SHEET).select("regel_id", *TO_CORRECT).rows_by_key("regel_id")
    corrected = findings.filter(is_corrected).head(LONGEST_SHEET).select("regel_id", *DONE)
    what = {r.regel_id: r.beskrivning for r in counts}
    with workbook(path, head.leveransdatum, unit, f"Leverans {head.leveransdatum}") as book:
        _unit_front(book, unit, counts, head)
        sheet = book.sheet("Att rätta", list(TO_CORRECT.values()))
        blocks = [(rule, shown[rule.regel_id]) for rule in counts if rule.regel_id in shown]
        row = _to_correct(book, sheet, blocks)
        if not shown:
            sheet.write_string(row, 0, "Inget att rätta.", book.style(italic=True))
        if left.height > LONGEST_SHEET:
            more = f"Här är de första {_number(LONGEST_SHEET)} raderna; systemförvaltarens fellista har alla."
            sheet.write_string(row, 0, more, book.style(italic=True))
        headings = [*DONE.values(), Heading("Vad som var fel", 70)]
        done = [(*row, what[rule]) for rule, *row in corrected.iter_rows()]
        if done:
            book.table("Åtgärdade sedan förra", headings, done)


def _unit_front(book: Book, unit: str, counts: list[RuleCount], head: Head) -> None:
    """How many there are, and what they are about."""
    words = [Heading("Vad som är fel", 48), Heading("Så rättar du", 48), Heading("Allvar", 10)]
    headings = [*words, *COUNTS]
    sheet = book.sheet("Sammanfattning", headings)
    notes = [
        _counts_line(counts, head),
        head.delivery,
        "Rätta i verksamhetssystemet; nästa leverans visar vad som är åtgärdat.",
        "Fel: raden är inte inläst, och tills den är rättad gäller en tidigare version av den.",
        "Varning: raden är inläst.",
    ]
    below = _write_title(book, sheet, unit, notes)
    rows = [(r.beskrivning, r.atgard, r.allvar, *_numbers(r)) for r in counts]
    book.write_list(sheet, below + 1, headings, rows)


def _to_correct(book: Book, sheet: ListSheet, blocks: list[tuple[RuleCount, list[Row]]]) -> int:
    """The rows to correct, rule by rule. Returns the row below."""
    headings = list(TO_CORRECT.values())
    row = book.write_list(sheet, 0, headings, [])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    widths = [heading.width for heading in headings]
    for rule, found in blocks:
        shared, rows = _said_once(found)
        row = _rule_heading(book, sheet, row, rule, shared)
        for since, mark in MARKS.items():
            part = [(mark, *values) for known, *values in rows if known == since]
            row = sheet.write_rows(row, part, _row_formats(book, since), widths)
        row += 1
    return row


def _rule_heading(book: Book, sheet: ListSheet, row: int, rule: RuleCount, shared: list[str]) -> int:
    """What is wrong, how to put it right, and what many of its rows share. Returns the row below."""
    heading = f"{rule.allvar.capitalize()}: {rule.beskrivning} ({_of_rule(rule)})"
    lines = [
        (line, book.style(**BLOCK, bold=True, font_size=11)) for line in textwrap.wrap(heading, PAGE - 10)
    ]
    for text in (f"Så rättar du: {rule.atgard}" if rule.atgard else "", *shared):
        lines += [(line, book.style(**BLOCK)) for line in textwrap.wrap(text, PAGE)]
    for text, style in lines:
        # The text runs on over the empty cells beside it; a merged cell would not grow with its text.
        sheet.write_string(row, 0, text, style)
        for place in range(1, len(TO_CORRECT)):
            sheet.write_blank(row, place, None, style)
        row += 1
    return row


def _row_formats(book: Book, since: str) -> list[Format]:
    """One per column of :data:`TO_CORRECT`: the new stand out, file and line stand back."""
    plain = LINE | {"text_wrap": True}
    grey = plain | {"font_color": GREY, "font_size": 8}
    line = grey | {"align": "right", "indent": 1, "text_wrap": False}
    strong = plain | {"bold": True}
    first = [strong | {"font_color": ACCENT}, strong] if since == NEW else [grey, plain]
    looks = [*first, *[plain] * (len(TO_CORRECT) - len(first) - 2), grey, line]
    return [book.style(**look) for look in looks]


def _said_once(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Long texts that many rows share, each with its column, and the rows with a reference instead."""
    columns = list(TO_CORRECT)
    place, column = columns.index("forvantat"), columns.index("kolumn")
    many = Counter((r[column], r[place]) for r in rows if len(str(r[place])) > LONG_TEXT)
    common = {key for key, number in many.items() if number >= SHARED}
    if not common:
        return [], rows
    lines = [f"{name or 'Förväntat'}: {text}" for name, text in many if (name, text) in common]
    said = [(*r[:place], ABOVE, *r[place + 1 :]) if (r[column], r[place]) in common else r for r in rows]
    return lines, said


# --- Words ---


def text_summary(compared: pl.DataFrame, head: Head, folder: Path | None = None) -> str:
    """The delivery in readable Swedish, at most 100 columns wide but for the path of ``folder``."""
    sharp = compared.filter(pl.col(SINCE) != CORRECTED, lage=SHARP)
    counts = per_rule(compared.filter(lage=SHARP))
    hits = per_rule(compared.filter(lage=SHADOW))
    broken = sorted((rule for rule in counts if rule.antal), key=lambda rule: rule.allvar != "fel")
    lines = [f"{head.delivery}: {head.status}", "", *_table_lines(head), _counts_line(counts, head)]
    errors = sum(rule.allvar == "fel" for rule in broken)
    shown = broken[: max(MOST_COMMON, errors)]
    if len(broken) > len(shown):
        lines += ["", f"Alla fel, och de vanligaste varningarna: {len(shown)} av {len(broken)} regler."]
    examples = _examples(sharp)
    for rule in shown:
        number = _of_rule(rule) if head.forra else _number(rule.antal)
        lines += ["", f"{rule.regel_id} ({rule.allvar}): {number}"]
        texts = [
            rule.beskrivning,
            f"Så rättas det: {rule.atgard}" if rule.atgard else "",
            examples[rule.regel_id],
        ]
        lines += [line for text in texts for line in _indented(text)]
    if hits:
        lines += ["", *textwrap.wrap(_shadow_line(hits), SCREEN)]
    if folder is not None:
        lines += ["", f"Fellistan: {folder / 'fellista.xlsx'}"]
    return "\n".join(lines) + "\n"


def _table_lines(head: Head) -> list[str]:
    if not head.tables:
        return []
    rows = [("Tabell", "Rader in", "Accepterade", "Avvisade")]
    rows += [
        (name, _number(c.rows_in), _number(c.accepted), _number(c.rejected))
        for name, c in head.tables.items()
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    aligned = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return ["  ".join(cells) for cells in aligned] + [""]


def _examples(sharp: pl.DataFrame) -> dict[str, str]:
    """One place per rule, in a file and new if there is any such."""
    first = sharp.sort(pl.col("fil").is_null(), pl.col(SINCE) != NEW, "fil", "rad", maintain_order=True)
    return {
        row["regel_id"]: _place(row) for row in first.unique("regel_id", keep="first").iter_rows(named=True)
    }


def _place(finding: dict[str, Any]) -> str:
    if finding["fil"]:
        found = [finding["fil"], finding["rad"] and f"rad {finding['rad']}", finding["kolumn"]]
    else:
        found = [finding["tabell"], finding["id"] and f"id {finding['id']}", finding["kolumn"]]
    place = ", ".join(text for text in found if text)
    return f"Till exempel {place}" if place else ""


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, SCREEN, initial_indent="  ", subsequent_indent="    ")


def _counts_line(counts: list[RuleCount], head: Head) -> str:
    """``12 nya, 30 kvarstår, 5 åtgärdade sedan 2026-10-31``; how many, when there is nothing before."""
    if head.forra is None:
        errors, warnings = (sum(r.antal for r in counts if r.allvar == name) for name in ("fel", "varning"))
        if not errors + warnings:
            return "Inga fel och inga varningar."
        return f"{_number(errors)} fel och {_plural(warnings, 'varning', 'varningar')}"
    new = _plural(sum(r.nya for r in counts), "ny", "nya")
    corrected = _plural(sum(r.atgardade for r in counts), "åtgärdad", "åtgärdade")
    return f"{new}, {_number(sum(r.kvar for r in counts))} kvarstår, {corrected} sedan {head.forra}"


def _of_rule(rule: RuleCount) -> str:
    """``1 ny, 3 kvarstår``, or the one that there is."""
    new, left = _plural(rule.nya, "ny", "nya"), f"{_number(rule.kvar)} kvarstår"
    return ", ".join(text for text, number in ((new, rule.nya), (left, rule.kvar)) if number)


def _shadow_line(hits: list[RuleCount]) -> str:
    found = _plural(sum(r.antal for r in hits), "träff", "träffar")
    rules_hit = _plural(sum(r.antal > 0 for r in hits), "regel", "regler")
    return f"{rules_hit} i skuggläge gav {found}; de reglerna avvisar inget."


def _plural(number: int, one: str, many: str) -> str:
    return f"{_number(number)} {one if number == 1 else many}"


def _number(number: int) -> str:
    """With a no-break space between thousands."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
