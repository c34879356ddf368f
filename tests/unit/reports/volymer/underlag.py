"""Rows made by hand, as ``publish`` lays them out: Botkyrka's printed table of delår 2 2021, and others."""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.reports.volymer import Source

DATA = Path(__file__).parents[3] / "data/volymer_nyckeltal_botkyrka_2021_delar2.csv"
LAGE_PER = date(2021, 9, 9)
Row = dict[str, Any]

COLUMNS = {
    "aug_2020": ("utfall", "delar", "2020-D2"),
    "aug_2021": ("utfall", "delar", "2021-D2"),
    "utfall_2020": ("utfall", "ar", "2020"),
    "budget_2021": ("budget", "ar", "2021"),
    "prognos_2021": ("prognos", "ar", "2021"),
}
INDICATORS = {
    "Boendestöd, antal insatser": "Antalet boendestödsinsatser",
    "IPS, antal insatser": "Antalet IPS-insatser",
    "Genomsnittligt antal biståndshushåll per månad": "Genomsnittligt antal biståndshushåll per månad",
    "Andel hushåll som fått bistånd 10 månader och längre under de senaste 12 månaderna": "Andelen hushåll "
    "som fått bistånd 10 månader och längre under de senaste 12 månaderna",
    "Genomsnittlig biståndstid i månader under perioden": "Genomsnittlig biståndstid i månader",
    "Genomsnittligt antal biståndshushåll per månad (nyanlända)": "Genomsnittligt antal nyanlända "
    "biståndshushåll per månad",
    "Genomsnittlig biståndstid i månader under perioden (nyanlända)": "Genomsnittlig biståndstid för "
    "nyanlända i månader",
    "Genomsnittligt bistånd per månad i kronor": "Genomsnittligt bistånd per månad i kronor",
    "Genomsnittligt bistånd per månad i kronor (nyanlända)": "Genomsnittligt bistånd per månad i kronor till "
    "nyanlända",
}
"""The other rows of the printed table, in its order, and what they are called in a sentence."""

PLACEMENTS = [
    *("institution_sol", "institution_lvu", "familjehem", "vardnadsoverflyttad", "psyk_egen", "psyk_annan"),
    *("skyddat_boende", "beroende_sol", "beroende_lvm", "beroende_familjehem", "beroende_boende"),
]
"""The placement rows of the printed table, in its order."""


def row(volymgrupp: str, **changed: Any) -> Row:
    """A cell of ten årsplatser at a million a year, in the outcome of delår 2 2021."""
    made: Row = {
        "kommun": "0127",
        "serie": "utfall",
        "periodtyp": "delar",
        "period": "2021-D2",
        "volymgrupp": volymgrupp,
        "avsnitt": "Barn och unga",
        "rad_volym": f"{volymgrupp}, årsplatser",
        "rad_kostnad": f"{volymgrupp}, årskostnad",
        "ordning": 1,
        "ar_fullstandig": True,
        "ar_med_bokslut": None,
        "vard_dygn": Decimal(2430),
        "arsplatser": Decimal(10),
        "arsplaceringar": Decimal("6.657534"),
        "nettokostnad_kr": Decimal(6657534),
        "nettokostnad_exkl_statsbidrag_kr": Decimal(6657534),
        "kostnad_per_arsplacering_kr": Decimal(1000000),
        "kostnad_per_arsplacering_exkl_statsbidrag_kr": Decimal(1000000),
        "dygnskostnad_kr": Decimal("2739.73"),
        "saknas_orsak": None,
        "status": "ok",
        "lage_per": LAGE_PER,
        "vintage": "2021-09-09",
    }
    assert changed.keys() <= made.keys(), changed.keys() - made.keys()
    return made | changed


def indicator(rad: str, **changed: Any) -> Row:
    """A cell of ten of what the row counts, in the outcome of delår 2 2021."""
    made: Row = {
        "kommun": "0127",
        "serie": "utfall",
        "periodtyp": "delar",
        "period": "2021-D2",
        "rad_id": rad,
        "avsnitt": "Ekonomiskt bistånd",
        "tabell": "volymer",
        "rad": rad,
        "mening": f"Antalet {rad}",
        "indikator_id": "EB",
        "definitionsversion": 1,
        "uppdelning": "total",
        "grupp": "total",
        "taljare": Decimal(80),
        "namnare": Decimal(8),
        "varde": Decimal(10),
        "mattenhet": "antal",
        "decimaler": 0,
        "ordning": 1,
        "status": "ok",
        "lage_per": LAGE_PER,
        "vintage": "2021-09-09",
    }
    assert changed.keys() <= made.keys(), changed.keys() - made.keys()
    return made | changed


def deviation(volymgrupp: str, **changed: Any) -> Row:
    """A forecast that is 100 000 kr dearer than budget, all of it price."""
    made: Row = {
        "kommun": "0127",
        "serie": "prognos",
        "jamforelse": "budget",
        "jamforelse_namn": "Prognos mot budget",
        "periodtyp": "ar",
        "period": "2021",
        "volymgrupp": volymgrupp,
        "avsnitt": "Barn och unga",
        "rad_volym": f"{volymgrupp}, årsplatser",
        "ordning": 1,
        "nettokostnad_kr": Decimal(1100000),
        "jamfor_nettokostnad_kr": Decimal(1000000),
        "avvikelse_kr": Decimal(100000),
        "volym_kr": Decimal(0),
        "pris_kr": Decimal(100000),
        "mix_kr": Decimal(0),
        "ej_uppdelad_kr": Decimal(0),
        "status": "ok",
        "status_delar": "ok",
    }
    assert changed.keys() <= made.keys(), changed.keys() - made.keys()
    return made | changed


def source(
    volumes: Sequence[Row] = (), deviations: Sequence[Row] = (), *, indicators: Sequence[Row] = (),
    development: Sequence[Row] = (), prices: Sequence[Row] = (), troskel: int | None = None,
) -> Source:  # fmt: skip
    """The rows as a report reads them."""
    tables = (list(rows) for rows in (volumes, deviations, indicators, development, prices))
    return Source("0127", "Botkyrka", LAGE_PER, "2021-09-09", troskel, *tables)


def printed() -> dict[str, list[Row]]:
    """The printed table, by "Volymer" and "Nyckeltal"."""
    with DATA.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    return {name: [r for r in rows if r["avsnitt"].startswith(name)] for name in ("Volymer", "Nyckeltal")}


def botkyrka() -> Source:
    """The printed numbers, moved a little inside what rounds to them; the forecast's deviation from budget is
    from the printed numbers themselves, by row: volume at the old price, the rest price.
    """
    volumes, deviations = [], []
    table = printed()
    places, costs = ([r for r in rows if r["rad"] not in INDICATORS] for rows in table.values())
    for nr, (group, volume, cost) in enumerate(zip(PLACEMENTS, places, costs, strict=True), 1):
        about = {
            "avsnitt": volume["avsnitt"].split(": ", 1)[1],
            "rad_volym": volume["rad"],
            "ordning": nr,
        }
        for place, (column, (serie, periodtyp, period)) in enumerate(COLUMNS.items()):
            little = Decimal("0.49") if (nr + place) % 2 else Decimal("-0.5")
            none = volume[column] == "0"
            count = Decimal(0) if none else Decimal(volume[column]) + little
            per = None if none else (Decimal(cost[column]) + little) * 1000
            volumes.append(
                row(group, **about, rad_kostnad=cost["rad"], serie=serie, periodtyp=periodtyp, period=period,
                    arsplatser=count, vard_dygn=count * 365, kostnad_per_arsplacering_kr=per,
                    nettokostnad_kr=None if per is None else count * per)
            )  # fmt: skip
        budget, forecast = (
            (Decimal(volume[c]), Decimal(cost[c]) * 1000) for c in ("budget_2021", "prognos_2021")
        )
        was, now = budget[0] * budget[1], forecast[0] * forecast[1]
        moved = (forecast[0] - budget[0]) * budget[1]
        deviations.append(
            deviation(group, **about, nettokostnad_kr=now, jamfor_nettokostnad_kr=was, avvikelse_kr=now - was,
                      volym_kr=moved / 2, mix_kr=moved / 2, pris_kr=now - was - moved)
        )  # fmt: skip
    return source(volumes, deviations, indicators=_indicators(table))


def _indicators(table: dict[str, list[Row]]) -> list[Row]:
    """The rows that are no placements, moved likewise. Of a share and a time only whole years are known."""
    found = []
    for name, rows in table.items():
        for nr, of in enumerate(r for r in rows if r["rad"] in INDICATORS):
            about = {
                "avsnitt": of["avsnitt"].split(": ", 1)[1],
                "tabell": name.lower(),
                "mening": INDICATORS[of["rad"]],
                "ordning": list(INDICATORS).index(of["rad"]),
            }
            for place, (column, (serie, periodtyp, period)) in enumerate(COLUMNS.items()):
                if not of[column]:
                    continue
                share = of[column].endswith("%")
                value = Decimal(of[column].rstrip("%")) + Decimal("0.49" if (nr + place) % 2 else "-0.5")
                unit = {"varde": value / 100, "mattenhet": "andel"} if share else {"varde": value}
                when = {"serie": serie, "periodtyp": periodtyp, "period": period}
                found.append(indicator(of["rad"], **about, **when, **unit))
    return found
