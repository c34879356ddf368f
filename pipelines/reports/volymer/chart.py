"""The tables as pictures, drawn offline by the Vega that the portal ships: the same printed numbers."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import vl_convert

from pipelines.reports.volymer import figures
from pipelines.reports.volymer.document import Table

COLORS = ["#14506e", "#b4571b", "#4d7c3a", "#7b4b94", "#8a6d1f", "#55605f"]
CONFIG = {
    "font": "Liberation Sans, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelLimit": 220, "grid": True, "gridColor": "#e4e1d8"},
    "legend": {"labelLimit": 260},
}


def columns(table: Table) -> dict[str, Any] | None:
    """Bars per column, one picture per section; None when no cell has a number. A sum is no bar, and neither
    is a row in a unit of its own.
    """
    pictures = []
    for name, lines in table.sections:
        values = [
            {"kolumn": heading, "rad": line.heading.split(",")[0], "varde": float(figure.printed)}
            for line in lines
            if line.charted
            for heading, figure in zip(table.shown, line.figures, strict=False)
            if figure.printed is not None
        ]
        if values:
            picture = _bars(name, values, list(table.shown), table.unit)
            if table.stacked:
                del picture["encoding"]["xOffset"]
            pictures.append(picture)
    return _page({"concat": pictures, "columns": 2}) if pictures else None


def _bars(title: str, values: list[dict[str, Any]], order: list[str], unit: str) -> dict[str, Any]:
    rows = list(dict.fromkeys(v["rad"] for v in values))
    return {
        "title": {"text": title, "anchor": "start", "fontSize": 12},
        "width": 300,
        "height": 150,
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "kolumn",
                "sort": order,
                "title": None,
                "scale": {"domain": order},
                "axis": {"labelAngle": 0, "grid": False, "labelExpr": "split(datum.label, ' ')"},
            },
            "xOffset": {"field": "rad", "sort": rows},
            "y": {
                "field": "varde",
                "type": "quantitative",
                "title": unit,
                "axis": {"format": ",d", "tickMinStep": 1},
            },
            "color": {
                "field": "rad",
                "title": None,
                "scale": {"domain": rows, "range": COLORS[: len(rows)]},
                "legend": {"orient": "bottom", "columns": 2},
            },
        },
    }


def parts(table: Table) -> dict[str, Any] | None:
    """The deviations of an explanation, split: surplus to the right, deficit to the left. None when nothing
    is split.
    """
    at = {part: table.headings.index(part.capitalize()) - 1 for part in figures.PARTS}
    values = [
        {"rad": f"{name}: {line.heading}", "del": part.capitalize(), "varde": float(printed)}
        for name, lines in table.sections
        for line in lines
        for part, place in at.items()
        if (printed := line.figures[place].printed) is not None
    ]
    if not any(v["varde"] for v in values):
        return None
    rows = list(dict.fromkeys(v["rad"] for v in values))
    names = [part.capitalize() for part in figures.PARTS]
    return _page(
        {
            "width": 420,
            "height": {"step": 20},
            "data": {"values": values},
            "mark": "bar",
            "encoding": {
                "y": {
                    "field": "rad",
                    "sort": rows,
                    "title": None,
                    "axis": {"labelLimit": 340, "grid": False},
                },
                "x": {
                    "field": "varde",
                    "type": "quantitative",
                    "title": table.unit,
                    "axis": {"format": "+,d"},
                },
                "color": {
                    "field": "del",
                    "title": None,
                    "scale": {"domain": names, "range": COLORS[: len(names)]},
                    "legend": {"orient": "top"},
                },
            },
        }
    )


def pictures(tables: Sequence[Table], split: Sequence[Table] = ()) -> list[tuple[dict[str, Any], str]]:
    """A picture of each table, and of the parts of those in ``split``, with what it shows in words."""
    found = [
        (columns(table), f"Stapeldiagram: {table.title} ({table.unit}). {_where(table)}") for table in tables
    ]
    for table in split:
        words = f"Stapeldiagram: {table.title}, delat i volym, pris och ej uppdelad ({table.unit})."
        found.append((parts(table), f"{words} {_where(table)}"))
    return [(picture, words) for picture, words in found if picture]


def _where(table: Table) -> str:
    return f"Värdena står i tabellen {table.title}."


def png(spec: dict[str, Any]) -> bytes:
    return bytes(vl_convert.svg_to_png(svg(spec), scale=2.0))


def svg(spec: dict[str, Any]) -> str:
    return _draw(json.dumps(spec))


@cache
def _draw(spec: str) -> str:
    return str(vl_convert.vegalite_to_svg(json.loads(spec), format_locale=_locale()))


def _locale() -> dict[str, Any]:
    return {
        "decimal": ",",
        "thousands": "\u00a0",
        "grouping": [3],
        "currency": ["", "\u00a0kr"],
        "minus": "\u2212",
    }


def _page(picture: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "resolve": {"scale": {"color": "independent", "xOffset": "independent"}},
        "config": CONFIG,
    } | picture
