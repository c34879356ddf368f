"""What the delivered measures are worth in a period and group, from the extract as it was delivered."""

from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from facit import Cell, Count, Facts, Parts
from frist_fall import read

from pipelines.settings import SEEDS

KINDS = {
    "ENK_BEMOTANDE": "andel",
    "ENK_HANSYN": "andel",
    "ENK_NOJDA_IFO": "andel",
    "KVAL_GENOMFORANDEPLAN_ANDEL": "andel of a day",
    "KVAL_SYNPUNKTER_10_ANDEL": "andel",
    "KVAL_LEX_SARAH": "antal",
    "BUS_NYA": "antal",
    "BUS_KOTID_MEDIAN": "value",
    "PERS_HME": "value",
}
"""What the invented municipality delivers; a value, and what holds of a day, cannot be added up over time."""


def frames(db: duckdb.DuckDBPyConnection) -> Facts:
    return {
        "matt": db.sql(
            "select kommun, indikator_id, period, kon, enhet, taljare, namnare, varde from staging.stg_matt"
        ).pl()
    }


def shorter(period: str) -> list[list[str]]:
    """The ways to make a period of shorter ones: months first."""
    year, _, part = period.partition("-")
    first, last = 1, 12
    if part:
        length = {"K": 3, "T": 4, "D": 4, "H": 6}.get(part[0])
        if length is None:
            return []
        number = int(part[1:])
        first, last = (1 if part[0] == "D" else (number - 1) * length + 1), number * length
    ways = [[f"{year}-{m:02d}" for m in range(first, last + 1)]]
    for letter, length in (("K", 3), ("T", 4), ("H", 6)):
        if (first - 1) % length == 0 and last % length == 0:
            ways.append(
                [f"{year}-{letter}{m // length}" for m in range(first + length - 1, last + 1, length)]
            )
    return ways


def direct(rows: list[dict[str, Any]], cell: Cell, period: str) -> list[dict[str, Any]]:
    """The rows that give the cell in exactly this period: its own, else the parts it is made of."""
    rows = [r for r in rows if r["period"] == period]
    if cell["uppdelning"] != "total":
        rows = [r for r in rows if r[cell["uppdelning"]] == cell["grupp"]]
    other = [c for c in ("kon", "enhet") if c != cell["uppdelning"]]
    choices = [[], ["kon"], ["enhet"], ["kon", "enhet"]] if len(other) == 2 else [[], other]
    for split in choices:
        found = [r for r in rows if all((r[c] is not None) == (c in split) for c in other)]
        if found:
            return found
    return []


def delivered(facts: Facts, cell: Cell) -> Parts:
    of_cell = (pl.col("kommun") == cell["kommun"]) & (pl.col("indikator_id") == cell["indikator_id"])
    rows = facts["matt"].filter(of_cell).to_dicts()
    kind = KINDS[cell["indikator_id"]]
    found = direct(rows, cell, cell["period"])
    if kind == "value":
        if len(found) != 1:
            return Parts(None, None, None)
        return Parts(None, found[0]["namnare"], found[0]["varde"])
    for way in shorter(cell["period"]) if not found and "of a day" not in kind else []:
        parts = [direct(rows, cell, period) for period in way]
        if all(parts):
            found = [r for part in parts for r in part]
            break
    if not found:
        return Parts(None, None, None)
    taljare = sum((r["taljare"] for r in found), Decimal(0))
    if kind == "antal":
        return Parts(taljare, None, taljare)
    namnare = sum((r["namnare"] for r in found), Decimal(0))
    return Parts(taljare, namnare, taljare / namnare if namnare else None)


FACTS: dict[str, Count] = {
    row["indikator_id"]: delivered for row in read(SEEDS / "indikatorer.csv") if row["insamling"] != "system"
}
