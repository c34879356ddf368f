"""A printed number is the interval of all that print the same."""

from fractions import Fraction

import printed_oracle as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reports import format as swedish
from pipelines.reports.printed.interval import Allowed, Interval, Number

F = Fraction


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("−21,7", F("-21.75"), F("-21.65")),
        ("-21.7", F("-21.75"), F("-21.65")),
        ("18", F("17.5"), F("18.5")),
        ("+1", F("0.5"), F("1.5")),
        ("15 962", F("15961.5"), F("15962.5")),
        (f"{swedish.MINUS}15{swedish.NBSP}962", F("-15962.5"), F("-15961.5")),
        ("43%", F("42.5"), F("43.5")),
        ("15,0", F("14.95"), F("15.05")),
    ],
)
def test_the_last_digit_tells_the_interval(text: str, low: Fraction, high: Fraction) -> None:
    assert Number.read(text).interval() == Interval(low, high)


def test_a_stated_step_goes_before_the_last_digit() -> None:
    assert Number.read("1 000", F(100)).interval() == Interval(F(950), F(1050))


@pytest.mark.parametrize("text", ["", "–", "cirka 5", "1,2,3", "5,", ",5", "1e3", "nan"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="är inget tal"):
        Number.read(text)


@given(st.fractions(-(10**6), 10**6), st.integers(0, 3))
def test_the_interval_holds_every_number_that_prints_so(value: Fraction, decimals: int) -> None:
    assert value in Number.read(oracle.printed(value, decimals)).interval()


@given(st.fractions(-(10**6), 10**6), st.integers(0, 3))
def test_a_number_that_prints_otherwise_is_outside_or_halfway(value: Fraction, decimals: int) -> None:
    step = F(1, 10**decimals)
    interval = Number.read(oracle.printed(value + step, decimals)).interval()
    assert value not in interval or value == interval.low


def test_division_by_an_interval_with_zero_has_no_bounds() -> None:
    one = Interval.point(1)
    with pytest.raises(ZeroDivisionError):
        one / Interval(F(-1), F(0))
    assert one / Interval(F(-4), F(-2)) == Interval(F(-1, 2), F(-1, 4))


def test_a_strict_direction_leaves_the_end_out() -> None:
    higher = Allowed(F(0), None, strict=True)
    assert not higher.meets(Interval(F(-1), F(0)))
    assert higher.meets(Interval(F(-1), F(1, 100)))
    assert Allowed(F(0), None).meets(Interval(F(-1), F(0)))
