"""What a file turns out to be: its format, encoding, header, and a sample of its cells.

Only ``draft`` asks. A night never guesses: there the adapter says, and a file that differs is refused.
"""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
from stdnum import luhn

from pipelines.ingest import read
from pipelines.ingest.adapter import Fil
from pipelines.ingest.read import CANDIDATES, workbook
from pipelines.ingest.read.base import only_refusals
from pipelines.ingest.rules import IDENTITY, LINE, MASK

SAMPLE = 2_000
"""How many rows are looked at."""
HEADER_WITHIN = 30
"""The header stands among this many lines, or there is none."""

SKIPPED = (r"(?i:^\W*(totalt|summa)\b)", r"(?i:^\W*sida \d+)", r"^\*\*\*")
"""Lines that reports put among the rows. Each is proposed for ``hoppa_over`` when some line matches.
Flags stand in a group, so that several expressions can be joined."""

SWEDISH = "åäöÅÄÖéÉüÜ§"
SINGLE_BYTE = ("cp1252", "cp850", "iso-8859-1")
DATE = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
SENTINEL_DATES = ("99991231", "00000000", "19000101", "00010101")


class LookError(ValueError):
    """The file cannot be looked at; the message says why, in Swedish, without quoting it."""


@dataclass(frozen=True)
class Look:
    """``shape``: the keys of ``Fil`` that say how the file is read. ``columns``: heading → the cells of the
    sample, trimmed, null where empty. ``notes``: what a reader should know, in Swedish."""

    path: Path
    shape: dict[str, Any]
    columns: dict[str, pl.Series]
    notes: list[str] = field(default_factory=list)


def look(path: Path) -> Look:
    """Look at a file. Raises LookError when it is empty or broken."""
    with path.open("rb") as f:
        start = f.read(4096)
    if not start.strip():
        raise LookError(f"{shown(path)}: filen är tom")
    if start.startswith(b"PK\x03\x04"):
        return _workbook(path)
    if start.startswith(b"PAR1"):
        return _columns(path, {"format": "parquet"})
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return _columns(path, {"format": "jsonl"})
    return _text(path)


def shown(path: Path) -> str:
    """The file's name, without anybody's number."""
    return re.sub(IDENTITY, MASK, path.name)


def _columns(path: Path, shape: dict[str, Any]) -> Look:
    """A file that names its columns itself."""
    try:
        source = read.open_file(path, Fil.model_construct(monster=path.name, tabell="matt", **shape))
        rows = next(iter(source.batches())).rows.head(SAMPLE)
    except (read.FileRefused, StopIteration) as error:
        raise LookError(f"{shown(path)}: filen kan inte läsas, eller har inga rader") from error
    return Look(path, shape, {name: _trimmed(rows[name]) for name in rows.columns if name != LINE})


def _trimmed(cells: pl.Series) -> pl.Series:
    stripped = cells.cast(pl.String).str.strip_chars()
    return stripped.set(stripped == "", None)


def _workbook(path: Path) -> Look:
    """The sheet with the most rows below a header; the others are told of."""
    try:
        with only_refusals("xlsx"):
            workbook.refuse_too_large(path)
            names = fastexcel.read_excel(path.read_bytes()).sheet_names
            sheets = {name: workbook.load(path, name).drop(LINE) for name in names}
    except read.FileRefused as error:
        raise LookError(f"{shown(path)}: arbetsboken är skadad eller för stor") from error
    name = max(sheets, key=lambda name: sheets[name].height * sheets[name].width)
    cells = sheets[name].with_columns(workbook.as_text(pl.all()))
    if cells.is_empty():
        raise LookError(f"{shown(path)}: arbetsboken är tom")
    shape: dict[str, Any] = {"format": "xlsx"}
    notes: list[str] = []
    if name != names[0]:
        shape["blad"] = name
    if len(names) > 1:
        notes.append(f"Arbetsboken har {len(names)} blad; det största är valt.")
    rows = [[(cell or "").strip() for cell in row] for row in cells.head(SAMPLE).iter_rows()]
    tail = [next(filter(None, row), "") for row in cells.tail(HEADER_WITHIN).iter_rows()]
    width = max(sum(map(bool, row)) for row in rows)
    number, headings = _header(rows, len(rows[0]), width)
    shape |= _header_shape(number, headings, notes)
    skipped = [r for r in SKIPPED if any(re.search(r, cell.strip()) for cell in tail)]
    if skipped:
        shape["hoppa_over"] = skipped
    below = [row for row in rows[number:] if any(row)]
    below = [row for row in below if not any(re.search(r, next(filter(None, row))) for r in skipped)]
    return Look(path, shape, _sampled(headings, below), notes)


# --- text


def _text(path: Path) -> Look:
    encodings, notes = _encoding(path)
    encoding = encodings if isinstance(encodings, str) else encodings[0]
    shape: dict[str, Any] = {"kodning": encodings}
    lines = list(islice(_lines(path, encoding), SAMPLE + HEADER_WITHIN))
    tail = list(deque(_lines(path, encoding), maxlen=HEADER_WITHIN))
    skipped = [r for r in SKIPPED if any(re.search(r, line) for line in [*lines[1:], *tail])]
    delimiter, width = _delimiter(lines)
    if width == 1:
        return _fixed_width(path, shape, lines, skipped, notes)
    if delimiter != ",":
        shape["avgransare"] = delimiter
    split = [next(csv.reader([line], delimiter=delimiter), []) for line in lines[:HEADER_WITHIN]]
    number, names = _header(split, width, width)
    shape |= _header_shape(number, names, notes)
    if number and lines[number - 1] in lines[number:]:
        skipped.append(f"^{re.escape(lines[number - 1][:30])}")
    if skipped:
        shape["hoppa_over"] = skipped
    rows = (line for line in lines[number:] if not any(re.search(r, line) for r in skipped))
    records = [record for record in csv.reader(rows, delimiter=delimiter) if len(record) == width]
    return Look(path, shape, _sampled(names, records), notes)


def _sampled(names: list[str], rows: list[list[str]]) -> dict[str, pl.Series]:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {n: _trimmed(pl.Series(c, dtype=pl.String)) for n, c in zip(names, columns, strict=True)}


def _header(rows: list[list[str]], width: int, filled: int) -> tuple[int, list[str]]:
    """The place of the header among the rows (0: there is none) and the columns' names.

    A header has ``width`` cells, about as many of them filled as the fullest row has (``filled``).
    """
    for number, row in enumerate(rows[:HEADER_WITHIN], 1):
        cells = [" ".join(cell.split()) for cell in row]
        told = [cell for cell in cells if cell]
        if len(cells) != width or len(told) < 0.8 * filled:
            continue
        if any(_is_data(cell) for cell in told) or len(set(told)) < len(told):
            break
        return number, [cell or f"(kolumn {place})" for place, cell in enumerate(cells, 1)]
    return 0, [f"kolumn_{place}" for place in range(1, width + 1)]


def _header_shape(number: int, names: list[str], notes: list[str]) -> dict[str, Any]:
    if number:
        return {"rubrikrad": number} if number > 1 else {}
    notes.append("Filen verkar sakna rubrikrad: ge kolumnerna namn under rubriker.")
    return {"rubriker": names}


def _is_data(cell: str) -> bool:
    """Whether a cell is a value rather than a name: names are few digits among letters."""
    return bool(re.search(rf"^[\d\W]+$|\d{{5}}|{IDENTITY}", cell))


def _encoding(path: Path) -> tuple[str | list[str], list[str]]:
    """The encoding in which the whole file can be read; of single-byte ones, the most Swedish."""
    with path.open("rb") as f:
        if f.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", []
    if _decodes(path, "ascii"):
        return ["utf-8", "cp1252"], ["Filen har inga å, ä och ö, så teckenkodningen går inte att se."]
    if _decodes(path, "utf-8"):
        return "utf-8", []
    letters = {name: _letters(path, name) for name in SINGLE_BYTE if _decodes(path, name)}
    best = max(letters, key=lambda name: letters[name])
    return best, [f"Teckenkodningen är en gissning: {letters[best]} svenska tecken. Kontrollera å, ä och ö."]


def _decodes(path: Path, encoding: str) -> bool:
    try:
        for _ in _lines(path, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _letters(path: Path, encoding: str) -> int:
    return sum(line.count(letter) for line in islice(_lines(path, encoding), SAMPLE) for letter in SWEDISH)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding) as f:
        for line in f:
            yield line.rstrip("\n")


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """The delimiter that gives most lines one and the same number of fields, and that number."""
    best = (0.0, 1, ",")
    for delimiter in CANDIDATES:
        widths = Counter(len(record) for record in csv.reader(lines, delimiter=delimiter) if record)
        width, number = widths.most_common(1)[0]
        if width > 1:
            best = max(best, (number / widths.total(), width, delimiter))
    return best[2], best[1]


# --- fixed width


def _fixed_width(
    path: Path, shape: dict[str, Any], lines: list[str], skipped: list[str], notes: list[str]
) -> Look:
    """Fields between columns of blanks; personal numbers and dates are found inside them."""
    rows = [line for line in lines if line.strip() and not any(re.search(r, line) for r in skipped)]
    has_header = not any(_is_data(cell) for cell in rows[0].split()) and len(rows) > 1
    data = rows[1:] if has_header else rows
    length = max(map(len, data))
    grid = [line.ljust(length) for line in data]
    blank = [all(line[place] == " " for line in grid) for place in range(length)]
    marks = {place for place in range(1, length) if blank[place - 1] and not blank[place]} | {0}
    place = 0
    while place < length:
        known = _known_field(grid, place)
        marks |= {place, place + known} if known else set()
        place += known or 1
    starts = sorted(m for m in marks if m < length)
    spans = list(zip(starts, [*starts[1:], length], strict=True))
    header = rows[0].ljust(length) if has_header else ""
    names = [header[a:b].strip() or f"kolumn_{place}" for place, (a, b) in enumerate(spans, 1)]
    shape |= {
        "format": "fast_bredd",
        "positioner": {n: [a + 1, b - a] for n, (a, b) in zip(names, spans, strict=True)},
    }
    if has_header:
        shape["rubrikrad"] = lines.index(rows[0]) + 1
    if skipped:
        shape["hoppa_over"] = skipped
    notes = [*notes, "Fast bredd: positionerna är gissade ur mellanrum, datum och personnummer; rätta dem."]
    sample = {
        n: _trimmed(pl.Series([line[a:b] for line in grid])) for n, (a, b) in zip(names, spans, strict=True)
    }
    return Look(path, shape, sample, notes)


def _known_field(grid: list[str], place: int) -> int:
    """The length of the personal number (12) or date (8) that begins at this place on every line, or 0."""
    twelve = [line[place : place + 12] for line in grid]
    if all(re.fullmatch(r"(?:19|20)\d{10}", t) for t in twelve) and _mostly(
        luhn.is_valid(t[2:]) for t in twelve
    ):
        return 12
    eight = [line[place : place + 8].strip() for line in grid]
    dates = [re.fullmatch(DATE, text) is not None for text in eight]
    others = {text for text, is_date in zip(eight, dates, strict=True) if not is_date}
    return 8 if others <= {*SENTINEL_DATES, ""} and (_mostly(dates) or others & set(SENTINEL_DATES)) else 0


def _mostly(answers: Iterable[bool]) -> bool:
    told = list(answers)
    return sum(told) >= 0.5 * len(told) > 0
