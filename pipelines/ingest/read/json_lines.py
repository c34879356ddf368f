"""One JSON object per line. Numbers keep the text that they are written with."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import NUL, TEXT, Batch, FileRefused, Source, batched, broken_rows, named
from pipelines.ingest.read.text import CHUNK, LONGEST, TOO_LONG, TextFile
from pipelines.ingest.rules import LINE

NO_OBJECT = "inget JSON-objekt"
NESTED = "ett sammansatt värde"
WORDS = {True: "ja", False: "nej", None: None}

Row = dict[str, str | None]


class JsonLines(Source):
    """The header is every key of the file, in order of appearance: for that, the file is read twice."""

    def __init__(self, path: Path, fil: Fil, chunk: int = CHUNK) -> None:
        self._text = TextFile(path, fil, chunk)
        self.encoding = self._text.encoding
        keys: dict[str, None] = {}
        lines = 0
        for block in self._text.numbered_blocks(after=0):
            for line in self._lines(block)[TEXT]:
                lines += 1
                keys.update(dict.fromkeys(keys_of(line)))
        if not lines:
            raise FileRefused("FIL_TOM")
        if not keys:
            raise FileRefused("FIL_FORMAT", format="jsonl")
        self._keys = list(keys)
        self.header = named(self._keys)

    def batches(self) -> Iterator[Batch]:
        for block in self._text.numbered_blocks(after=0):
            numbers: list[int] = []
            rows: list[Row] = []
            broken: list[tuple[int, str, str]] = []
            for number, line in self._lines(block).iter_rows():
                row = parse(line)
                if isinstance(row, dict):
                    numbers.append(number)
                    rows.append(row)
                else:
                    broken.append((number, line[:LONGEST], row))
            cells = [
                pl.Series(name, [row.get(key) for row in rows], dtype=pl.String)
                for name, key in zip(self.header, self._keys, strict=True)
            ]
            lines = pl.Series(LINE, numbers, dtype=pl.Int64)
            yield from batched(pl.DataFrame([lines, *cells]), broken_rows(broken))

    def _lines(self, block: pl.DataFrame) -> pl.DataFrame:
        return block.filter(self._text.begins_row(block[TEXT]))


def keys_of(line: str) -> Iterable[str]:
    """The keys of a line that may be a row; faster than :func:`parse`."""
    if "\\u" in line:
        row = parse(line)
        return row if isinstance(row, dict) else ()
    found = _decoded(line, _FAST)
    return found if isinstance(found, dict) else ()


def parse(line: str) -> Row | str:
    """The object of one line, its values as text; or what the line has instead."""
    if len(line) > LONGEST:
        return TOO_LONG
    found = _decoded(line, _STRICT)
    if not isinstance(found, dict):
        return NO_OBJECT
    if "\\u" in line and (flaw := _flaw(found)):
        return flaw
    try:
        return {k: v if v.__class__ is str else WORDS[v] for k, v in found.items()}
    except (KeyError, TypeError):
        return NESTED


def _decoded(line: str, decoder: json.JSONDecoder) -> Any:
    """What a line of JSON says; None also when it is not JSON."""
    text = line.strip(" \t")
    try:
        found, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if end == len(text) else None


def _flaw(found: dict[str, Any]) -> str | None:
    """What escapes can write that is no text."""
    text = "".join([*found, *(value for value in found.values() if isinstance(value, str))])
    if "\0" in text:
        return NUL
    return NO_OBJECT if any("\ud800" <= letter <= "\udfff" for letter in text) else None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. One that has a key twice would lose a value."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError


_FAST = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number)
_STRICT = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_distinct
)
