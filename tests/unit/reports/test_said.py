"""Targets and comments in words."""

from datetime import datetime
from decimal import Decimal

import pytest

from pipelines.reports import said
from pipelines.reports.published import Comment, Fulfilment
from pipelines.settings import SEEDS

BY_RULE = Fulfilment(Decimal("0.85"), "minst 85 %", "ej", None, None, None, None, None, "ej")
GRADED = Fulfilment(
    Decimal("0.85"), "minst 85 %", "ej", None, "delvis", "Eva Ek", "enhetschef", "Fel registrerat.", "delvis"
)


def test_the_rule_is_shown_with_its_outcome() -> None:
    assert said.outcome(BY_RULE) == "Ej uppfyllt"
    assert said.fulfilment(BY_RULE) == "Ej uppfyllt. Mål: minst 85 %."


def test_a_grading_says_who_why_and_what_the_rule_says() -> None:
    assert said.outcome(GRADED) == "Delvis uppfyllt enligt bedömning"
    assert said.fulfilment(GRADED) == (
        "Delvis uppfyllt enligt bedömning av Eva Ek, enhetschef: Fel registrerat. "
        "Enligt regeln: ej uppfyllt. Mål: minst 85 %."
    )


@pytest.mark.parametrize("orsak", said.NOT_TRIED)
def test_what_is_not_tried_says_why(orsak: str) -> None:
    found = Fulfilment(None, "högst 120 dagar", None, orsak, None, None, None, None, None)
    assert said.outcome(found) == ""
    assert said.fulfilment(found) == f"{said.NOT_TRIED[orsak]}. Mål: högst 120 dagar."


def test_every_code_of_the_warehouse_has_its_words() -> None:
    codes = [line.split(",")[:2] for line in (SEEDS / "koder.csv").read_text(encoding="utf-8").splitlines()]
    assert {code for kodlista, code in codes if kodlista == "mal_orsak"} < set(said.NOT_TRIED)
    assert {code for kodlista, code in codes if kodlista == "mal_utfall"} == set(said.OUTCOMES)


def test_a_comment_is_signed_and_dated() -> None:
    at = datetime(2025, 11, 1, 8)  # noqa: DTZ001 (Swedish time)
    assert said.comment(Comment("2025-10", "Semester.", "Bo Al", "socialchef", at)) == (
        "Semester. (Bo Al, socialchef, 2025-11-01)"
    )
