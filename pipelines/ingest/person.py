"""Swedish personal identity numbers, checked once per distinct number.

Accepted: personnummer and samordningsnummer (day + 60) with twelve digits, with or without a hyphen,
and the municipality's temporary numbers ``ÅÅÅÅMMDD-T123`` and ``ÅÅÅÅMMDD-TF10``. Ten digits are
refused: the century would be a guess.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from pipelines.contracts import UNKNOWN

REGULAR = r"^[0-9]{8}-?[0-9]{4}$"
TEMPORARY = r"^[0-9]{8}-?T(?:[0-9]{3}|F[0-9]{2})$"
FIRST_BIRTH = date(1850, 1, 1)

_DATE = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])"
IN_TEXT = rf"\b(?:(?:18|19|20){_DATE}-?(?:[0-9]{{4}}|T[0-9]{{3}}|TF[0-9]{{2}})|{_DATE}[-+][0-9]{{4}})\b"
"""What looks like a number inside a text: twelve digits, or ten with the sign between them."""
AS_NUMBER = rf"^-?(?:18|19|20)?{_DATE}[0-9]{{4}}(?:[.,]0*)?$"
"""What a number column holds when a person number has come into it."""
_END = r"[-+]?(?:[0-9]{4}|[Tt][0-9]{3}|[Tt][Ff][0-9]{2})"
ID_LIKE = rf"{_DATE}{_END}"
"""What every id that holds a number contains; many other ids do too."""
_IN_ID = re.compile(rf"(?<![0-9])(?:1[89]|20)?{_DATE}{_END}(?![0-9])")


def parse(values: pl.Series, no_later_than: date) -> pl.DataFrame:
    """The distinct numbers among ``values``, read.

    Columns: ``text`` (as delivered), ``nummer`` (twelve digits, or with ``-T`` for a temporary number;
    null when the text is not a number), ``fodelsedatum``, ``kon`` (null for temporary numbers). Nobody is
    born after ``no_later_than``.
    """
    text, compact, born = pl.col("text"), pl.col("_kompakt"), pl.col("fodelsedatum")
    regular, temporary = text.str.contains(REGULAR), text.str.to_uppercase().str.contains(TEMPORARY)
    day = compact.str.slice(6, 2).cast(pl.Int8, strict=False)
    real_day = pl.when(regular & (day > 60)).then(day - 60).otherwise(day).cast(pl.String).str.zfill(2)
    formed = (regular & checksum_holds(compact.cast(pl.Int64, strict=False))) | temporary
    number = pl.when(temporary).then(compact.str.head(8) + "-" + compact.str.slice(8)).otherwise(compact)
    odd = compact.str.slice(10, 1).is_in(list("13579"))
    return (
        pl.DataFrame({"text": values.drop_nulls().unique()}, schema={"text": pl.String})
        .with_columns(_kompakt=text.str.to_uppercase().str.replace("-", "", literal=True))
        .with_columns(
            fodelsedatum=(compact.str.head(6) + real_day).str.to_date("%Y%m%d", strict=False),
            _tillfalligt=temporary,
            _format=formed,
        )
        .with_columns(_giltigt=pl.col("_format") & born.is_between(FIRST_BIRTH, no_later_than))
        .select(
            "text",
            nummer=pl.when("_giltigt").then(number),
            fodelsedatum=pl.when("_giltigt").then(born),
            kon=pl.when(pl.col("_giltigt") & ~pl.col("_tillfalligt")).then(
                pl.when(odd).then(pl.lit("man")).otherwise(pl.lit("kvinna"))
            ),
        )
    )


def checksum_holds(number: pl.Expr) -> pl.Expr:
    """Whether the last ten digits of a whole number end in their check digit (Luhn: modulus 10)."""
    digits = [number // 10**place % 10 for place in range(10)]
    doubled = [2 * digit for digit in digits[1::2]]
    total = pl.sum_horizontal(*digits[::2], *(d // 10 + d % 10 for d in doubled))
    return number.is_not_null() & (total % 10 == 0)


def sort_of(number: pl.Expr) -> pl.Expr:
    """``person_id_typ`` of a ``nummer`` of :func:`parse`; okand where there is none."""
    return (
        pl.when(number.is_null())
        .then(pl.lit(UNKNOWN))
        .when(number.str.contains("T", literal=True))
        .then(pl.lit("tillfalligt"))
        .when(number.str.slice(6, 1) >= "6")
        .then(pl.lit("samordningsnummer"))
        .otherwise(pl.lit("personnummer"))
    )


def replace_in_ids(ids: list[str], replacements: Callable[[list[str]], list[str]]) -> list[str]:
    """The ids with another text in the place of every number in them whose checksum holds.

    ``replacements`` gives the texts for numbers as ``nummer`` of :func:`parse`. A number with ten digits
    stays so there: its century is not known, but it is no less somebody's number.
    """
    numbers = _numbers({match for text in ids for match in _IN_ID.findall(text)})
    replaced = dict(zip(numbers, replacements(list(numbers.values())), strict=True))
    return [_IN_ID.sub(lambda found: replaced.get(found[0], found[0]), text) for text in ids]


def in_text(text: str) -> bool:
    """Whether a text holds what looks like a number, or digits that are one by their checksum."""
    return re.search(IN_TEXT, text) is not None or bool(_numbers(set(_IN_ID.findall(text))))


def _numbers(texts: Iterable[str]) -> dict[str, str]:
    """What is a number among ``texts``, with ten digits or twelve, by how it was written."""
    found = _whole(texts)
    short = set(texts) - found.keys()
    for century in ("19", "20"):  # a leap day exists in one of them; the checksum is the same in both
        long = {text: century + text.replace("+", "-") for text in short}
        whole = _whole(long.values())
        found |= {text: text.replace("-", "") for text in short if long[text] in whole}
    return found


def _whole(texts: Iterable[str]) -> dict[str, str]:
    read = parse(pl.Series(sorted(texts), dtype=pl.String), date.max).drop_nulls("nummer")
    return dict(read.select("text", "nummer").iter_rows())
