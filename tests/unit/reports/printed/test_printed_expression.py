"""Expressions over cells: what is read, what is refused, and bounds that are exact."""

from fractions import Fraction

import printed_oracle as oracle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.reports.printed.expression import Expression
from pipelines.reports.printed.interval import Interval, Number

SHARE = "100 * e.x / (e.x + a.x)"
REST = "(v.p * k.p - v.a * k.a * 8 / 12) * 3 / (3 * v.p - 2 * v.a)"


def intervals(**printed: str) -> dict[str, Interval]:
    return {name.replace("_", "."): Number.read(text).interval() for name, text in printed.items()}


def test_a_cell_that_stands_twice_is_one_number() -> None:
    """Plain interval arithmetic takes the two for different numbers and answers too widely."""
    exact = Expression.parse(SHARE).range(intervals(e_x="59", a_x="42"))
    assert exact == Interval(100 * Fraction(117, 202), 100 * Fraction(119, 202))
    apart = Expression.parse("100 * e.x / (f.x + a.x)").range(intervals(e_x="59", f_x="59", a_x="42"))
    assert apart.low < exact.low < exact.high < apart.high
    assert [round(float(end), 1) for end in (exact.low, exact.high)] == [57.9, 58.9]
    assert [round(float(end), 1) for end in (apart.low, apart.high)] == [57.4, 59.5]


@settings(max_examples=150, deadline=None)
@given(
    oracle.TREES,
    oracle.cells(),
    st.lists(oracle.PLACES, min_size=1, max_size=8),
)
def test_the_range_holds_every_sampled_point_and_reaches_its_ends(
    tree: oracle.Tree, these: dict[str, oracle.Cell], sampled: list[tuple[Fraction, ...]]
) -> None:
    expression = parsed(tree)
    try:
        found = expression.range(
            {f"{name}.x": Number.read(cell.text).interval() for name, cell in these.items()}
        )
    except ZeroDivisionError:
        assume(False)
    for places in sampled:
        at = {name: these[name].at(place) for name, place in zip(oracle.CELLS, places, strict=True)}
        assert oracle.value(tree, at) in found
    ends = oracle.corners(tree, these, Fraction(1))
    assert (min(ends), max(ends)) == (found.low, found.high)


def parsed(tree: oracle.Tree) -> Expression:
    try:
        return Expression.parse(oracle.text(tree))
    except ValueError:
        assume(False)
    raise AssertionError


def test_the_rest_of_the_year_has_its_bounds_at_corners() -> None:
    """Both volumes stand in numerator and denominator."""
    rest = Expression.parse(REST)
    found = rest.range(intervals(v_p="18", k_p="1923", v_a="18", k_a="2158"))
    assert [round(float(end)) for end in (found.low, found.high)] == [1359, 1524]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a.x * a.x", "multipliceras med sig själv"),
        ("a.x * (a.x + b.x)", "multipliceras med sig själv"),
        ("1 / a.x + a.x / b.x", "multipliceras med sig själv"),
        ("a.x ** 2", "varken ett heltal"),
        ("__import__('os').system", "varken ett heltal"),
        ("a.x.y", "varken ett heltal"),
        ("max(a.x, b.x)", "varken ett heltal"),
        ("a", "varken ett heltal"),
        ("0.5 * a.x", "varken ett heltal"),
        ("True * a.x", "varken ett heltal"),
        ("a.x if b.x else 1", "varken ett heltal"),
        ("a.x +", "går inte att läsa"),
        ("a.x; b.x", "går inte att läsa"),
        (" + ".join(f"{c}.x * 2 - {c}.x" for c in "abcdefghijk"), "fler än 10 celler"),
    ],
)
def test_what_is_no_such_arithmetic_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Expression.parse(text)


@pytest.mark.parametrize("denominator", ["0", "0,4", "-0,0"])
def test_a_denominator_that_may_be_zero_has_no_range(denominator: str) -> None:
    ratio = Expression.parse("a.x / (b.x * 2)")
    cells = {"a.x": Interval.point(1), "b.x": Number.read(denominator, Fraction(1)).interval()}
    with pytest.raises(ZeroDivisionError):
        ratio.range(cells)


def test_a_denominator_between_its_corners_is_seen() -> None:
    """a − b is not zero at any corner where both differ, but it is between them."""
    ratio = Expression.parse("(a.x + b.x) / (a.x - b.x)")
    with pytest.raises(ZeroDivisionError):
        ratio.range({"a.x": Interval(Fraction(1), Fraction(4)), "b.x": Interval(Fraction(2), Fraction(3))})


def test_an_expression_is_shown_as_it_is_printed() -> None:
    shown = Expression.parse("(v.b*k.b - v.p*k.p)/1000").shown(
        {"v.b": "17", "k.b": "1 715", "v.p": "39", "k.p": "−719"}
    )
    assert shown.replace("\u00a0", " ") == "(17 × 1 715 − 39 × (−719)) / 1 000"
