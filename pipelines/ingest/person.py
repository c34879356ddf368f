"""Swedish personal identity numbers, checked once per distinct number.

Accepted: personnummer and samordningsnummer (day + 60) with twelve digits, with or without a hyphen,
and the municipality's temporary numbers ``ÅÅÅÅMMDD-T123`` and ``ÅÅÅÅMMDD-TF10``. Ten digits are
refused: the century would be a guess.
"""

from datetime import date

import polars as pl
from stdnum import luhn

REGULAR = r"^\d{8}-?\d{4}$"
TEMPORARY = r"^\d{8}-?T(?:\d{3}|F\d{2})$"
ANY = rf"{REGULAR}|{TEMPORARY}"

IN_TEXT = (
    r"\b(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])(?:-?\d{4}|-?T\d{3}|-?TF\d{2})\b"
)
"""What looks like a number with twelve digits inside a text."""


def parse(values: pl.Series, no_later_than: date) -> pl.DataFrame:
    """The distinct numbers among ``values``, read.

    Columns: ``text`` (as delivered), ``nummer`` (twelve digits, or with ``-T`` for a temporary number;
    null when the text is not a number), ``person_id_typ``, ``fodelsedatum``, ``kon`` (null for
    temporary numbers). Nobody is born after ``no_later_than``.
    """
    text = pl.col("text")
    compact = text.str.to_uppercase().str.replace("-", "", literal=True)
    year_month, day = compact.str.slice(0, 6), compact.str.slice(6, 2).cast(pl.Int64, strict=False)
    coordination = text.str.contains(REGULAR) & (day > 60)
    real_day = pl.when(coordination).then(day - 60).otherwise(day).cast(pl.String).str.zfill(2)
    born = (year_month + real_day).str.to_date("%Y%m%d", strict=False)
    regular = text.str.contains(REGULAR)
    temporary = text.str.to_uppercase().str.contains(TEMPORARY)

    read = pl.DataFrame({"text": values.drop_nulls().unique()}, schema={"text": pl.String}).with_columns(
        compact=compact, fodelsedatum=born, regular=regular, temporary=temporary, samordning=coordination
    )
    checked = read.with_columns(
        checksum=pl.Series(
            [ok and luhn.is_valid(c[2:]) for ok, c in zip(read["regular"], read["compact"], strict=True)],
            dtype=pl.Boolean,
        )
    ).with_columns(
        valid=(pl.col("checksum") | pl.col("temporary"))
        & pl.col("fodelsedatum").is_between(date(1850, 1, 1), no_later_than).fill_null(False)
    )
    man = pl.col("compact").str.slice(10, 1).cast(pl.Int64, strict=False) % 2 == 1
    return checked.select(
        "text",
        nummer=pl.when("valid").then(
            pl.when("temporary")
            .then(pl.col("compact").str.slice(0, 8) + "-" + pl.col("compact").str.slice(8))
            .otherwise("compact")
        ),
        person_id_typ=pl.when("temporary")
        .then(pl.lit("tillfalligt"))
        .when("samordning")
        .then(pl.lit("samordningsnummer"))
        .otherwise(pl.lit("personnummer")),
        fodelsedatum=pl.when("valid").then("fodelsedatum"),
        kon=pl.when(pl.col("valid") & ~pl.col("temporary")).then(
            pl.when(man).then(pl.lit("man")).otherwise(pl.lit("kvinna"))
        ),
    )
