"""The sentences say what the rows say."""

from datetime import date
from pathlib import Path

import omgang
import pytest

from pipelines.reports.ej_verkstallda import Round, sentences


def test_a_sentence_per_unit_and_one_for_those_with_nothing(this: Round) -> None:
    assert sentences.per_unit(this, "beslut") == [
        "Biståndsenheten rapporterar två beslut, båda om särskilt boende SoL. Skäl: har tackat nej "
        "till erbjudande.",
        "Funktionsstöd rapporterar tre beslut: två om kontaktperson LSS och ett om ledsagarservice SoL. "
        "Skäl: matchning pågår (2) och skäl saknas (1).",
        "Barn- och familjeenheten har inget att rapportera.",
    ]
    assert sentences.per_unit(this, "avbrott") == [
        "Funktionsstöd rapporterar ett beslut efter avbrott, som avser kontaktperson LSS. Skäl: "
        "matchning pågår.",
        "Barn- och familjeenheten och Biståndsenheten har inget att rapportera.",
    ]


def test_a_round_without_decisions_says_so(tmp_path: Path) -> None:
    empty = Round.read(omgang.write(tmp_path / "tom", []))
    assert sentences.per_unit(empty, "beslut") == ["Ingen enhet har något att rapportera."]
    assert "noll beslut inte verkställda" in sentences.summary(empty)[0]


def test_both_measures_have_their_own_names(this: Round) -> None:
    text = " ".join(sentences.summary(this))
    assert (
        "sju beslut inte verkställda efter mer än tre månader (IVO:s mått), varav ett efter avbrott." in text
    )
    assert "Utan de beslut där den enskilde har tackat nej till ett erbjudande är antalet fem." in text
    assert "i median 128 dagar och som längst 128 dagar" in text
    assert "Ett beslut har verkställts och ett har avslutats utan att verkställas." in text
    assert "Det är tre fler än vid utgången av förra omgången." in text


@pytest.mark.parametrize(
    ("cut", "act"), [(date(2025, 6, 30), "16 kap. 6 f–6 i §§"), (date(2025, 9, 30), "34 kap. 1–4 §§")]
)
def test_the_act_in_force_is_named(cut: date, act: str) -> None:
    assert act in sentences.legal_basis(cut)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "noll beslut"), (1, "ett beslut"), (12, "tolv beslut"), (13, "13 beslut")]
)
def test_numbers_in_words_up_to_twelve(number: int, text: str) -> None:
    assert sentences.decisions(number) == text


def test_a_row_in_a_sentence_and_its_public_form() -> None:
    ended = omgang.row("B", **omgang.EXECUTED, dagar=130)
    assert sentences.row_sentence(ended) == (
        "Beslut om kontaktperson LSS, fattat 2025-05-25, verkställdes 2025-08-02. Väntetid 130 dagar."
    )
    public = sentences.row_sentence(ended, public=True)
    assert public == "Beslut om kontaktperson LSS, fattat i maj 2025, verkställdes i augusti 2025."
