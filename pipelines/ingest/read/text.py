"""Text files: bytes to lines, strictly decoded, in blocks of bounded size.

An encoding is never guessed silently: the whole file must be text in it, and a file that is valid UTF-8 is
refused under a single-byte code page, where every ``å`` would become two other letters.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

import polars as pl

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import TEXT, FileRefused
from pipelines.ingest.rules import LINE

CHUNK = 8 * 1024 * 1024
"""Bytes read at a time: some 80 000 rows of twelve columns."""

LONGEST = 1_000_000
"""Characters. A longer line is broken, and only its beginning is kept: memory is bounded."""

TOO_LONG = "mer än en miljon tecken"

WHITE = "".join(
    map(chr, [*range(9, 14), 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288])
)
"""What polars strips, so that Python strips the same."""

UTF8 = "utf-8"
UPPER_HALF = bytes(range(0x80, 0x100))
BOM = "\ufeff"
CONTROLS = bytes(range(0x80, 0xA0))
"""Control characters of the ISO 8859 family, which nobody writes: a file that has them is in another
code page, such as cp1252, which has its dashes and quotes there."""


class TextFile:
    """Lines of a text file. ``encoding`` is the first allowed one in which the whole file decodes; when only
    one is allowed, that is checked while the file is read. Raises FileRefused (FIL_KODNING)."""

    def __init__(self, path: Path, fil: Fil, chunk: int) -> None:
        self._path, self._chunk = path, chunk
        self._allowed = fil.encodings
        self.encoding = self._allowed[0] if len(self._allowed) == 1 else self._choose()
        self._skip = any_of(fil.hoppa_over)
        # A carriage return alone ends lines only where nothing else does; elsewhere it is white space.
        beginnings = self._decoded(self.encoding, min(chunk, LONGEST))
        self._lone_return = " " if any("\n" in text for text in beginnings) else "\n"

    def _choose(self) -> str:
        furthest = 0
        for encoding in self._allowed:
            try:
                for _ in self._decoded(encoding, self._chunk):
                    pass
            except FileRefused as refusal:
                furthest = max(furthest, refusal.line or 0)
            else:
                return encoding
        raise self._refusal(furthest)

    def _refusal(self, line: int) -> FileRefused:
        return FileRefused("FIL_KODNING", line=line, kodning=" eller ".join(self._allowed))

    def _decoded(self, encoding: str, chunk: int) -> Iterator[str]:
        """The file's text as it comes, less its byte order mark."""
        decoder = codecs.getincrementaldecoder(encoding)()
        watch = Utf8Watch() if is_single_byte(encoding) else None
        name = codecs.lookup(encoding).name
        line, first = 1, True
        with self._path.open("rb") as file:
            mark = file.read(4)
            file.seek(0)
            if (watch and mark.startswith(codecs.BOM_UTF8)) or lacks_mark(encoding, mark):
                raise self._refusal(1)
            for data in chunks(file, chunk):
                plain = not watch or len(data.translate(None, CONTROLS)) == len(data)
                try:
                    # Where cp1252 is the same as Latin-1 the latter is ten times faster.
                    faster = data.decode("latin-1") if name == "cp1252" and plain else None
                    text = decoder.decode(data, final=not data) if faster is None else faster
                except UnicodeError as error:
                    raise self._refusal(line + _lines_before_fault(error)) from None
                if name.startswith("iso8859") and not plain:
                    raise self._refusal(line + _lines_before(data, CONTROLS))
                if watch and watch.is_utf8(data, line):
                    raise self._refusal(watch.line)
                if first and text:
                    text, first = text.removeprefix(BOM), False
                line += _line_ends(text)
                yield text

    def blocks(self, chunk: int) -> Iterator[str]:
        """Whole lines, parted by ``\\n`` and without the last one. A line that is longer than LONGEST may be
        shortened, but stays longer than LONGEST."""
        pending: str | None = None
        for text in self._with_line_feeds(chunk):
            lines, line_end, rest = text.rpartition("\n")
            if line_end:
                yield (pending or "") + lines
                pending = rest or None
            elif rest and len(pending or "") <= LONGEST:
                pending = (pending or "") + rest
        if pending:
            yield pending

    def _with_line_feeds(self, chunk: int) -> Iterator[str]:
        held = ""
        for decoded in self._decoded(self.encoding, chunk):
            text, held = held + decoded, ""
            if text.endswith("\r"):
                text, held = text[:-1], "\r"
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", self._lone_return)
            yield text
        if held:
            yield self._lone_return

    def head(self) -> str:
        """The beginning of the text, LONGEST characters of it if there are so many."""
        text = ""
        for block in self.blocks(min(self._chunk, LONGEST)):
            text += block + "\n"
            if len(text) >= LONGEST:
                break
        return text[:LONGEST]

    def numbered_blocks(self, after: int) -> Iterator[pl.DataFrame]:
        """Blocks of lines (LINE, TEXT) below line number ``after``; blank lines are among them."""
        number = 1
        for block in self.blocks(self._chunk):
            lines = numbered(block, number)
            number += lines.height
            if number - 1 > after:
                yield lines.filter(pl.col(LINE) > after) if lines.item(0, LINE) <= after else lines

    def begins_row(self, lines: pl.Series) -> pl.Series:
        """Which lines may begin a row: those that are neither blank nor named by ``hoppa_over``."""
        filled = lines.str.strip_chars() != ""
        if self._skip is None:
            return filled
        return filled & pl.Series([not self._skip(line) for line in lines], dtype=pl.Boolean)


def any_of(patterns: list[str]) -> Callable[[str], bool] | None:
    """Whether any of these regular expressions is found anywhere in a line; None when there are none."""
    each = [re.compile(pattern) for pattern in patterns]  # one by one: each may begin with flags of its own
    return (lambda line: any(pattern.search(line) for pattern in each)) if each else None


class Utf8Watch:
    """Watches the bytes of a file that should be in a single-byte code page. ``line``: its first line that
    is not plain ASCII."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder(UTF8)()
        self._possible = True
        self.line = 0

    def is_utf8(self, data: bytes, line: int) -> bool:
        """Whether it is certain, which it is at the end: when there is no more ``data``."""
        if not data.isascii() and not self.line:
            self.line = line + _lines_before(data, UPPER_HALF)
        if self._possible and self.line:
            try:
                self._decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                self._possible = False
        return not data and self._possible and bool(self.line)


def is_single_byte(encoding: str) -> bool:
    """Whether each byte is a character of its own, and not all of the upper half are undefined."""
    text = UPPER_HALF.decode(encoding, "replace")
    return len(text) == len(UPPER_HALF) and text.count("\ufffd") < len(UPPER_HALF) // 2


def lacks_mark(encoding: str, beginning: bytes) -> bool:
    """Whether the encoding has two byte orders and the file, not being empty, does not say which."""
    marks = {
        "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
        "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    }
    expected = marks.get(codecs.lookup(encoding).name)
    return bool(expected and beginning) and not beginning.startswith(expected or ())


def numbered(block: str, first: int) -> pl.DataFrame:
    """The lines of a block as LINE and TEXT."""
    lines = pl.Series(TEXT, [block]).str.split("\n").explode()
    return pl.DataFrame([pl.int_range(first, first + lines.len(), eager=True).alias(LINE), lines])


def chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The bytes of a file, and at last none: that is the end."""
    while data := file.read(size):
        yield data
    yield b""


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _lines_before(data: bytes, wanted: bytes) -> int:
    """Line ends before the first of the wanted bytes, which is there."""
    found = re.search(b"[" + re.escape(wanted) + b"]", data)
    return _line_ends(data[: found.start()].decode("latin-1")) if found else 0


def _lines_before_fault(error: UnicodeError) -> int:
    if not isinstance(error, UnicodeDecodeError):
        return 0
    return _line_ends(error.object[: error.start].decode("latin-1"))


def count_lines(path: Path, fil: Fil) -> int:
    """Rows of a text file that cannot be read: its lines that are neither header, blank nor skipped. What is
    blank may depend on the encoding: it is the one of the reader, if the whole file is text in one."""
    try:
        encoding = TextFile(path, fil, CHUNK).encoding
    except FileRefused:
        encoding = fil.encodings[0]
    skip = any_of(fil.hoppa_over)
    first = fil.header_line or 1
    header = fil.header_line is not None
    rows = 0
    with path.open(encoding=encoding, errors="replace") as file:
        for number, line in enumerate(_line_beginnings(file), 1):
            if number < first or not line.strip(WHITE + BOM + "\0"):
                continue
            if header:
                header = False
            elif not (skip and skip(line)):
                rows += 1
    return rows


def _line_beginnings(file: TextIO) -> Iterator[str]:
    """Each line, or its first LONGEST characters."""
    within = False
    while piece := file.readline(LONGEST):
        if not within:
            yield piece
        within = not piece.endswith("\n")
