"""The council's statistics of unexecuted decisions: SoL 34:3 (16:6 h in the act of 2001), LSS 28 h.

The statute names the number, the kinds of insats and the time elapsed, for decisions and for interruptions:
these margins are always given. Kinds that are few are merged to a family first. Their crosses, and the
sexes, are suppressed.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

import duckdb
import numpy as np
import polars as pl

from pipelines.publish.crosses import Counts, Mask, hide

CROSSED_ROUNDS = 1
"""The newest round has crosses; the older ones have their margins."""

KINDS = ("beslut", "avbrott")
ALL = "alla"
EXACT = Decimal("0.0001")
"""Rounded again only when printed."""
SCHEMA: dict[str, Any] = {
    "kommun": pl.String,
    "kvartal": pl.String,
    "brytdatum": pl.Date,
    "klocka": pl.String,
    "tabell": pl.String,
    "rad": pl.String,
    "rad_namn": pl.String,
    "kolumn": pl.String,
    "kolumn_namn": pl.String,
    "ordning": pl.Int64,
    "antal": pl.Int64,
    "medel_dagar": pl.Decimal(18, 4),
    "median_dagar": pl.Decimal(18, 4),
    "langsta_manader": pl.Int64,
    "forandring": pl.Int64,
    "status": pl.String,
    "ar_fryst": pl.Boolean,
    "lage_per": pl.Date,
    "vintage": pl.String,
}
OPEN_ROWS = """
    select
        rad.kommun, rad.kvartal, rad.klocka, rad.insats, coalesce(insats.namn, rad.insats) as insats_namn,
        coalesce(familj.familj, 'ovrigt') as familj, coalesce(familj.namn, 'Övriga insatser') as familj_namn,
        rad.kon, rad.vantetidsband, rad.dagar, date_sub('month', rad.start_datum, rad.brytdatum) as manader
    from warehouse.mart.ej_verkstallda_kvartal as rad
    left join warehouse.seed.koder as insats on insats.kodlista = 'insats' and insats.kod = rad.insats
    left join warehouse.seed.insatsfamiljer as familj on familj.insats = rad.insats
    where rad.ar_rapporteringspliktig and rad.status_vid_bryt = 'ej_verkstalld'
    order by all
"""
Row = dict[str, Any]
Groups = dict[str, tuple[str, list[Row]]]
Names = dict[str, dict[str, str]]


def unexecuted(db: duckdb.DuckDBPyConnection, threshold: int) -> pl.DataFrame:
    """The statistics of every round, one row per figure; ``db`` has the warehouse attached as ``warehouse``.

    ``tabell`` says which margin or cross: totalt, insats, vantetid, kon, insats_vantetid, insats_kon. What
    is hidden has no number and the status rojandeskyddad, never a zero.
    """
    rounds = (
        db.sql("""
        select omgang.kommun, omgang.kvartal, omgang.foregaende_kvartal, omgang.brytdatum,
               omgang.ar_fryst, kommun.lage_per,
               (select any_value(vintage) from warehouse.mart.dim_vintage) as vintage
        from warehouse.mart.ej_verkstallda_omgang as omgang
        inner join warehouse.mart.dim_kommun as kommun on kommun.kommun = omgang.kommun
        order by omgang.kommun, omgang.brytdatum
    """)
        .pl()
        .to_dicts()
    )
    names = {
        "kon": dict(
            db.sql(
                "select kod, namn from warehouse.seed.koder where kodlista = 'kon' order by ordning"
            ).fetchall()
        ),
        "vantetid": dict(
            db.sql("select band, namn from warehouse.seed.vantetidsband order by ordning").fetchall()
        ),
    }
    names["kon"]["okand"] = "Okänt"
    of_round: dict[tuple[str, str, str], list[Row]] = {}
    for row in db.sql(OPEN_ROWS).pl().to_dicts():
        of_round.setdefault((row["kommun"], row["kvartal"], row["klocka"]), []).append(row)
    newest = {
        (r["kommun"], r["kvartal"])
        for kommun in {r["kommun"] for r in rounds}
        for r in [x for x in rounds if x["kommun"] == kommun][-CROSSED_ROUNDS:]
    }
    found: list[Row] = []
    for this in rounds:
        place = (this["kommun"], this["kvartal"])
        clocks = {klocka: of_round.get((*place, klocka), []) for klocka in KINDS}
        before = None
        if this["foregaende_kvartal"]:
            last = (this["kommun"], this["foregaende_kvartal"])
            before = [row for klocka in KINDS for row in of_round.get((*last, klocka), [])]
        stamp = {k: this[k] for k in ("kommun", "kvartal", "brytdatum", "ar_fryst", "lage_per", "vintage")}
        figures = _figures(clocks, before, threshold, names, crossed=place in newest)
        found += [stamp | figure for figure in figures]
    return pl.DataFrame(found, schema=SCHEMA)


def merged(rows: list[Row], threshold: int) -> Groups:
    """The rows by kind of insats, as {code: (name, rows)}. When a kind of a family is below the threshold,
    the kinds of that family are one group. A family is given however small it is: the statute names the
    kinds.
    """
    kinds: Groups = {}
    for row in rows:
        kinds.setdefault(row["insats"], (row["insats_namn"], []))[1].append(row)
    groups: Groups = {}
    for family in sorted({row["familj"] for row in rows}):
        members = {k: v for k, v in kinds.items() if v[1][0]["familj"] == family}
        if all(len(found) >= threshold for _, found in members.values()):
            groups |= members
        else:
            together = [row for _, found in members.values() for row in found]
            groups[f"familj_{family}"] = (together[0]["familj_namn"], together)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1][1]), item[1][0])))


def _figures(
    clocks: dict[str, list[Row]], before: list[Row] | None, threshold: int, names: Names, *, crossed: bool
) -> Iterator[Row]:
    now = [row for rows in clocks.values() for row in rows]
    groups, bands = merged(now, threshold), names["vantetid"]
    earlier = merged(before, threshold) if before is not None else {}
    # The groups are those of all clocks together: two groupings of the same people would give each other
    # away.
    for klocka, mine in ({ALL: now} | clocks).items():
        of_clock = {"klocka": klocka}
        change = None if before is None else len(mine) - sum(klocka in (ALL, r["klocka"]) for r in before)
        yield of_clock | _figure("totalt", "totalt", "Totalt", mine, threshold=threshold, change=change)
        for order, (code, (name, rows)) in enumerate(groups.items()):
            found = [row for row in rows if klocka in (ALL, row["klocka"])]
            # A group that was merged otherwise last quarter would give its parts away by the change.
            same = klocka == ALL and code in earlier and code in {row["insats"] for row in rows}
            change = len(found) - len(earlier[code][1]) if same else None
            yield (
                of_clock
                | _figure("insats", code, name, found, threshold=threshold, change=change)
                | {"ordning": order}
            )
        for order, (band, name) in enumerate(bands.items()):
            found = [row for row in mine if row["vantetidsband"] == band]
            yield of_clock | _figure("vantetid", band, name, found, threshold=threshold) | {"ordning": order}
    if crossed and now:
        for figure in _crosses(groups, threshold, names):
            yield {"klocka": ALL} | figure


def _crosses(groups: Groups, threshold: int, names: Names) -> Iterator[Row]:
    """Sex, and insats by sex and by time: the suppressed ones. The attacker knows the margins of each
    clock.
    """
    now = [row for _, rows in groups.values() for row in rows]
    bands = names["vantetid"]
    parts = _parts(groups, bands, "vantetidsband")
    hidden = hide(parts, threshold, _margins(parts, axes=(0, 1)))
    yield from _cross("insats_vantetid", groups, bands, parts, hidden)
    sexes = {code: name for code, name in names["kon"].items() if any(row["kon"] == code for row in now)}
    if len(sexes) < 2:
        return
    parts = _parts({"totalt": ("Totalt", now)}, sexes, "kon")
    hidden = hide(parts, threshold, _margins(parts, axes=(0,)))[0]
    for order, (sex, name) in enumerate(sexes.items()):
        found = [row for row in now if row["kon"] == sex]
        yield _figure("kon", sex, name, found, threshold=threshold, hidden=bool(hidden[order])) | {
            "ordning": order
        }
    parts = _parts(groups, sexes, "kon")
    totals = [mask for mask, is_hidden in zip(_columns(parts), hidden, strict=True) if not is_hidden]
    yield from _cross(
        "insats_kon", groups, sexes, parts, hide(parts, threshold, [*_margins(parts, axes=(0,)), *totals])
    )


def _parts(groups: Groups, columns: dict[str, str], column: str) -> Counts:
    """Counts by group, column and clock."""
    return np.array(
        [
            [[sum(r[column] == code and r["klocka"] == k for r in rows) for k in KINDS] for code in columns]
            for _, rows in groups.values()
        ]
    )


def _margins(parts: Counts, axes: tuple[int, ...]) -> list[Mask]:
    """The sums of each row (0) or column (1) in each layer, as masks."""
    found = []
    for axis in axes:
        for line in range(parts.shape[axis]):
            for layer in range(parts.shape[2]):
                mask = np.zeros(parts.shape, bool)
                np.moveaxis(mask, axis, 0)[line, :, layer] = True
                found.append(mask)
    return found


def _columns(parts: Counts) -> list[Mask]:
    """The sum of each column over all rows and layers."""
    found = []
    for column in range(parts.shape[1]):
        mask = np.zeros(parts.shape, bool)
        mask[:, column] = True
        found.append(mask)
    return found


def _cross(table: str, groups: Groups, columns: dict[str, str], parts: Counts, hidden: Mask) -> Iterator[Row]:
    cells = parts.sum(axis=2)
    for r, (group, (name, _)) in enumerate(groups.items()):
        for c, (code, text) in enumerate(columns.items()):
            yield {
                "tabell": table,
                "rad": group,
                "rad_namn": name,
                "kolumn": code,
                "kolumn_namn": text,
                "ordning": r * len(columns) + c,
                "antal": None if hidden[r, c] else int(cells[r, c]),
                "status": "rojandeskyddad" if hidden[r, c] else "ok",
            }


def _figure(
    table: str,
    code: str,
    name: str,
    rows: list[Row],
    *,
    threshold: int,
    change: int | None = None,
    hidden: bool = False,
) -> Row:
    found: Row = {"tabell": table, "rad": code, "rad_namn": name, "ordning": 0, "status": "ok"}
    if hidden:
        return found | {"status": "rojandeskyddad"}
    found |= {"antal": len(rows), "forandring": change}
    days = [row["dagar"] for row in rows if row["dagar"] is not None]
    if len(days) >= threshold and table in ("totalt", "insats"):
        found |= {
            "medel_dagar": (Decimal(sum(days)) / len(days)).quantize(EXACT, ROUND_HALF_UP),
            "median_dagar": Decimal(str(median(days))).quantize(EXACT, ROUND_HALF_UP),
        }
    if days and table == "totalt":
        # In months: the days of one person give the day of the decision.
        found["langsta_manader"] = max(row["manader"] for row in rows if row["dagar"] is not None)
    return found
