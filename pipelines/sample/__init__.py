"""Sampelstad (kommun 9901): an invented municipality of about 100 000 inhabitants.

:func:`write` makes its deliveries: ten years of history and a run of nights. Everything is invented and
follows from the seed. The package knows persons, events and prices only; it imports the contracts for
the names of tables and columns, and nothing from the stages that read what it writes.
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from random import Random

from pipelines.contracts import table as contract
from pipelines.sample import slips
from pipelines.sample.cases import Cases
from pipelines.sample.decisions import Decisions
from pipelines.sample.errors import EXTRA_FIELD, Planting
from pipelines.sample.households import Households, write_society
from pipelines.sample.ledger import Ledger
from pipelines.sample.measures import write_measures
from pipelines.sample.nights import Nights
from pipelines.sample.numbers import Numbers
from pipelines.sample.people import People
from pipelines.sample.placements import Placements
from pipelines.sample.plans import write_plans
from pipelines.sample.register import Register
from pipelines.sample.world import HISTORY, KOMMUN, Row, Tables

__all__ = ["HISTORY", "KOMMUN", "write"]

KEY_COLUMNS = ("leveransdatum", "tabell", "rad", "kolumn", "feltyp", "regel_id")


def _silent(message: str) -> None:
    """The default progress: nobody listens."""


def write(
    landing: Path,
    *,
    scale: float = 1.0,
    seed: int = 1,
    nights: int = 3,
    progress: Callable[[str], None] = _silent,
) -> list[Path]:
    """Write the deliveries of Sampelstad; returns their folders in order of date.

    ``landing/9901/<leveransdatum>/<tabell>.csv`` in the canonical form and, when a delivery is whole, an
    empty ``KLAR``: the history on 2026-10-31 with every table, then ``nights`` nights with full
    snapshots of the tables that changed and of the four that are always delivered. The planted errors
    are listed in ``sample/planterade_fel.csv`` beside ``landing``: delivery, table, line of the file
    (the header is line 1, and stands for the whole file), column, kind and rule. An error that two rules
    find has two lines there.

    ``scale`` multiplies people and cases (0.02 still has some of everything). The same arguments give
    the same bytes. Raises ValueError for a scale that is not positive or a negative number of nights.
    """
    if scale <= 0 or nights < 0:
        raise ValueError(f"scale must be positive and nights not negative: {scale=}, {nights=}")

    def rng(subject: str) -> Random:
        return Random(f"{seed} {subject}")

    register = Register()
    people = People(rng("people"), scale)
    cases = Cases(rng("cases"), people, register)
    decisions = Decisions(rng("decisions"), people, register)
    placements = Placements(rng("placements"), people, register, decisions)
    households = Households(rng("households"), rng("household changes"), people, register)
    ledger = Ledger(rng("ledger"), register)
    numbers = Numbers(rng("numbers"), people, register)

    progress("Sampelstad: tio år av ärenden")
    cases.write_history(scale)
    placements.write_history(scale, cases.following)
    decisions.write_history(scale)
    households.write_history(scale)
    ledger.write_history(placements.placements, scale)
    write_society(rng("society"), register, scale)
    write_plans(rng("plans"), register, scale)
    write_measures(rng("measures"), register)
    numbers.write_history()

    folders: list[Path] = []
    key: list[Row] = []

    def deliver(night: int, names: list[str]) -> None:
        day = HISTORY + timedelta(days=night)
        progress(f"Sampelstad: leverans {day}")
        planting = Planting(rng(f"errors {day}"), {name: register.tables[name] for name in names}, day)
        planting.plant(scale, full=night == 0)
        slips.plant(planting, register.tables, scale, night)
        folders.append(_write_delivery(landing / KOMMUN / day.isoformat(), planting.tables))
        key.extend(planting.key)

    deliver(0, list(register.tables))
    life = Nights(rng("nights"), people, register, cases, decisions, ledger, numbers, scale)
    for number in range(1, nights + 1):
        deliver(number, life.pass_night(number, HISTORY + timedelta(days=number)))
    _write_key(landing.parent / "sample", key)
    return folders


def _write_delivery(folder: Path, tables: Tables) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        _write_table(folder / f"{name}.csv", _header(name, rows[0]), rows)
    (folder / "KLAR").touch()
    return folder


def _header(name: str, row: Row) -> list[str]:
    """The columns that Sampelstad delivers, in the order of the contract; unknown ones last."""
    known = contract(name).column
    return [column for column in known if column in row] + [column for column in row if column not in known]


def _write_table(path: Path, header: list[str], rows: list[Row]) -> None:
    pick = itemgetter(*header)
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(header)
        writer.writerows((*pick(r), r[EXTRA_FIELD]) if EXTRA_FIELD in r else pick(r) for r in rows)


def _write_key(folder: Path, key: list[Row]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write_table(folder / "planterade_fel.csv", list(KEY_COLUMNS), key)
