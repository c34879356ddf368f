"""What is new, remaining and corrected between two deliveries, finding by finding."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.rules import MASK, rules

SINCE = "sedan_forra"
NEW, REMAINS, CORRECTED = "ny", "kvarstår", "åtgärdad"

IDENTITY = ["tabell", "id", "kolumn", "regel_id", "_place"]


def compare(
    now: pl.DataFrame,
    before: pl.DataFrame,
    delivered: AbstractSet[str],
    *,
    partly: Mapping[str, pl.Series] | None = None,
    samband: bool = True,
) -> pl.DataFrame:
    """The findings of ``now`` and what is left of ``before``, with the column ``sedan_forra``.

    A finding is the same when table, id, column and rule are; without a readable id also file, value and
    what was expected, where numbers (dates in a file name, a line that is pointed at) do not count. The
    same finding n times before and m times now is min(n, m) times ``kvarstår``. What is gone is
    ``åtgärdad``, also when the whole case is gone; but what this delivery did not look at remains.

    ``delivered``: the tables in the delivery. A table refused as a whole has had no row looked at.
    ``partly``: per table delivered as a delta, the ids in it; a row that was not sent again remains.
    ``samband``: whether the rules over several rows were run (they are not for a delivery that is held).
    """
    ours, theirs = _numbered(now), _numbered(before)
    same = [*IDENTITY, "_nr"]
    found = ours.join(
        theirs.select(*same, _known=True), on=same, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.when("_known").then(pl.lit(REMAINS)).otherwise(pl.lit(NEW)).alias(SINCE))
    gone = theirs.join(ours, on=same, how="anti", nulls_equal=True, maintain_order="left").with_columns(
        pl.when(_looked_at(now, delivered, partly or {}, samband))
        .then(pl.lit(CORRECTED))
        .otherwise(pl.lit(REMAINS))
        .alias(SINCE)
    )
    return pl.concat([frame.select(*now.columns, SINCE) for frame in (found, gone)])


def _numbered(findings: pl.DataFrame) -> pl.DataFrame:
    """Add what stands for a missing id, and a number among equals."""
    without_numbers = (
        pl.col(name).str.replace_all(r"\d+", "#").fill_null("") for name in ("fil", "forvantat")
    )
    place = pl.concat_str(*without_numbers, pl.col("varde").fill_null(""), separator="\x1f")
    nameless = pl.col("id").is_null() | (pl.col("id") == MASK)
    return findings.with_columns(_place=pl.when(nameless).then(place)).with_columns(
        _nr=pl.int_range(pl.len()).over(IDENTITY)
    )


def _looked_at(
    now: pl.DataFrame, delivered: AbstractSet[str], partly: Mapping[str, pl.Series], samband: bool
) -> pl.Expr:
    """Whether this delivery could have repeated an earlier finding."""
    tabell = pl.col("tabell")
    refused = now.filter(_scope("tabell"), allvar="fel")["tabell"].drop_nulls().unique().to_list()
    sent_again = pl.lit(True)
    for name, ids in partly.items():
        sent_again &= (tabell != name) | pl.col("id").is_null() | pl.col("id").is_in(ids.implode())
    row = sent_again & ~tabell.is_in(refused)
    return (
        pl.when(_scope("samband"))
        .then(pl.lit(samband))
        .when(_scope("leverans") | tabell.is_null())
        .then(pl.lit(True))
        .otherwise(tabell.is_in(sorted(delivered)) & (_scope("tabell") | row))
    )


def _scope(name: str) -> pl.Expr:
    return pl.col("regel_id").is_in([rule.regel_id for rule in rules().values() if rule.omfattning == name])


@dataclass(frozen=True)
class RuleCount:
    """How often one rule was broken, told apart by :data:`SINCE`."""

    regel_id: str
    allvar: str
    ansvarig: str
    nya: int
    kvar: int
    atgardade: int

    @property
    def antal(self) -> int:
        """How many there are now."""
        return self.nya + self.kvar

    @property
    def beskrivning(self) -> str:
        rule = rules().get(self.regel_id)
        return rule.beskrivning if rule else "Regeln finns inte längre."

    @property
    def atgard(self) -> str:
        rule = rules().get(self.regel_id)
        return rule.atgard if rule else ""


def per_rule(compared: pl.DataFrame) -> list[RuleCount]:
    """One per rule, the most common first."""
    counted = compared.group_by("regel_id").agg(
        pl.col("allvar").first(),
        pl.col("ansvarig").first(),
        *((pl.col(SINCE) == since).sum().alias(since) for since in (NEW, REMAINS, CORRECTED)),
    )
    return sorted((RuleCount(*row) for row in counted.iter_rows()), key=lambda r: (-r.antal, r.regel_id))
