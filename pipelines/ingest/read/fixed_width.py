"""Text in columns of fixed width. Positions are characters, after decoding."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.ingest.adapter import Fil
from pipelines.ingest.read.base import NUL, NUMBER, TEXT, Batch, FileRefused, Source, batched, named
from pipelines.ingest.read.text import CHUNK, LONGEST, TOO_LONG, WHITE, TextFile
from pipelines.ingest.rules import LINE

TOO_SHORT = "för få tecken"


class FixedWidth(Source):
    """A line may lack the spaces at its end, and with them the last column; a shorter one is cut off."""

    def __init__(self, path: Path, fil: Fil, chunk: int = CHUNK) -> None:
        if not fil.positioner:
            raise ValueError("fast_bredd without positioner")
        self._text = TextFile(path, fil, chunk)
        self.encoding = self._text.encoding
        if not self._text.head().strip(WHITE):
            raise FileRefused("FIL_TOM")
        self._places = [(first - 1, length) for first, length in fil.positioner.values()]
        self._above = fil.header_line or 0
        self.header = named(list(fil.positioner))

    def batches(self) -> Iterator[Batch]:
        text = pl.col(TEXT)
        shortest = max(start for start, _ in self._places)
        cells = [
            text.str.slice(start, length).alias(name)
            for name, (start, length) in zip(self.header, self._places, strict=True)
        ]
        for block in self._text.numbered_blocks(after=self._above):
            judged = block.filter(self._text.begins_row(block[TEXT])).with_columns(
                pl.when(text.str.len_chars() > LONGEST)
                .then(pl.lit(TOO_LONG))
                .when(text.str.contains("\0", literal=True))
                .then(pl.lit(NUL))
                .when(text.str.len_chars() < shortest)
                .then(pl.lit(TOO_SHORT))
                .alias(NUMBER)
            )
            sound = pl.col(NUMBER).is_null()
            broken = judged.filter(~sound).select(LINE, text.str.slice(0, LONGEST), NUMBER)
            yield from batched(judged.filter(sound).select(LINE, *cells), broken)
