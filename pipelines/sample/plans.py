"""What the board has planned of what is no placement: ``indikatorplan``, by year."""

from random import Random

from pipelines.sample.households import NEWCOMERS_PER_MONTH, PER_MONTH
from pipelines.sample.register import Register
from pipelines.sample.world import HISTORY, YEARS, index

ALL, NEW = ("", ""), ("nyanland", "ja")
"""Breakdown and group: every household, and those newly arrived."""

STEADY = {("EB_LANGVARIG_ANDEL", ALL): 0.43, ("EB_TID_MEDEL", ALL): 7}
FORECASTS = {"T1": 5, "T2": 9}
"""Version and the month in which it is known."""


def write_plans(rng: Random, register: Register, scale: float) -> None:
    """Insatser as many as the year before; households and kronor as the budget of aid reckons with."""
    for year in YEARS[1:]:
        moving: dict[tuple[str, tuple[str, str]], float] = {
            **{
                ("INS_AKTUELLA", ("insatstyp", kind)): _going_on(register, kind, year - 1)
                for kind in ("boendestod", "ips")
            },
            ("EB_HUSHALL_PER_MANAD", ALL): PER_MONTH * scale,
            ("EB_HUSHALL_PER_MANAD", NEW): max(1, NEWCOMERS_PER_MONTH * scale),
            ("EB_BELOPP_PER_MANAD", ALL): 9700 * index(year),
            ("EB_BELOPP_PER_MANAD", NEW): 14500 * index(year),
        }
        known = [v for v, month in FORECASTS.items() if (year, month) <= (HISTORY.year, HISTORY.month)]
        for serie, version in (("budget", ""), *(("prognos", v) for v in known)):
            planned = {of: round(level * rng.uniform(0.95, 1.05)) for of, level in moving.items()}
            for (indicator, (split, group)), value in {**planned, **STEADY}.items():
                register.add(
                    "indikatorplan",
                    {
                        "indikator_id": indicator,
                        "period": str(year),
                        "serie": serie,
                        "version": f"{year}-{version}" if version else str(year),
                        "uppdelning": split,
                        "grupp": group,
                        "varde": value,
                        "kalla": "nämndens internbudget" if serie == "budget" else "helårsprognos",
                    },
                )


def _going_on(register: Register, kind: str, year: int) -> int:
    return sum(
        row["insatstyp"] == kind
        and row["start"].year <= year
        and (not row["slut"] or row["slut"].year >= year)
        for row in register.tables["insatser"]
    )
