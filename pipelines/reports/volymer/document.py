"""What is written, whatever the form: tables, pictures, text and proof of one report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.reports.listbook import Column
from pipelines.reports.volymer.figures import Figure, Row


@dataclass(frozen=True)
class Line:
    """One row of a table. ``total``: it is the sum of the others in its section. ``own_unit``: its figures
    are not in the unit of the table.
    """

    heading: str
    figures: tuple[Figure, ...]
    total: bool = False
    own_unit: bool = False

    @property
    def charted(self) -> bool:
        """It has a bar of its own in the chart of its section."""
        return not (self.total or self.own_unit)


@dataclass(frozen=True)
class Table:
    """A printed table in sections. ``headings[0]`` is that of the rows. ``signed``: the first column whose
    numbers have a sign. ``charted``: how many columns, the first ones, its chart shows; all of them unless
    said. ``stacked``: the chart stacks the rows instead of having them beside each other.
    """

    id: str
    title: str
    unit: str
    headings: tuple[str, ...]
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    notes: tuple[str, ...] = ()
    signed: int = 99
    charted: int | None = None
    stacked: bool = False

    def texts(self, line: Line) -> list[str]:
        """The row as it is printed, its heading first."""
        shown = (f.signed if n >= self.signed else f.text for n, f in enumerate(line.figures, 1))
        return [line.heading, *shown]

    @property
    def lines(self) -> Iterator[Line]:
        for _, lines in self.sections:
            yield from lines

    @property
    def shown(self) -> tuple[str, ...]:
        """The headings of the columns in its chart."""
        return self.headings[1:] if self.charted is None else self.headings[1 : self.charted + 1]


@dataclass(frozen=True)
class Document:
    """One report of one municipality. ``tables`` come first, ``explaining`` after the text, each with the
    name of its sheet in Excel. ``pictures`` are Vega-Lite specifications with what they show in words.
    ``data`` is unrounded, in ``columns``.
    """

    name: str
    title: str
    kommun_namn: str
    lage_per: date
    footer: str
    template_mark: str
    tables: Sequence[tuple[str, Table]]
    notes: Sequence[str]
    pictures: Sequence[tuple[dict[str, Any], str]]
    text: Sequence[tuple[str, list[str]]]
    explaining: Sequence[Table]
    explanations: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    data: Sequence[Row]
