"""No attacker gains: the suppressed cross is tried against everybody's tables that look the same in print."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publish.crosses import Counts, Mask, hide, interval

K = 4


def margins(parts: Counts) -> list[Mask]:
    found = []
    for axis in (0, 1):
        for line in range(parts.shape[axis]):
            for layer in range(parts.shape[2]):
                mask = np.zeros(parts.shape, bool)
                np.moveaxis(mask, axis, 0)[line, :, layer] = True
                found.append(mask)
    return found


def layered(cells: list[list[int]]) -> Counts:
    return np.array(cells)[:, :, None]


def tables(rows: list[int], columns: list[int]) -> Iterator[list[list[int]]]:
    """Every table of counts with these row and column sums, by trying."""
    if not rows:
        if not any(columns):
            yield []
        return
    for first in split(rows[0], columns):
        for rest in tables(rows[1:], [c - f for c, f in zip(columns, first, strict=True)]):
            yield [first, *rest]


def split(total: int, limits: list[int]) -> Iterator[list[int]]:
    if len(limits) == 1:
        if total <= limits[0]:
            yield [total]
        return
    for first in range(min(total, limits[0]) + 1):
        for rest in split(total - first, limits[1:]):
            yield [first, *rest]


SMALL = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=3)


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_all_tables_that_look_the_same_leave_a_small_cell_open(cells: list[list[int]]) -> None:
    """Against an oracle that writes out every table: what can be learnt beyond the margins is nothing."""
    parts = layered(cells)
    hidden = hide(parts, K, margins(parts))
    table = np.array(cells)
    everybody = [np.array(t) for t in tables(table.sum(1).tolist(), table.sum(0).tolist())]
    alike = [t for t in everybody if (t == table)[~hidden].all()]
    for r, c in np.argwhere((table > 0) & (table < K)):
        assert hidden[r, c]
        possible, by_margins = {t[r, c] for t in alike}, {t[r, c] for t in everybody}
        assert min(possible) == min(by_margins)
        assert max(possible) >= min(K, max(by_margins))


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_nothing_is_hidden_in_vain(cells: list[list[int]]) -> None:
    """Where no count is small all is shown, and each other hidden cell is needed."""
    parts = layered(cells)
    hidden = hide(parts, K, margins(parts))
    table = np.array(cells)
    small = (table > 0) & (table < K)
    if not small.any():
        assert not hidden.any()
    nothing = np.ones(table.shape, bool)
    for at in np.argwhere(hidden & ~small):
        without = hidden.copy()
        without[tuple(at)] = False
        gains = []
        for r, c in np.argwhere(small):
            low, high = interval(parts, without, margins(parts), (r, c))
            least, most = interval(parts, nothing, margins(parts), (r, c))
            gains.append(low > least or high < min(K, most))
        assert any(gains)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=2),
        min_size=2,
        max_size=2,
    )
)
def test_layers_whose_margins_are_printed_give_no_more_away(layers: list[list[list[int]]]) -> None:
    """Rows × columns × clocks: the attacker knows the margins of each clock and the shown sums of both."""
    parts = np.array(layers)
    hidden = hide(parts, K, margins(parts))
    cells = parts.sum(axis=2)
    nothing = np.ones(cells.shape, bool)
    for r, c in np.argwhere((cells > 0) & (cells < K)):
        low, high = interval(parts, hidden, margins(parts), (r, c))
        least, most = interval(parts, nothing, margins(parts), (r, c))
        assert hidden[r, c]
        assert (low, high >= min(K, most)) == (least, True)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([[10, 9], [8, 7]], [[10, 9], [8, 7]]),
        ([[10, 2], [8, 7]], [[None, None], [None, None]]),
        ([[10, 0], [0, 7]], [[10, 0], [0, 7]]),
        ([[30, 2, 20], [9, 9, 9], [9, 9, 9]], [[30, None, None], [9, None, None], [9, 9, 9]]),
    ],
)
def test_by_hand(cells: list[list[int]], shown: list[list[int | None]]) -> None:
    parts = layered(cells)
    hidden = hide(parts, K, margins(parts))
    printed = [[None if hidden[r, c] else v for c, v in enumerate(row)] for r, row in enumerate(cells)]
    assert sum(v is None for row in printed for v in row) == sum(v is None for row in shown for v in row)
    assert not any(v is not None and 0 < v < K for row in printed for v in row)


def test_a_total_alone_hides_two_of_two() -> None:
    """Women 2, men 20 with the total printed: one of them alone would give the other."""
    parts = layered([[2, 20]])
    rows = [np.ones(parts.shape, bool)]
    assert hide(parts, K, rows).tolist() == [[True, True]]
