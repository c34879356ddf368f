"""Which of our indicators answers to which figure of others, and what differs: a seed of that name."""

import csv
from dataclasses import dataclass
from functools import cache

from pipelines.settings import SEEDS

KOLADA = "kolada"


@dataclass(frozen=True)
class Definition:
    """One row of ``indikator_jamforelser.csv``. ``likhet``: samma, nara (compared, the difference beside)
    or annan (never compared).
    """

    indikator_id: str
    kalla: str
    extern_id: str
    likhet: str
    egen_period: str
    skillnad: str

    @property
    def comparable(self) -> bool:
        return self.likhet != "annan"

    def own_period(self, year: str) -> str:
        """The period of ours that answers to a year of theirs."""
        return self.egen_period.replace("ÅÅÅÅ", year)


@cache
def definitions(kalla: str = KOLADA) -> tuple[Definition, ...]:
    """The rows of one source, in the seed's order."""
    with (SEEDS / "indikator_jamforelser.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Definition(**row) for row in csv.DictReader(file) if row["kalla"] == kalla)
