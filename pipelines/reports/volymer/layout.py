"""Which columns and comparisons are printed for a period: ``layout.yaml`` made definite for one year."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.reports.wording import MONTHS

FILE = Path(__file__).with_name("layout.yaml")
DELAR = re.compile(r"(\d{4})-D([12])")
YEAR = re.compile(r"(\d{4})")
MONTHS_OF_DELAR = {"1": 4, "2": 8}


@dataclass(frozen=True)
class Column:
    """One printed column: what it is called, and which series and period stand in it."""

    id: str
    heading: str
    serie: str
    periodtyp: str
    period: str


@dataclass(frozen=True)
class Comparison:
    """One comparison with its table heading, and the words that begin its sentence."""

    serie: str
    jamforelse: str
    periodtyp: str
    period: str
    heading: str
    sentence: str | None


@dataclass(frozen=True)
class Layout:
    """The printed form of ``period``. ``unit``: one and several of what the volumes count."""

    period: str
    periodtyp: str
    year: int
    months: int
    unit: tuple[str, str]
    columns: tuple[Column, ...]
    comparisons: tuple[Comparison, ...]
    before: str
    plan: str
    plan_name: str | None

    def column(self, column_id: str) -> Column:
        return next(c for c in self.columns if c.id == column_id)

    @property
    def period_name(self) -> str:
        """``2025``, or ``januari–augusti 2026``."""
        return str(self.year) if self.months == 12 else f"januari–{MONTHS[self.months - 1]} {self.year}"


def layout(period: str) -> Layout:
    """The layout of a whole year (``2025``) or a delår (``2026-D2``). Raises ValueError for other periods."""
    if found := DELAR.fullmatch(period):
        periodtyp, year, months = "delar", int(found[1]), MONTHS_OF_DELAR[found[2]]
    elif found := YEAR.fullmatch(period):
        periodtyp, year, months = "ar", int(found[1]), 12
    else:
        raise ValueError(f"{period} är varken ett helår (2025) eller ett delår (2026-D1, 2026-D2)")
    form = _forms()[periodtyp]
    same = period[4:]

    def place(entry: dict[str, Any]) -> dict[str, str]:
        named = {"ar": year + entry.get("ar", 0), "period": f"jan–{MONTHS[months - 1][:3]}"}
        whole = entry["period"] == "ar"
        return {
            "serie": entry["serie"],
            "periodtyp": "ar" if whole else periodtyp,
            "period": f"{named['ar']}" if whole else f"{named['ar']}{same}",
            "heading": _upper(entry["rubrik"].format(**named)),
        }

    return Layout(
        period=period,
        periodtyp=periodtyp,
        year=year,
        months=months,
        unit=(form["enhet"][0], form["enhet"][1]),
        columns=tuple(Column(id=c["id"], **place(c)) for c in form["kolumner"]),
        comparisons=tuple(
            Comparison(jamforelse=c["jamforelse"], sentence=c["mening"], **place(c))
            for c in form["jamforelser"]
        ),
        before=form["fore"],
        plan=form["plan"],
        plan_name=form["plan_namn"],
    )


@cache
def _forms() -> dict[str, Any]:
    forms: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return forms


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
