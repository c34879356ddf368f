"""The year calendar: what is to be measured when a month is over, read from the catalogue."""

from dataclasses import dataclass

from pipelines.reports import wording
from pipelines.reports.format import sort_key
from pipelines.reports.published import Indicator

ENDS = {
    "ar": {12},
    "halvar": {6, 12},
    "delar": {4, 8},
    "tertial": {4, 8, 12},
    "kvartal": {3, 6, 9, 12},
    "rullande_12": set(range(1, 13)),
    "manad": set(range(1, 13)),
}
"""The months in which a period of each type ends."""


@dataclass(frozen=True)
class Occasion:
    """A period that is known when the month is over, and the indicators that it is measured for."""

    namn: str
    indicators: list[Indicator]


@dataclass(frozen=True)
class Month:
    namn: str
    occasions: list[Occasion]


EVERY_MONTH = "varje månad"


def year(indicators: list[Indicator]) -> list[Month]:
    """What is due every month, once; then the months that more is due in, January to December.

    What needs time to be known (``mognad_manader``) stands in the month it is.
    """
    months = [_occasions(indicators, number) for number in range(1, 13)]
    always = [occasion for occasion in months[0] if all(occasion in month for month in months)]
    found = [Month(EVERY_MONTH, always)]
    for name, month in zip(wording.MONTHS, months, strict=True):
        found.append(Month(name, [occasion for occasion in month if occasion not in always]))
    return [month for month in found if month.occasions]


def _occasions(indicators: list[Indicator], month: int) -> list[Occasion]:
    found: dict[tuple[str, int], list[Indicator]] = {}
    for i in indicators:
        ended = (month - 1 - i.mognad_manader) % 12 + 1
        for periodtyp in i.periodtyper.split("|"):
            if ended in ENDS[periodtyp]:
                found.setdefault((periodtyp, i.mognad_manader), []).append(i)
    order = {periodtyp: place for place, periodtyp in enumerate(wording.PERIOD_TYPES)}
    return [
        Occasion(_name(*key), sorted(rows, key=lambda i: sort_key(i.namn)))
        for key, rows in sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    ]


def _name(periodtyp: str, late: int) -> str:
    name = wording.PERIOD_TYPES[periodtyp]
    return f"{name}, som slutade {late} månader tidigare" if late else name
