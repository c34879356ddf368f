"""How often each rule hits: what a rule in shadow mode is judged by before it is enforced."""

import polars as pl

from pipelines.ingest.rules import Rule, rules

DELIVERY = ["kommun", "leveransdatum", "sekvens"]
COUNTED = ("rad", "varde", "samband")
"""Scopes whose findings are about rows; the others are about files and deliveries and have no share."""


def hit_rates(findings: pl.DataFrame | pl.LazyFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per rule, in the order of the seed.

    ``findings``: kommun, leveransdatum, sekvens, regel_id, one row per stored finding. ``rows``: one row per
    judged delivery and table, as the manifest has it: kommun, leveransdatum, sekvens, tabell, rader_in, nya,
    borttagna.

    Columns: regel_id, allvar, lage, omfattning, traffar_senaste (hits in each municipality's newest
    delivery), andel_senaste (their share of the rows that the rule judged: those delivered, or for
    ``samband`` those that live; null when it judges no rows), traffar (in all deliveries), leveranser
    (deliveries that it hit), ansvarig.
    """
    newest = rows.select(DELIVERY).sort(DELIVERY).unique("kommun", keep="last", maintain_order=True)
    found = findings.lazy().group_by(*DELIVERY, "regel_id").len().collect()
    hits = _by(found.group_by("regel_id").agg(pl.sum("len")))
    deliveries = _by(found.group_by("regel_id").len())
    hits_newest = _by(found.join(newest, on=DELIVERY, how="semi").group_by("regel_id").agg(pl.sum("len")))

    living = _by(rows.group_by("tabell").agg(pl.sum("nya") - pl.sum("borttagna")))
    delivered = _by(rows.join(newest, on=DELIVERY, how="semi").group_by("tabell").agg(pl.sum("rader_in")))

    def share(rule: Rule) -> float | None:
        counts = living if rule.omfattning == "samband" else delivered
        # The first table is the one that is judged; a rule without tables judges all of them.
        judged = sum(counts.get(name, 0) for name in rule.tables[:1] or counts)
        if rule.omfattning not in COUNTED or not judged:
            return None
        return hits_newest.get(rule.regel_id, 0) / judged

    counted = [
        {
            "regel_id": rule.regel_id,
            "allvar": rule.allvar,
            "lage": rule.lage,
            "omfattning": rule.omfattning,
            "traffar_senaste": hits_newest.get(rule.regel_id, 0),
            "andel_senaste": share(rule),
            "traffar": hits.get(rule.regel_id, 0),
            "leveranser": deliveries.get(rule.regel_id, 0),
            "ansvarig": rule.ansvarig,
        }
        for rule in rules().values()
    ]
    return pl.DataFrame(counted, schema_overrides={"andel_senaste": pl.Float64})


def _by(counts: pl.DataFrame) -> dict[str, int]:
    """A frame of two columns as a mapping."""
    return dict(counts.iter_rows())
