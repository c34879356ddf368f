"""Delimited text (CSV).

Three ways through a block of lines, with the same result. A block without quote characters, as almost every
night's, is split by polars. In one with quotes, polars' CSV reader takes the lines that are whole records
and fit the header. What is left, line by line: records that span lines, and rows that do not fit.

A record that spans lines and does not fit the header has a stray quote. It costs its own line, and reading
starts again at the next. A record may span MOST_LINES, so a stray quote cannot swallow the file.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import (
    NUL,
    NUMBER,
    TEXT,
    Batch,
    FileRefused,
    Source,
    batched,
    broken_rows,
    named,
)
from pipelines.ingest.read.text import BOM, CHUNK, LONGEST, TOO_LONG, WHITE, TextFile
from pipelines.ingest.rules import LINE

CANDIDATES = {",": "kommatecken", ";": "semikolon", "\t": "tabb", "|": "lodstreck"}
STRAY_QUOTE = "ett ensamt citattecken"
MOST_LINES = 1_000
MOST_HEADER_LINES = 20

csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True)
class Grammar:
    """The form of records with one delimiter and quote."""

    delimiter: str
    quote: str

    def line(self, width: int) -> str:
        """A regular expression for polars: a line that is a record of so many fields, with no quotes but
        around fields and doubled in them. Never true where polars' CSV reader cannot take the characters."""
        if not (self.delimiter + self.quote).isascii():
            return r"[^\s\S]"
        d, q = self._escaped
        field = f"(?:{q}[^{q}]*(?:{q}{q}[^{q}]*)*{q}|[^{q}{d}]*)"
        return f"^{field}(?:{d}{field}){{{width - 1}}}$"

    def record(self, width: int | None = None) -> re.Pattern[str]:
        """A record and its line end, of so many fields or of any number, as Python's csv reads strictly: a
        quote inside an unquoted field is a character. Possessive, so that no text makes it try twice."""
        d, q = self._escaped
        field = rf"(?:{q}(?:[^{q}]++|{q}{q})*+{q}|[^{q}{d}\n][^{d}\n]*+|)"
        others = "*+" if width is None else f"{{{width - 1}}}"
        return re.compile(rf"{field}(?:{d}{field}){others}\n")

    def cells(self, records: list[str]) -> Iterator[list[str]]:
        """The fields of each record."""
        return csv.reader(records, delimiter=self.delimiter, quotechar=self.quote)

    def fields(self, record: str) -> list[str]:
        return next(self.cells([record]), [])

    @property
    def _escaped(self) -> tuple[str, str]:
        """Both characters as both kinds of regular expression write them."""
        return f"\\U{ord(self.delimiter):08x}", f"\\U{ord(self.quote):08x}"


class Delimited(Source):
    """A CSV file."""

    def __init__(self, path: Path, fil: Fil, chunk: int = CHUNK) -> None:
        self._text = TextFile(path, fil, chunk)
        self.encoding = self._text.encoding
        self._grammar = Grammar(fil.avgransare, fil.citat)
        record, line = self._first_record(fil.header_line or 1)
        if fil.rubriker is None:
            self._header_record, self._header_ends = record, line
            self.header = named(self._grammar.fields(record))
        else:
            self._header_record, self._header_ends = "", 0
            self.header = named(fil.rubriker)

    def _first_record(self, place: int) -> tuple[str, int]:
        """The first record on or below a line, blank ones passed over, and the number of its last line."""
        head = self._text.head()
        start = 0
        for number, line in enumerate(head.split("\n"), 1):
            if number >= place and line.strip(WHITE):
                found = self._grammar.record().match(head, start)
                record = found[0] if found else line
                spans = record.count("\n") if found else 1
                return (record, number + spans - 1) if spans <= MOST_HEADER_LINES else (line, number)
            start += len(line) + 1
        raise FileRefused("FIL_TOM")

    def other_delimiter(self, required: set[str]) -> str | None:
        if len(self.header) > 1:
            return None
        for delimiter in CANDIDATES:
            grammar = Grammar(delimiter, self._grammar.quote)
            if delimiter != self._grammar.delimiter and required & set(
                named(grammar.fields(self._header_record))
            ):
                return delimiter
        return None

    def batches(self) -> Iterator[Batch]:
        splitter = Splitter(self._grammar, self.header)
        rest: pl.DataFrame | None = None
        for block in self._text.numbered_blocks(after=self._header_ends):
            lines = block if rest is None else pl.concat([rest, block])
            rows, broken, rest = splitter.split(lines, self._text.begins_row(lines[TEXT]), last=False)
            yield from batched(rows, broken)
        if rest is not None:
            rows, broken, _ = splitter.split(rest, self._text.begins_row(rest[TEXT]), last=True)
            yield from batched(rows, broken)


class Splitter:
    """Lines to rows of one header."""

    def __init__(self, grammar: Grammar, header: list[str]) -> None:
        self._grammar, self._header = grammar, header
        self._line = grammar.line(len(header))
        self._record, self._any_record = grammar.record(len(header)), grammar.record()

    def split(
        self, lines: pl.DataFrame, begins: pl.Series, *, last: bool
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
        """Rows and broken rows of ``lines``, and the lines at the end that need more text to be judged.

        ``begins``: where a row may begin.
        """
        if lines[TEXT].str.contains(self._grammar.quote, literal=True).any():
            return self._quoted(lines, begins, last=last)
        return (*self._plain(lines.filter(begins)), None)

    def _plain(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        text, width = pl.col(TEXT), len(self._header)
        delimiters = text.str.count_matches(self._grammar.delimiter, literal=True)
        judged = lines.with_columns(
            pl.when(text.str.len_chars() > LONGEST)
            .then(pl.lit(TOO_LONG))
            .when(text.str.contains("\0", literal=True))
            .then(pl.lit(NUL))
            .when(delimiters != width - 1)
            .then((delimiters + 1).cast(pl.String))
            .alias(NUMBER)
        )
        fields = text.str.split_exact(self._grammar.delimiter, width - 1)
        rows = judged.filter(pl.col(NUMBER).is_null()).select(
            LINE, fields.struct.rename_fields(self._header).struct.unnest()
        )
        broken = judged.filter(pl.col(NUMBER).is_not_null())
        return rows, broken.select(LINE, text.str.slice(0, LONGEST), NUMBER)

    def _quoted(
        self, lines: pl.DataFrame, begins: pl.Series, *, last: bool
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
        text = pl.col(TEXT)
        fits = (
            begins
            & lines.select(
                text.str.contains(self._line)
                & ~text.str.contains("\0", literal=True)
                & (text.str.len_chars() <= LONGEST)
                & ~text.str.starts_with(BOM)  # which polars would take for the beginning of a file
            ).to_series()
        )
        one_by_one = OneByOne(lines, self._grammar, self._record, self._any_record, last=last)
        one_by_one.read((begins & ~fits).arg_true().to_list())
        fits &= one_by_one.untouched
        rows = pl.concat(
            [self._whole_lines(lines.filter(fits)), self._records(one_by_one.numbers, one_by_one.records)]
        )
        if rows.width == 2:  # a record of nothing but quotes is a blank line
            rows = rows.filter(pl.col(self._header[0]).str.strip_chars() != "")
        rest = lines.slice(one_by_one.stopped)
        return (
            rows.sort(LINE) if one_by_one.records else rows,
            broken_rows(one_by_one.broken),
            rest if rest.height else None,
        )

    def _whole_lines(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Rows of lines that are known to fit."""
        if lines.is_empty():
            return self._records([], [])
        cells = pl.read_csv(
            lines[TEXT].str.join("\n").item().encode(),
            has_header=False,
            schema=dict.fromkeys(self._header, pl.String),
            separator=self._grammar.delimiter,
            quote_char=self._grammar.quote,
            empty_string_is_null=False,
        )
        if cells.height != lines.height:
            raise AssertionError(f"{lines.height} lines became {cells.height} rows")
        return pl.concat([lines.select(LINE), cells], how="horizontal")

    def _records(self, numbers: list[int], records: list[str]) -> pl.DataFrame:
        """Rows of records that are known to fit, with the numbers of their first lines."""
        by_column = zip(*self._grammar.cells(records), strict=True) if records else [()] * len(self._header)
        cells = zip(self._header, by_column, strict=True)
        return pl.DataFrame(
            [
                pl.Series(LINE, numbers, dtype=pl.Int64),
                *(pl.Series(name, values, dtype=pl.String) for name, values in cells),
            ]
        )


class OneByOne:
    """The lines that need Python: each is read as a record, with the lines that the record spans.

    ``records`` fit the header and begin on the lines ``numbers``; ``untouched`` says which lines are not part
    of that; ``stopped`` is the place of the first line that needs text beyond the last line.
    """

    def __init__(
        self,
        lines: pl.DataFrame,
        grammar: Grammar,
        record: re.Pattern[str],
        any_record: re.Pattern[str],
        *,
        last: bool,
    ) -> None:
        self._lines, self._grammar, self._last = lines, grammar, last
        self._record, self._any_record = record, any_record
        self.numbers: list[int] = []
        self.records: list[str] = []
        self.broken: list[tuple[int, str, str]] = []
        self.untouched = pl.repeat(True, lines.height, eager=True)
        self.stopped = lines.height

    def read(self, places: list[int]) -> None:
        """Read the records that begin at these places, if they are not inside one that begins above."""
        if not places:
            return
        self._text = self._lines[TEXT].str.join("\n").item() + "\n"
        ends = (self._lines[TEXT].str.len_chars().cast(pl.Int64) + 1).cum_sum()
        self._starts = [0, *ends.to_list()]
        numbers = self._lines[LINE].to_list()
        inside: list[int] = []
        free = 0
        for place in places:
            if place < free:
                continue
            free = place + self._read(place, numbers[place])
            if free == place:
                self.stopped = place
                free = self._lines.height
            inside.extend(range(place, free))
            if self.stopped < free:
                break
        self.untouched = self.untouched.scatter(inside, False)

    def _read(self, place: int, number: int) -> int:
        """Read one record. Returns how many lines it took; 0 when it needs more text."""
        text, starts = self._text, self._starts
        start, end = starts[place], starts[place + 1]
        if end - 1 - start > LONGEST:
            self.broken.append((number, text[start : start + LONGEST], TOO_LONG))
            return 1
        limit = min(start + LONGEST, starts[min(place + MOST_LINES, len(starts) - 1)])
        if found := self._record.match(text, start, max(limit, end)):
            if "\0" in found[0]:
                self.broken.append((number, found[0].removesuffix("\n"), NUL))
            else:
                self.numbers.append(number)
                self.records.append(found[0])
            return found[0].count("\n")
        line = text[start : end - 1]
        if self._any_record.fullmatch(text, start, end):
            fields = self._grammar.fields(line)
            if len(fields) > 1 or fields[0].strip(WHITE):
                self.broken.append((number, line, NUL if "\0" in line else str(len(fields))))
            return 1
        if limit == starts[-1] and not self._last:
            return 0
        self.broken.append((number, line, STRAY_QUOTE))
        return 1
