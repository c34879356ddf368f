"""What the sample plants over several rows, against what ingest finds: all of it, and nothing else."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts import table
from pipelines.ingest.rules import id_column, rules
from pipelines.sample import KOMMUN, write
from pipelines.settings import Settings

Line = dict[str, str]
Found = tuple[str, str, str, str | None]
"""Delivery, table, rule and the case system's id."""

RULES = {name for name, rule in rules().items() if rule.omfattning == "samband"}
WITHOUT_ID = {"VOLYM_AVVIKER", "ENHET_OKAND", "LAGRUM_OKANT"}
"""Rules about a whole table or a way of writing."""

OF_LIFE = {"UTREDNING_KEDJA", "FORLANGNING_FOR_SEN", "KOSTNAD_NEGATIV"}
"""What nobody wrote wrong happens too: a child is investigated anew, somebody decides too late, an
invoice is credited."""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliveries of the shared night, as they were before ingest took them."""
    folder = tmp_path_factory.mktemp("slips") / "landing"
    write(folder, scale=0.02)
    return folder / KOMMUN


@pytest.fixture(scope="module")
def key(landing: Path) -> list[Line]:
    return read(landing.parents[1] / "sample" / "planterade_fel.csv")


@pytest.fixture(scope="module")
def findings(natt: Settings) -> pl.DataFrame:
    """What the rules over several rows found in Sampelstad, with the date of the delivery."""
    files = (natt.archive / "fynd" / f"kommun={KOMMUN}").glob("*.parquet")
    every = pl.concat(pl.read_parquet(f).with_columns(leveransdatum=pl.lit(f.name[:10])) for f in files)
    return every.filter(pl.col("regel_id").is_in(list(RULES)))


def read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def lines(landing: Path, key: list[Line], of_rules: bool) -> Iterator[tuple[Line, Line]]:
    """The key's entries with their rows; ``of_rules``: those of rules over several rows, or the others."""
    for entry in key:
        if (entry["regel_id"] in RULES) is of_rules and int(entry["rad"]) > 1:
            rows = read(landing / entry["leveransdatum"] / f"{entry['tabell']}.csv")
            yield entry, rows[int(entry["rad"]) - 2]


def planted(landing: Path, key: list[Line]) -> set[Found]:
    found: set[Found] = set()
    for entry, row in lines(landing, key, of_rules=True):
        ident = row[id_column(table(entry["tabell"])).name]
        rule = entry["regel_id"]
        found.add((entry["leveransdatum"], entry["tabell"], rule, None if rule in WITHOUT_ID else ident))
    volumes = {(k["leveransdatum"], k["tabell"], k["regel_id"], None) for k in key if k["rad"] == "1"}
    return found | {volume for volume in volumes if volume[2] in RULES}


def standing(landing: Path, wrong: set[Found]) -> set[Found]:
    """What is planted, also on the days after until its table is delivered anew."""
    days = sorted(folder.name for folder in landing.iterdir())
    stands: set[Found] = set()
    for day, name, rule, ident in wrong:
        for later in days[days.index(day) :]:
            if later > day and (landing / later / f"{name}.csv").exists():
                break
            stands.add((later, name, rule, ident))
    return stands


def test_every_rule_has_a_planted_row(key: list[Line]) -> None:
    assert {entry["regel_id"] for entry in key} >= RULES


def test_every_planted_row_is_found(landing: Path, key: list[Line], findings: pl.DataFrame) -> None:
    found = set(findings.select("leveransdatum", "tabell", "regel_id", "id").rows())
    assert planted(landing, key) - found == set()


def test_nothing_else_is_found(landing: Path, key: list[Line], findings: pl.DataFrame) -> None:
    """But what refers to a row that was rejected, and what happens without anybody's mistake."""
    gone: dict[str, set[str]] = defaultdict(set)
    for entry, row in lines(landing, key, of_rules=False):
        gone[entry["leveransdatum"]] |= {value for value in row.values() if isinstance(value, str)}
    wrong = standing(landing, planted(landing, key))
    unexpected = [
        (day, name, rule, ident)
        for day, name, rule, ident, value in findings.select(
            "leveransdatum", "tabell", "regel_id", "id", "varde"
        ).rows()
        if (day, name, rule, ident) not in wrong
        and rule not in OF_LIFE
        and not ("_UTAN_" in rule and value in gone[day])
    ]
    assert unexpected == []


def test_a_negative_cost_that_is_not_planted_credits_an_invoice(
    landing: Path, key: list[Line], findings: pl.DataFrame
) -> None:
    wrong = {ident for *_, rule, ident in planted(landing, key) if rule == "KOSTNAD_NEGATIV"}
    found = set(findings.filter(regel_id="KOSTNAD_NEGATIV")["id"]) - wrong
    booked = read(landing / "2026-10-31" / "ekonomi.csv")
    invoiced = {
        (row["placering_id"], row["avser_fran"]): Decimal(row["belopp_kr"])
        for row in booked
        if row["placering_id"] and not row["belopp_kr"].startswith("-") and row["belopp_kr"][-1].isdigit()
    }
    credits = [row for row in booked if row["rad_id"] in found]
    assert credits
    for row in credits:
        assert invoiced[row["placering_id"], row["avser_fran"]] > -Decimal(row["belopp_kr"])
