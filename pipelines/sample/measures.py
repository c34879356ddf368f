"""What is not counted by the case system: surveys once a year, what somebody counts by month or quarter."""

from random import Random

from pipelines.sample.register import Register
from pipelines.sample.world import HISTORY, Row

SURVEYS = {
    "ENK_BEMOTANDE": ("brukarenkät", 0.86),
    "ENK_HANSYN": ("brukarenkät", 0.71),
    "ENK_NOJDA_IFO": ("brukarenkät", 0.78),
    "KVAL_GENOMFORANDEPLAN_ANDEL": ("aktgranskning", 0.64),
}
"""Where it is asked, and the share that is pleased."""
UNITS_OF_REPORTS = ("mottag_barn", "utredning_unga", "vuxen_beroende")
ENGAGEMENT: dict[str | None, int] = {None: 75, "kvinna": 76, "man": 72}


def write_measures(rng: Random, register: Register) -> None:
    """The extract ``matt`` in every form it may have: parts, counts, bare values; by sex, by unit, whole."""
    for year in range(2021, HISTORY.year):
        _surveys(rng, register, year)
    for year in range(2022, HISTORY.year + 1):
        for month in range(1, 13 if year < HISTORY.year else HISTORY.month):
            _month(rng, register, f"{year}-{month:02d}")
            if month % 3 == 0:
                _quarter(rng, register, f"{year}-K{month // 3}")


def _surveys(rng: Random, register: Register, year: int) -> None:
    for measure, (source, level) in SURVEYS.items():
        for sex in ("kvinna", "man"):
            asked = rng.randint(40, 90)
            pleased = round(asked * min(1, level + rng.uniform(-0.08, 0.08)))
            register.add("matt", _row(measure, str(year), source, kon=sex, taljare=pleased, namnare=asked))
    for who, index in ENGAGEMENT.items():
        value = index + rng.randint(-3, 3)
        row = _row(
            "PERS_HME", str(year), "medarbetarenkät", kon=who, namnare=rng.randint(80, 140), varde=value
        )
        register.add("matt", row)


def _month(rng: Random, register: Register, month: str) -> None:
    register.add("matt", _row("BUS_NYA", month, "rådgivarnas lista", taljare=rng.randint(20, 50)))
    asked = rng.randint(1, 6)
    answered = asked - (rng.random() < 0.2)
    row = _row("KVAL_SYNPUNKTER_10_ANDEL", month, "synpunkter", taljare=answered, namnare=asked)
    register.add("matt", row)


def _quarter(rng: Random, register: Register, quarter: str) -> None:
    for unit in UNITS_OF_REPORTS:
        row = _row("KVAL_LEX_SARAH", quarter, "lex Sarah", enhet=unit, taljare=rng.randint(0, 4))
        register.add("matt", row)
    wait = {"namnare": rng.randint(3, 30), "varde": rng.randint(20, 110)}
    register.add("matt", _row("BUS_KOTID_MEDIAN", quarter, "rådgivarnas lista", **wait))


def _row(measure: str, period: str, source: str, **values: str | int | None) -> Row:
    empty: Row = {"kon": None, "enhet": None, "taljare": None, "namnare": None, "varde": None}
    return {"indikator_id": measure, "period": period, **empty, **values, "kalla": source}
