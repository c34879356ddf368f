"""Mutated deliveries: no crash, no hang, and every row is accepted, rejected or in a refused file."""

import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from fuzz import OF_FORMAT, Fuzz, case, odd_column, rows_of, samples, summary, warm

PARTS, IN_A_PART = 10, 30
CASES = PARTS * IN_A_PART
SEED = 3


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_deliveries(part: int, tmp_path: Path) -> None:
    with warm():
        fuzz = Fuzz(tmp_path)
        outcomes = [
            fuzz.run(case(SEED, number)) for number in range(part * IN_A_PART, (part + 1) * IN_A_PART)
        ]
    assert not [outcome for outcome in outcomes if outcome.faults], summary(outcomes)


def test_cases_are_what_they_should_be() -> None:
    """Guards the rest: every format and mutation comes, most files are really changed, and a case is the same
    the next time."""
    cases = [case(SEED, number) for number in range(CASES)]
    assert {c.sample.fil.format for c in cases} == set(OF_FORMAT)
    done = {name for c in cases for name in c.of}
    assert done >= {mutation.__name__ for mutations in OF_FORMAT.values() for mutation in mutations}
    assert sum(c.content != c.sample.content for c in cases) > 0.8 * CASES
    assert [c.content for c in cases[:20]] == [case(SEED, number).content for number in range(20)]


def test_unmutated_samples_pass_and_are_counted(tmp_path: Path) -> None:
    with warm():
        fuzz = Fuzz(tmp_path)
        for sample in samples():
            as_it_is = replace(case(SEED, 0), sample=sample, content=sample.content, of=[], is_second=False)
            outcome = fuzz.run(as_it_is)
            assert outcome.faults == [] and not outcome.file_refused
            assert outcome.counted and outcome.rows_in > 0


def test_rows_are_not_counted_where_the_file_contradicts_itself(tmp_path: Path) -> None:
    """It says that it is UTF-8 and it is not: a line of one no-break space of cp1252 is blank to one reader
    and two odd bytes to the other."""
    sample = next(s for s in samples() if s.name == "combine_aktualisering_202610.txt")
    assert rows_of(sample.content, sample.fil) == 5
    content = sample.content + b"\xa0\n"
    assert rows_of(content, sample.fil) is None
    assert rows_of(content.decode("cp1252").removeprefix("ï»¿").encode("cp1252"), sample.fil) == 5
    with warm():
        outcome = Fuzz(tmp_path).run(replace(case(SEED, 0), sample=sample, content=content, is_second=False))
    assert outcome.faults == [] and outcome.file_refused and not outcome.counted


def test_a_damaged_parquet_file_is_left_as_it_is() -> None:
    sample = next(s for s in samples() if s.fil.format == "parquet")
    damaged = sample.content[:-20] + b"PAR1"
    assert rows_of(damaged, sample.fil) is None
    assert odd_column(random.Random(1), damaged) == damaged
    assert odd_column(random.Random(1), sample.content) != sample.content


def crash(*_: object) -> None:
    raise ValueError


def panic(*_: object) -> None:
    """As a Rust library does: no Exception."""
    raise pl.exceptions.PanicException


def nothing(*_: object) -> None:
    """Nothing is kept."""


def plain(findings: pl.DataFrame) -> pl.DataFrame:
    return findings


FAULTS = {
    "a crash": ("pipelines.ingest.keys.keyed", crash, "IntakeError"),
    "a panic": ("pipelines.ingest.keys.keyed", panic, "IntakeError"),
    "lost rows": ("pipelines.ingest.quarantine.keep_files", nothing, "in quarantine"),
    "formulas": ("pipelines.ingest.errorlist._for_excel", plain, "a formula in fellista.csv"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_seen(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks bite."""
    sample = next(s for s in samples() if s.name == "Utredningar_2026-10.csv")
    content = sample.content.replace(b'"2026-04-08"', b'"=1+1"')
    assert rows_of(content, sample.fil) == 2
    target, instead, words = FAULTS[fault]
    with warm():
        monkeypatch.setattr(target, instead)
        outcome = Fuzz(tmp_path).run(replace(case(SEED, 0), sample=sample, content=content, is_second=False))
    assert any(words in said for said in outcome.faults), outcome.faults
