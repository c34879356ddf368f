"""Swedish numbers, missing values and order: the one place where a figure becomes text.

Values stay exact (Decimal) until here; they are rounded half up only when printed. The portal's
JavaScript prints with ``Intl.NumberFormat("sv-SE")``, which gives the same text (a browser test compares).
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import polars as pl

NBSP = "\u00a0"
MINUS = "\u2212"

OK = "ok"
NO_VALUE = "–"
SYMBOLS = {
    "rojandeskyddad": "..",
    "ej_producerbar": NO_VALUE,
    "saknas": "saknas",
    "for_tidigt": "för tidigt",
}
"""What is printed in the place of a value, by status. Never a zero."""

UNITS = {
    "andel": "%",
    "dagar": "dagar",
    "månader": "månader",
    "kr": "kr",
    "hushåll": "hushåll",
    "årsplaceringar": "årsplaceringar",
}
"""Printed unit of a mattenhet. A plain count has none."""


def number(value: Decimal | int, decimals: int = 0) -> str:
    """``Decimal("-1234.5")`` with one decimal is ``−1 234,5`` (the space does not break a line)."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NBSP).replace(".", ",")
    return MINUS + text if rounded < 0 else text


def exact(numbers: pl.Series) -> pl.Series:
    """Decimals as files hold them: not rounded, with a comma and without needless zeros; null stays null."""
    text = numbers.cast(pl.Decimal(38, 6)).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return text.str.replace(".", ",", literal=True)


def percent(share: Decimal, decimals: int = 1) -> str:
    """A share 0–1 as ``83,1 %``."""
    return number(share * 100, decimals) + NBSP + "%"


def component(value: Decimal | None, status: str = OK) -> str:
    """A numerator or denominator: at most one decimal, and none when it is whole. Null is empty."""
    if status != OK:
        return component_symbol(status)
    return "" if value is None else number(value, 1).removesuffix(",0")


def component_symbol(status: str) -> str:
    """The symbol in the numerator's place; the words (saknas, för tidigt) stand in the value's place only."""
    symbol = SYMBOLS[status]
    return NO_VALUE if symbol.isalpha() or " " in symbol else symbol


def measure(value: Decimal | None, status: str, mattenhet: str, decimals: int, *, unit: bool = False) -> str:
    """The value as printed in a table, or the symbol of its status; ``unit`` adds "dagar", "kr" and so on."""
    if status != OK:
        return SYMBOLS[status]
    if value is None:
        return NO_VALUE
    if mattenhet == "andel":
        return percent(value, decimals)
    name = UNITS.get(mattenhet) if unit else None
    return number(value, decimals) + (NBSP + name if name else "")


def value_heading(mattenhet: str) -> str:
    """Heading of a value column: ``Värde (dagar)``."""
    return f"Värde ({UNITS.get(mattenhet, mattenhet)})"


@cache
def sort_key(text: str) -> list[tuple[int, int]]:
    """Swedish collation (å ä ö after z, case ignored), with whole numbers in order of size."""
    key: list[tuple[int, int]] = []
    for part in re.findall(r"\d+|\D", text.casefold()):
        if part.isdigit():
            key.append((0, int(part)))
        else:
            plain = part.translate(_ACCENTS)
            key.append((1, _AFTER_Z.get(plain, ord(plain))))
    return key


_AFTER_Z = {letter: ord("z") + place for place, letter in enumerate("åäö", start=1)}
_ACCENTS = str.maketrans("éèêëáàâíìïóòôúùûüýæø", "eeeeaaaiiiooouuuuyäö")
