"""Files of Kolada's shape → one frame, and what was refused with its reason."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from pipelines.kolada.shape import KEY, SCHEMA, Group, Named, Page, Row, reasons

REJECTED: dict[str, Any] = {"fil": pl.String, "rad": pl.Int64, "skal": pl.String}
TWICE = "samma siffra finns flera gånger, med olika värden"


@dataclass(frozen=True)
class Kolada:
    """What the files hold. ``values`` has the columns of ``shape.SCHEMA``, sorted by its key, each key once.
    ``rejected`` has file, row (its place in the file's list from 1; null is the whole file) and the reason.
    """

    values: pl.DataFrame
    groups: tuple[Group, ...]
    titles: dict[str, str]
    rejected: pl.DataFrame


def read(path: Path) -> Kolada:
    """Read a file, or every ``.json`` in a folder and the folders in it.

    Nothing is left out silently: a row that cannot be understood is in ``rejected``, and so are all rows of a
    figure that is given twice with different values, since one of them would win at random. Raises
    FileNotFoundError when there is no such file.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise FileNotFoundError(f"Mappen {path} har ingen fil som slutar på .json")
    reader = _Reader()
    for file in files:
        reader.file(file, file.relative_to(path).as_posix() if path.is_dir() else file.name)
    return reader.done()


@dataclass
class _Reader:
    figures: dict[tuple[Any, ...], list[tuple[tuple[Any, ...], str, int]]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, int | None, str]] = field(default_factory=list)

    def file(self, file: Path, name: str) -> None:
        try:
            rows = Page.model_validate(json.loads(file.read_bytes())).values
        except json.JSONDecodeError as error:
            self.refused.append((name, None, f"inte hel JSON: rad {error.lineno}, tecken {error.colno}"))
        except (UnicodeDecodeError, RecursionError):
            self.refused.append((name, None, "inte JSON i UTF-8"))
        except ValidationError as error:
            self.refused.append((name, None, f"inte ett svar i Koladas form: {reasons(error)}"))
        else:
            for number, row in enumerate(rows, 1):
                try:
                    self._row(row, name, number)
                except ValidationError as error:
                    self.refused.append((name, number, reasons(error)))

    def _row(self, row: Any, name: str, number: int) -> None:
        keys = row.keys() if isinstance(row, dict) else set()
        if "members" in keys:
            group = Group.model_validate(row)
            self.groups[group.id] = group
        elif keys & {"kpi", "values"}:
            of = Row.model_validate(row)
            for value in of.values:
                key = (of.kpi, of.municipality, of.period, value.gender)
                figure = (value.value, value.count, value.status)
                self.figures.setdefault(key, []).append((figure, name, number))
        elif {"id", "title"} <= keys:
            named = Named.model_validate(row)
            self.titles[named.id] = named.title
        else:
            self.refused.append((name, number, "varken siffror, grupp eller namn"))

    def done(self) -> Kolada:
        rows = []
        for key, given in self.figures.items():
            if len({figure for figure, _, _ in given}) > 1:
                what = f"{TWICE}: {' '.join(key)}"
                self.refused += [(name, number, what) for _, name, number in given]
            else:
                rows.append(key + given[0][0])
        return Kolada(
            pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(KEY),
            tuple(self.groups.values()),
            self.titles,
            pl.DataFrame(self.refused, schema=REJECTED, orient="row").sort("fil", "rad", "skal"),
        )
