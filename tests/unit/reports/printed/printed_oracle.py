"""An oracle for printed numbers that shares nothing with the linter: formulas as nested tuples, evaluated on
plain fractions, at sampled points and at every corner of the rounding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

Tree = str | int | tuple[str, "Tree", "Tree"]
"""A cell, a whole number, or (operator, left, right)."""
CELLS = "abcd"
EIGHTHS = st.integers(-8, 8).map(lambda n: Fraction(n, 8))
PLACES = st.tuples(*[EIGHTHS] * len(CELLS))
"""Where inside its rounding each cell lies: −1 lowest, 1 highest."""


@dataclass(frozen=True)
class Cell:
    """A cell as it is printed, and what it can have been before it was rounded."""

    text: str
    value: Fraction
    half: Fraction

    def at(self, place: Fraction) -> Fraction:
        """``place`` −1 is the lowest number that prints so, 1 the highest."""
        return self.value + place * self.half


TREES: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(st.sampled_from(CELLS), st.sampled_from(CELLS), st.integers(1, 12)),
    lambda below: st.tuples(st.sampled_from("+-*/"), below, below),
    max_leaves=6,
)


@st.composite
def cells(draw: st.DrawFn) -> dict[str, Cell]:
    return {name: cell(draw(st.integers(-400, 4000)), draw(st.integers(0, 2))) for name in CELLS}


def cell(digits: int, decimals: int) -> Cell:
    step = Fraction(1, 10**decimals)
    return Cell(printed(digits * step, decimals), digits * step, step / 2)


def printed(value: Fraction, decimals: int) -> str:
    """A Swedish number, rounded half up by whole-number arithmetic."""
    scaled = abs(value) * 10**decimals
    digits = str((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).rjust(
        decimals + 1, "0"
    )
    sign = "−" if value < 0 and int(digits) else ""
    return sign + (f"{digits[:-decimals]},{digits[-decimals:]}" if decimals else digits)


def text(tree: Tree) -> str:
    """As it is written in a claim: every cell in the column ``x``."""
    match tree:
        case (op, left, right):
            return f"({text(left)} {op} {text(right)})"
        case str():
            return f"{tree}.x"
    return str(tree)


def used(tree: Tree) -> set[str]:
    match tree:
        case (_, left, right):
            return used(left) | used(right)
        case str():
            return {tree}
    return set()


def value(tree: Tree, at: Mapping[str, Fraction]) -> Fraction:
    match tree:
        case (op, left, right):
            a, b = value(left, at), value(right, at)
            return {"+": a + b, "-": a - b, "*": a * b}[op] if op != "/" else a / b
        case str():
            return at[tree]
        case int():
            return Fraction(tree)
    raise TypeError(tree)


def corners(tree: Tree, these: Mapping[str, Cell], room: Fraction) -> list[Fraction]:
    """The formula's values with every cell at either end of ``room`` of its rounding, in all combinations."""
    return [value(tree, at) for at in _combinations(tree, these, room)]


def _combinations(tree: Tree, these: Mapping[str, Cell], room: Fraction) -> Iterator[dict[str, Fraction]]:
    names = sorted(used(tree))
    for places in product((-room, room), repeat=len(names)):
        yield {name: these[name].at(place) for name, place in zip(names, places, strict=True)}
