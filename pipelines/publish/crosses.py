"""Suppression in a cross table whose margins are known: small cells are hidden, and others until no attacker
gains.

The attacker knows every printed number and adds up. What can be learnt of a hidden cell is the interval of a
linear programme over all tables that look the same in print. A cell is safe when that interval begins at
zero and reaches the threshold: then nobody knows that somebody is there, nor that they are few.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog  # type: ignore[import-untyped]

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def hide(parts: Counts, threshold: int, printed: Sequence[Mask]) -> Mask:
    """Which cells of a table of counts to hide: rows × columns, True is hidden.

    ``parts`` is rows × columns × layers; a printed cell is the sum over the layers. ``printed`` are the
    other sums that are printed, each as a mask of the same shape as ``parts``. Cells from 1 up to
    ``threshold`` − 1 are hidden first, then the smallest others in their rows and columns, until each hidden
    small cell is safe or nothing is left to hide: what the other sums say by themselves cannot be hidden
    here.
    """
    cells = parts.sum(axis=2)
    small = (cells > 0) & (cells < threshold)
    hidden: Mask = small.copy()
    nothing = np.ones(cells.shape, bool)
    known = {(r, c): interval(parts, nothing, printed, (r, c)) for r, c in np.argwhere(small)}

    def unsafe(candidates: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        found = []
        for at in candidates:
            (low, high), (least, most) = interval(parts, hidden, printed, at), known[at]
            if low > least or high < min(threshold, most):
                found.append(at)
        return found

    # Hiding more only widens what is possible: a cell that is safe stays so.
    left = unsafe(known)
    while left and not hidden.all():
        rows, columns = {r for r, _ in left}, {c for _, c in left}
        visible = [(r, c) for r, c in np.argwhere(~hidden)]
        beside = [(r, c) for r, c in visible if r in rows or c in columns] or visible
        # What holds somebody hides more than what is empty.
        hidden[min(beside, key=lambda at: (cells[at] == 0, cells[at], at))] = True
        left = unsafe(left)
    # What was hidden in vain is shown again, the largest first.
    for r, c in sorted(np.argwhere(hidden & ~small), key=lambda at: -cells[tuple(at)]):
        hidden[r, c] = False
        hidden[r, c] = bool(unsafe(known))
    return hidden


def interval(
    parts: Counts, hidden: Mask, printed: Sequence[Mask], at: tuple[int, int]
) -> tuple[float, float]:
    """The least and the most that the cell ``at`` can be, from what is printed."""
    shown = []
    for r, c in np.argwhere(~hidden):
        cell = np.zeros(parts.shape, bool)
        cell[r, c] = True
        shown.append(cell)
    sums = [mask for mask in (*printed, *shown) if mask.any()]
    objective = np.zeros(parts.shape)
    objective[at] = 1
    limits = {
        "A_eq": np.array([mask.ravel() for mask in sums], float) if sums else None,
        "b_eq": np.array([parts[mask].sum() for mask in sums], float) if sums else None,
        "bounds": (0, None if sums else int(parts.sum())),
        "method": "highs",
    }
    least, most = (linprog(sign * objective.ravel(), **limits).fun for sign in (1, -1))
    return round(float(least), 6), round(-float(most), 6)
