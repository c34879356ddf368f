"""A round as it lies in its restricted folder."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from pipelines.reports.format import number, sort_key

Row = dict[str, Any]

OPEN = "ej_verkstalld"


@dataclass(frozen=True)
class Round:
    """``rows`` are the lines that may be shown (no protected persons), ``counted`` one dict per clock that
    counts.
    """

    meta: Row
    rows: list[Row]
    counted: list[Row]
    series: list[Row]
    checks: list[Row]

    @classmethod
    def read(cls, folder: Path) -> "Round":
        """Read what ``publish.write_round`` wrote. Raises FileNotFoundError."""

        def table(name: str) -> list[Row]:
            return pl.read_parquet(folder / f"{name}.parquet").to_dicts()

        meta = json.loads((folder / "omgang.json").read_text(encoding="utf-8"))
        return cls(meta, table("rader"), table("antal"), table("serie"), table("kontroll"))

    @property
    def kommun(self) -> str:
        return str(self.meta["kommun_namn"])

    @property
    def kvartal(self) -> str:
        return str(self.meta["kvartal"])

    @property
    def cut(self) -> date:
        """The last day of the round."""
        return date.fromisoformat(self.meta["brytdatum"])

    @property
    def lage_per(self) -> date:
        return date.fromisoformat(self.meta["lage_per"])

    @property
    def units(self) -> list[str]:
        """The names of the units that report, also those with nothing to report."""
        return sorted(set(self.meta["enheter"].values()), key=sort_key)

    @property
    def state(self) -> str:
        """Whether what is printed has been sent."""
        if not self.meta["ar_fryst"]:
            return "Utkast: omgången är inte fryst"
        return f"Som skickad: fryst {self.meta['fryst_tid'][:10]} av {self.meta['fryst_av']}"

    @property
    def shown(self) -> list[Row]:
        """The reportable clocks that may be told of one by one: nobody who is protected."""
        return [r for r in self.rows if r["ar_rapporteringspliktig"]]

    def shown_open(self, klocka: str) -> list[Row]:
        """Those of them that were open on the last day."""
        return [r for r in self.shown if r["status_vid_bryt"] == OPEN and r["klocka"] == klocka]

    def open(self, klocka: str | None = None) -> list[Row]:
        """The counted clocks that were open on the last day."""
        found = [r for r in self.counted if r["status_vid_bryt"] == OPEN]
        return [r for r in found if klocka in (None, r["klocka"])]


def kind(row: Row) -> str:
    """The kind of insats as it is printed: "Kontaktperson LSS"."""
    return f"{row['insats_namn']} {row['lag']}" if row["lag"] else str(row["insats_namn"])


@dataclass(frozen=True)
class Waited:
    """Days from the decision or the interruption to the last day of the round."""

    medel: Decimal
    median: Decimal
    langsta: int

    def texts(self, *, public: bool = False) -> tuple[str, str, str]:
        """Mean, median and longest as printed: days, or whole months in what everybody may read."""
        if public:
            spans = (months(int(v)) for v in (self.medel, self.median, self.langsta))
            return tuple(f"{n} {'månad' if n == 1 else 'månader'}" for n in spans)  # type: ignore[return-value]
        return tuple(f"{number(v)} dagar" for v in (self.medel, self.median, self.langsta))  # type: ignore[return-value]


def waited(rows: list[Row]) -> Waited | None:
    """None when nobody waits, or when no day is known."""
    days = [r["dagar"] for r in rows if r["dagar"] is not None]
    if not days:
        return None
    return Waited(Decimal(sum(days)) / len(days), Decimal(str(median(days))), max(days))


def months(days: int) -> int:
    """Whole months, so that no date can be counted back from the days."""
    return days * 12 // 365
