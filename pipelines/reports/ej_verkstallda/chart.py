"""The stock over the quarters as a picture, drawn offline by the Vega that the portal ships."""

from functools import cache
from typing import Any

import vl_convert

from pipelines.reports.ej_verkstallda import sentences
from pipelines.reports.ej_verkstallda.round import Row
from pipelines.reports.wording import short_period

SERIES = {"antal_beslut": "Från beslutet", "antal_avbrott": "Efter avbrott"}
COLORS = ["#14506e", "#b4571b"]


def png(series: list[Row]) -> bytes:
    """Stacked bars per quarter, 16 × 7 cm."""
    values = [
        {"kvartal": short_period(row["kvartal"]), "serie": name, "antal": row[key], "ordning": place}
        for row in series
        for place, (key, name) in enumerate(SERIES.items())
    ]
    return _draw(tuple(tuple(sorted(v.items())) for v in values))


@cache
def _draw(values: tuple[tuple[tuple[str, Any], ...], ...]) -> bytes:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 620,
        "height": 220,
        "data": {"values": [dict(v) for v in values]},
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "kvartal",
                "type": "ordinal",
                "sort": None,
                "title": None,
                "axis": {"labelAngle": 0},
            },
            "y": {
                "field": "antal",
                "type": "quantitative",
                "title": "Antal",
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "color": {
                "field": "serie",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(SERIES.values()), "range": COLORS},
                "legend": {"orient": "top"},
            },
            "order": {"field": "ordning"},
        },
        "config": {"font": "Liberation Sans, Arial, sans-serif", "view": {"stroke": None}},
    }
    return bytes(vl_convert.vegalite_to_png(spec, scale=2.0))


def alt(series: list[Row]) -> str:
    """What the picture shows, in words."""
    points = [f"{sentences.quarter(r['kvartal'])} {r['antal_beslut'] + r['antal_avbrott']}" for r in series]
    return f"Stapeldiagram över antal ej verkställda beslut på varje omgångs brytdag: {', '.join(points)}."
