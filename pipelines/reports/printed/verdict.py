"""The verdict of each claim."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from pipelines.reports.printed.claims import Claim, Table, rule
from pipelines.reports.printed.interval import Allowed, Interval, Number


class Verdict(StrEnum):
    """How a claim stands to the printed table. In words: :mod:`text`."""

    FOLJER = "foljer"
    RYMS = "ryms"
    GRANSFALL = "gransfall"
    OMOJLIG = "omojlig"
    EJ_NAMND = "ej_namnd"
    EJ_PROVBAR = "ej_provbar"


@dataclass(frozen=True)
class Finding:
    """A claim with its verdict and the proof of it.

    ``printed`` are the cells as printed. ``tryckt`` is the printed number (None for a direction, a span and
    nothing). ``varde`` is what the printed cells give when they are taken as exact, ``spann`` every value
    that they can stand for. ``utrymme`` is how much of their rounding has to be used up before the claim
    fits, in whole per cent rounded up; None when it never does. ``skal`` says why a claim cannot be tried.
    """

    claim: Claim
    verdict: Verdict
    printed: Mapping[str, str]
    tryckt: Number | None = None
    varde: Fraction | None = None
    spann: Interval | None = None
    utrymme: int | None = None
    skal: str = ""


def check(table: Table, claims: Iterable[Claim]) -> list[Finding]:
    """Set every claim against the table. Raises ValueError for a row, column or number that is not there."""
    return [_judge(claim, table) for claim in claims]


def _judge(claim: Claim, table: Table) -> Finding:
    printed = claim.printed(table)
    if empty := [cell for cell, text in printed.items() if not text.strip()]:
        return Finding(claim, Verdict.EJ_PROVBAR, printed, skal=f"tabellen är tom i {', '.join(empty)}")
    try:
        numbers = {cell: Number.read(printed[cell]) for cell in claim.uttryck.cells}
        said = claim.said(printed)
    except ValueError as error:
        raise ValueError(f"{claim.pastaende_id}: {error}") from None

    def reach(room: Fraction | int) -> Interval:
        return claim.uttryck.range({cell: number.interval(room) for cell, number in numbers.items()})

    found = Finding(claim, Verdict.EJ_PROVBAR, printed, said if isinstance(said, Number) else None)
    try:
        found = replace(found, varde=reach(0).low, spann=reach(1))
    except ZeroDivisionError:
        return replace(found, skal="en nämnare kan vara noll inom avrundningen")
    if said is not None:
        verdict, room = _weigh(said, reach, ca=claim.ca)
        return replace(found, verdict=verdict, utrymme=room)
    if 0 in reach(1):
        return replace(found, skal="avvikelsen kan vara noll inom avrundningen")
    return replace(found, verdict=Verdict.EJ_NAMND)


def _weigh(
    said: Number | Allowed, reach: Callable[[Fraction | int], Interval], *, ca: bool
) -> tuple[Verdict, int | None]:
    """The verdict, and how many per cent of the rounding it takes. ``reach`` gives the values of the cells
    within a share of their rounding: 0 as printed, 1 all of it.
    """
    exact = _allowed(said, 1)
    wide = _allowed(said, 2 * rule("ca_steg")) if ca else exact
    if exact.meets(reach(0)):
        return Verdict.FOLJER, 0
    if not wide.meets(reach(1)):
        return Verdict.OMOJLIG, None
    # The intervals grow with the room, so once they meet they go on meeting.
    room = bisect_left(range(100), True, key=lambda per_cent: wide.meets(reach(Fraction(per_cent, 100))))
    return (Verdict.RYMS if room <= rule("gransfall_procent") else Verdict.GRANSFALL), room


def _allowed(said: Number | Allowed, room: Fraction | int) -> Allowed:
    return said if isinstance(said, Allowed) else Allowed.within(said.interval(room))
