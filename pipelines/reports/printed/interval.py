"""Exact intervals, and the interval that a printed number stands for. Fractions throughout, never floats."""

import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product

from pipelines.reports.format import MINUS

NUMBER = re.compile(r"[-+]?\d+(?:\.(\d+))?")


@dataclass(frozen=True)
class Interval:
    """Every number from ``low`` to ``high``, both ends included.

    Arithmetic gives the smallest interval that holds every result of two numbers chosen freely, one from each
    side. Where the two sides are the same number it is too wide: :mod:`expression` sees to that.
    """

    low: Fraction
    high: Fraction

    @classmethod
    def point(cls, value: Fraction | int) -> "Interval":
        return cls(Fraction(value), Fraction(value))

    @classmethod
    def around(cls, intervals: Iterable["Interval"]) -> "Interval":
        """The smallest interval that holds all of them; there must be at least one."""
        held = list(intervals)
        return cls(min(i.low for i in held), max(i.high for i in held))

    def __contains__(self, value: Fraction | int) -> bool:
        return self.low <= value <= self.high

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        ends = [a * b for a, b in product((self.low, self.high), (other.low, other.high))]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: "Interval") -> "Interval":
        """Raises ZeroDivisionError when ``other`` holds zero: the result would have no bounds."""
        if 0 in other:
            raise ZeroDivisionError
        return self * Interval(1 / other.high, 1 / other.low)


@dataclass(frozen=True)
class Number:
    """A number as printed: its value, and the step that it is rounded to (0.1 for "21,7")."""

    value: Fraction
    step: Fraction

    @classmethod
    def read(cls, text: str, step: Fraction | None = None) -> "Number":
        """ "−21,7", "+1", "15 886" or "43%"; the last digit printed is the step where none is given.

        Raises ValueError for text that is no number.
        """
        plain = re.sub(r"[\s%]", "", text).replace(MINUS, "-").replace(",", ".")
        found = NUMBER.fullmatch(plain)
        if not found:
            raise ValueError(f"{text!r} är inget tal")
        return cls(Fraction(plain), step or Fraction(1, 10 ** len(found[1] or "")))

    @property
    def decimals(self) -> int:
        """How many decimals the step has: 1 for 0.1, 0 for 1 and 100."""
        return next(n for n in count() if (self.step * 10**n).denominator == 1)

    def interval(self, room: Fraction | int = 1) -> Interval:
        """The numbers within ``room`` × half a step. With all of the room (1) they are those that are printed
        so. A number halfway between two prints may have become either, so both ends belong.
        """
        half = self.step / 2 * room
        return Interval(self.value - half, self.value + half)


@dataclass(frozen=True)
class Allowed:
    """The numbers that a sentence allows, from ``low`` to ``high``; None is no limit. ``strict`` leaves the
    ends out: who says "higher" does not say "equal".
    """

    low: Fraction | None
    high: Fraction | None
    strict: bool = False

    @classmethod
    def within(cls, interval: Interval) -> "Allowed":
        return cls(interval.low, interval.high)

    def meets(self, found: Interval) -> bool:
        """Is some number of ``found`` allowed?"""
        below = operator.lt if self.strict else operator.le
        return (self.low is None or below(self.low, found.high)) and (
            self.high is None or below(found.low, self.high)
        )
