"""The indicator portal: static HTML that opens from a folder, with no server and no network.

``index.html`` lists the indicators of each municipality; ``indikator/<id>.html`` has the definition, the
chart and the table of one; ``kalender.html`` says what is to be measured when. Each page carries its own data
as JSON, and without JavaScript it still shows the definition and the yearly totals. Numbers travel as decimal
text, so that the browser rounds exactly.
"""

import os
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.reports import calendar, said, wording
from pipelines.reports.card import lines
from pipelines.reports.format import (
    OK,
    SYMBOLS,
    UNITS,
    component,
    component_symbol,
    exact,
    measure,
    value_heading,
)
from pipelines.reports.published import TOTAL, Family, Fulfilment, Indicator, Published, Value, shown

HERE = Path(__file__).parent
VEGA_LITE = "6.4"
VEGA_SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega;"
LICENCE = "Vega, Vega-Lite, Vega-Embed: (c) University of Washington Interactive Data Lab. BSD-3-Clause."
SO_FAR = " hittills"
"""Follows the name of a period that was not over at the as-of date."""

Cells = dict[tuple[str, str, str, str], Value]


def write(published: Path, target: Path) -> Path:
    """Write the portal of the release folder ``published`` into ``target``; returns its ``index.html``."""
    (target / "indikator").mkdir(parents=True, exist_ok=True)
    _assets(target / "assets")
    with Published(published) as source:
        pages = _environment(source)
        rows: dict[str, dict[str, Row]] = defaultdict(dict)
        for indicator in source.indikatorer:
            values = source.values(indikator_id=indicator.indikator_id)
            by_kommun = {key: list(group) for key, group in groupby(values, key=lambda v: v.kommun)}
            for kommun in source.kommuner:
                cells = shown(by_kommun.get(kommun, []), indicator.konvention)
                rows[kommun][indicator.indikator_id] = _row(source, indicator, kommun, cells)
            folder = target / "indikator"
            page = _indicator_page(source, indicator, by_kommun)
            (folder / f"{indicator.indikator_id}.html").write_text(
                pages.get_template("indikator.html").render(page), encoding="utf-8"
            )
            versions = source.versions[indicator.indikator_id]
            _write_csv(folder / f"{indicator.indikator_id}.csv", source, versions, values)
        index = target / "index.html"
        sections = [
            _section(source, kommun, rows[kommun], workbook_link(published, kommun, target))
            for kommun in source.kommuner
        ]
        index.write_text(
            pages.get_template("index.html").render(root="", sections=sections), encoding="utf-8"
        )
        year = calendar.year(source.indikatorer)
        (target / "kalender.html").write_text(
            pages.get_template("kalender.html").render(root="", months=year), encoding="utf-8"
        )
    return index


def workbook_link(published: Path, kommun: str, target: Path) -> str | None:
    """Relative address of the municipality's workbook, when it has been written."""
    file = published / "reports" / kommun / f"indikatorer_{kommun}.xlsx"
    return Path(os.path.relpath(file, target)).as_posix() if file.exists() else None


# The start page ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One indicator of one municipality on the start page."""

    indicator: Indicator
    latest: tuple[str, str] | None
    previous: tuple[str, str] | None
    recent: tuple[str, str] | None
    sparkline: list[str]
    status: str
    status_text: str
    is_measured: bool
    """Whether any period has a figure, be it protected."""

    @property
    def search(self) -> str:
        """What the search box looks in."""
        i = self.indicator
        texts = (i.namn, i.fraga, i.taljare_text, i.namnare_text, i.lagrum, i.rakneenhet, i.indikator_id)
        return " ".join(text for text in texts if text).casefold()


@dataclass(frozen=True)
class Section:
    """One municipality on the start page."""

    kommun: str
    namn: str
    lage_per: str
    workbook: str | None
    comment: tuple[str, str] | None
    families: list[tuple[Family, list[Row]]]
    unmeasured: list[Row]


def _section(source: Published, kommun: str, rows: dict[str, Row], workbook: str | None) -> Section:
    families = [
        (family, [rows[i.indikator_id] for i in source.of_family(family)]) for family in source.familjer
    ]
    return Section(
        kommun,
        source.kommuner[kommun],
        str(source.lage_per.get(kommun, "")),
        workbook,
        next(((wording.period(c.period), said.comment(c)) for c in source.comments_on_periods(kommun)), None),
        [
            (family, measured)
            for family, found in families
            if (measured := [r for r in found if r.is_measured])
        ],
        [row for _, found in families for row in found if not row.is_measured],
    )


def _row(source: Published, indicator: Indicator, kommun: str, cells: Cells) -> Row:
    """The latest two years, the latest shorter period, and what there is to say about them."""
    whole = [v for v in cells.values() if v.uppdelning == TOTAL and v.complete]
    totals = {periodtyp: [v for v in whole if v.periodtyp == periodtyp] for periodtyp in wording.PERIOD_TYPES}
    years = totals["ar"]
    short = next((totals[p] for p in ("kvartal", "tertial", "delar", "manad") if totals[p]), [])
    latest = years[-1] if years else None
    printed = [(wording.period(v.period), _print(indicator, v, unit=True)) for v in years[-2:]]
    status = latest.status if latest else "saknas"
    text = wording.STATUSES[status]
    if latest and latest.varde is not None:
        status, text = _goal(source.fulfilment(latest))
    return Row(
        indicator,
        latest=printed[-1] if printed else None,
        previous=printed[-2] if len(printed) > 1 else None,
        recent=(wording.period(short[-1].period), _print(indicator, short[-1], unit=True)) if short else None,
        sparkline=sparkline([v.varde for v in short[-12:]]),
        status=status,
        status_text=text,
        is_measured=any(v.status in {OK, "rojandeskyddad"} for v in cells.values()),
    )


GOALS = {"uppfyllt": "mal_nas", "delvis": "mal_delvis", "ej": "mal_nas_inte"}


def _goal(found: Fulfilment | None) -> tuple[str, str]:
    """Whether the target is met, in words; nothing to say where there is none, or none that can be tried."""
    if found is None or found.utfall is None:
        return OK, ""
    return GOALS[found.utfall], f"{said.outcome(found)}: {found.regel_text}"


def sparkline(values: list[Decimal | None], width: int = 120, height: int = 28) -> list[str]:
    """The values as SVG paths in a ``width`` × ``height`` box from zero up: one path per unbroken stretch."""
    highest = max((v for v in values if v is not None), default=None)
    if highest is None:
        return []
    lowest = min(Decimal(0), *(v for v in values if v is not None))
    step = (width - 6) / max(len(values) - 1, 1)
    scale = (height - 6) / float((highest - lowest) or 1)
    points = [
        None if v is None else f"{3 + place * step:.1f},{height - 3 - float(v - lowest) * scale:.1f}"
        for place, v in enumerate(values)
    ]
    stretches = [list(group) for known, group in groupby(points, key=lambda p: p is not None) if known]
    # A lone point is drawn as a line of no length, which a round cap turns into a dot.
    return ["M" + " L".join(str(p) for p in (s if len(s) > 1 else s * 2)) for s in stretches]


# One indicator -------------------------------------------------------------------------------------------


def _indicator_page(
    source: Published, indicator: Indicator, by_kommun: dict[str, list[Value]]
) -> dict[str, Any]:
    versions = source.versions[indicator.indikator_id]
    years = {
        kommun: [
            {
                "period": wording.period(v.period) + ("" if v.complete else SO_FAR),
                "taljare": component(v.taljare, v.status),
                "namnare": component(v.namnare, v.status),
                "varde": _print(indicator, v),
                "mal": _print_goal(source, indicator, kommun, v),
                "maluppfyllelse": _fulfilment(source, v),
                "kommentar": _comment(source, v),
                "status": "" if v.status == OK else wording.STATUSES[v.status],
            }
            for key, v in shown(by_kommun.get(kommun, []), indicator.konvention).items()
            if key[:2] == ("ar", TOTAL)
        ]
        for kommun in source.kommuner
    }
    return {
        "root": "../",
        "indicator": indicator,
        "family": next(f for f in source.familjer if f.familj == indicator.familj),
        "card": lines(indicator),
        "earlier": [(i, lines(i)) for i in versions if i.definitionsversion < indicator.definitionsversion],
        "years": years,
        "said": [
            (name, heading)
            for name, heading in (("maluppfyllelse", "Måluppfyllelse"), ("kommentar", "Kommentar"))
            if any(row[name] for rows in years.values() for row in rows)
        ],
        "value_heading": value_heading(indicator.mattenhet),
        "convention_note": wording.convention_note(indicator.konvention),
        "data": _page_data(source, indicator, by_kommun),
    }


def _page_data(source: Published, indicator: Indicator, by_kommun: dict[str, list[Value]]) -> dict[str, Any]:
    """Everything the page's script needs: the periods of each type once, and a series per group."""
    periods: dict[str, dict[str, Value]] = defaultdict(dict)
    for values in by_kommun.values():
        for v in values:
            periods[v.periodtyp].setdefault(v.period, v)
    order: dict[str, list[str]] = {}
    for periodtyp in sorted(periods, key=_longest_first):
        found = list(periods[periodtyp].values())
        order[periodtyp] = [v.period for v in sorted(found, key=lambda v: v.period_start)]
    return {
        "id": indicator.indikator_id,
        "namn": indicator.namn,
        "mattenhet": indicator.mattenhet,
        "enhet": UNITS.get(indicator.mattenhet, indicator.mattenhet),
        "decimaler": indicator.decimaler,
        "harNamnare": indicator.namnare_text is not None,
        "konvention": indicator.konvention,
        "vardeRubrik": value_heading(indicator.mattenhet),
        "kommuner": [
            {"id": kommun, "namn": namn, "lagePer": str(source.lage_per.get(kommun, ""))}
            for kommun, namn in source.kommuner.items()
        ],
        "utgava": source.vintage.vintage,
        "periodtyper": {p: wording.PERIOD_TYPES.get(p, p) for p in order},
        "perioder": {
            p: [
                {
                    "id": name,
                    "namn": wording.period(name),
                    "kort": wording.short_period(name),
                    "slut": str(periods[p][name].period_slut),
                }
                for name in names
            ]
            for p, names in order.items()
        },
        "serier": [s for values in by_kommun.values() for s in _series(source, values, order)],
        "mal": {kommun: _texts(source.mal.get((indicator.indikator_id, kommun), {})) for kommun in by_kommun},
        "symboler": SYMBOLS,
        "delsymboler": {status: component_symbol(status) for status in SYMBOLS},
        "statusar": wording.STATUSES | {OK: ""},
        "hittills": SO_FAR,
    }


def _series(source: Published, values: list[Value], order: dict[str, list[str]]) -> list[dict[str, Any]]:
    """One municipality's values, column by column: one place per period of the type, null where empty.

    ``m`` (targets) and ``k`` (comments) are left out where nothing is said.
    """
    found: list[dict[str, Any]] = []
    for convention in sorted({v.konvention for v in values}, key=str):
        cells = shown(values, convention)
        groups = {key[:3]: v for key, v in cells.items()}
        for (periodtyp, uppdelning, grupp), first in groups.items():
            row = [cells.get((periodtyp, uppdelning, grupp, period)) for period in order[periodtyp]]
            found.append(
                {
                    "kommun": first.kommun,
                    "periodtyp": periodtyp,
                    "uppdelning": uppdelning,
                    "uppdelningNamn": wording.breakdown(uppdelning),
                    "grupp": first.grupp_namn,
                    "konvention": convention,
                    "t": [_text(v.taljare) if v else None for v in row],
                    "n": [_text(v.namnare) if v else None for v in row],
                    "v": [_text(v.varde) if v else None for v in row],
                    "s": [v.status if v else None for v in row],
                    "d": [v.definitionsversion if v else None for v in row],
                }
            )
            for name, of in (("m", _fulfilment), ("k", _comment)):
                texts = [of(source, v) if v else "" for v in row]
                if any(texts):
                    found[-1][name] = texts
    return found


def _write_csv(file: Path, source: Published, versions: list[Indicator], values: list[Value]) -> None:
    """For Excel in Swedish: semicolon, BOM and decimal comma. Shares are 0–1, unrounded."""
    cards = {i.definitionsversion: i for i in versions}
    units = {i.definitionsversion: UNITS.get(i.mattenhet, i.mattenhet) for i in versions}
    units |= {i.definitionsversion: "andel" for i in versions if i.mattenhet == "andel"}
    parts = {status: component_symbol(status) for status in SYMBOLS}
    frame = pl.DataFrame(
        {
            "Indikator-id": [v.indikator_id for v in values],
            "Indikator": [cards[v.definitionsversion].namn for v in values],
            "Definitionsversion": [v.definitionsversion for v in values],
            "Kommunkod": [v.kommun for v in values],
            "Kommun": [source.kommuner[v.kommun] for v in values],
            "Periodtyp": [wording.PERIOD_TYPES.get(v.periodtyp, v.periodtyp) for v in values],
            "Period": [v.period for v in values],
            "Från och med": [v.period_start for v in values],
            "Till och med": [v.period_slut for v in values],
            "Uppdelning": [wording.breakdown(v.uppdelning) for v in values],
            "Grupp": [v.grupp_namn for v in values],
            "Täljare": _exact([v.taljare for v in values], [parts.get(v.status) for v in values]),
            "Nämnare": _exact([v.namnare for v in values], [parts.get(v.status) for v in values]),
            "Värde": _exact([v.varde for v in values], [SYMBOLS.get(v.status) for v in values]),
            "Enhet": [units[v.definitionsversion] for v in values],
            "Räkneenhet": [cards[v.definitionsversion].rakneenhet for v in values],
            "Konvention": [v.konvention for v in values],
            "Regelversion": [v.regelversion for v in values],
            "Status": [wording.STATUSES[v.status] for v in values],
            "Läge per": [v.lage_per for v in values],
            "Utgåva": [source.vintage.vintage] * len(values),
        },
        strict=False,
    )
    frame.write_csv(file, separator=";", include_bom=True, line_terminator="\r\n")


def _exact(numbers: list[Decimal | None], symbols: list[str | None]) -> pl.Series:
    """The numbers in a file's form; the symbol where there is no number."""
    text = exact(pl.Series(numbers, dtype=pl.Decimal(38, 6)))
    return text.zip_with(text.is_not_null(), pl.Series(symbols, dtype=pl.String))


# Shared ----------------------------------------------------------------------------------------------------


def _environment(source: Published) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "vintage": source.vintage,
        "latest": source.latest,
        "kommuner": source.kommuner,
        "lage_per": source.lage_per,
        "suppression": wording.suppression(source.vintage.troskel),
        "symbols": [(SYMBOLS[status], text) for status, text in wording.STATUS_EXPLANATIONS.items()],
        "convention_note": wording.convention_note,
        "collected": wording.COLLECTED,
    }
    return environment


def _assets(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("portal.css", "portal.js"):
        (folder / name).write_bytes((HERE / "assets" / name).read_bytes())
    (folder / "vega.js").write_text(_vega(), encoding="utf-8")


@cache
def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script of 900 kB. Making it takes seconds: once per process."""
    bundle = vl_convert.javascript_bundle(VEGA_SNIPPET, VEGA_LITE)
    return f"/* {LICENCE} */\n{bundle}"


def _print(indicator: Indicator, value: Value, *, unit: bool = False) -> str:
    return measure(value.varde, value.status, indicator.mattenhet, indicator.decimaler, unit=unit)


def _print_goal(source: Published, indicator: Indicator, kommun: str, value: Value) -> str:
    goal = source.mal.get((indicator.indikator_id, kommun), {}).get(value.period)
    return "" if goal is None else measure(goal, OK, indicator.mattenhet, indicator.decimaler)


def _fulfilment(source: Published, value: Value) -> str:
    found = source.fulfilment(value)
    return said.fulfilment(found) if found else ""


def _comment(source: Published, value: Value) -> str:
    found = source.comment(value)
    return said.comment(found) if found else ""


def _text(value: Decimal | None) -> str | None:
    """Plain decimal text without needless zeros: 255.0000 is "255"."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _texts(goals: dict[str, Decimal]) -> dict[str, str | None]:
    return {period: _text(goal) for period, goal in goals.items()}


def _longest_first(periodtyp: str) -> int:
    known = list(wording.PERIOD_TYPES)
    return known.index(periodtyp) if periodtyp in known else len(known)
