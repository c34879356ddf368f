"""Mutated deliveries: no crash, no hang, and every row is accepted, rejected or in a refused file."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from fuzz import OF_FORMAT, Fuzz, case, rows_of, samples, summary, warm

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


def crash(*_: object) -> None:
    raise ValueError


def nothing(*_: object) -> None:
    """Nothing is kept."""


def plain(findings: pl.DataFrame) -> pl.DataFrame:
    return findings


FAULTS = {
    "a crash": ("pipelines.ingest.keys.keyed", crash, "IntakeError"),
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
