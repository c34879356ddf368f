from decimal import Decimal

import pytest

from pipelines.contracts import codes
from pipelines.reports import wording
from pipelines.reports.format import SYMBOLS, component, measure, number, percent, sort_key


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        ("1234567", 0, "1\u00a0234\u00a0567"),
        ("999.95", 1, "1\u00a0000,0"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "\u22123"),
        ("-0.04", 1, "0,0"),
        ("0", 0, "0"),
    ],
)
def test_number_rounds_half_up_and_is_swedish(value: str, decimals: int, printed: str) -> None:
    assert number(Decimal(value), decimals) == printed


def test_percent_rounds_the_exact_share() -> None:
    # As binary floating point 0.1235 is a little less, and would give 12,3.
    assert percent(Decimal("0.1235"), 1) == "12,4\u00a0%"


def test_component_shows_decimals_only_when_there_are_any() -> None:
    assert component(Decimal("255.0000")) == "255"
    assert component(Decimal("1234.5600")) == "1\u00a0234,6"
    assert component(None) == ""


@pytest.mark.parametrize(
    ("status", "value", "part"),
    [
        ("rojandeskyddad", "..", ".."),
        ("ej_producerbar", "–", "–"),
        ("saknas", "saknas", "–"),
        ("for_tidigt", "för tidigt", "–"),
    ],
)
def test_status_is_printed_in_the_place_of_a_number(status: str, value: str, part: str) -> None:
    assert measure(Decimal(0), status, "antal", 0) == value
    assert component(Decimal(0), status) == part


def test_value_with_nothing_to_divide_by_is_not_zero() -> None:
    assert measure(None, "ok", "andel", 1) == "–"
    assert measure(Decimal(0), "ok", "andel", 1) == "0,0\u00a0%"


def test_unit_follows_the_number() -> None:
    assert measure(Decimal("98.25"), "ok", "dagar", 1, unit=True) == "98,3\u00a0dagar"
    assert measure(Decimal(98), "ok", "antal", 0, unit=True) == "98"


def test_every_published_status_has_symbol_and_words() -> None:
    statuses = set(codes("status_varde"))
    assert set(SYMBOLS) == statuses - {"ok"} == set(wording.STATUS_EXPLANATIONS)
    assert set(wording.STATUSES) == statuses


def test_swedish_order() -> None:
    names = [
        "Öst",
        "Ängsholm",
        "Zinkgruvan",
        "Åsby",
        "ale",
        "Élite",
        "Fågelö",
        "7–12 år",
        "13–17 år",
        "0–6 år",
    ]
    assert sorted(names, key=sort_key) == [
        "0–6 år",
        "7–12 år",
        "13–17 år",
        "ale",
        "Élite",
        "Fågelö",
        "Zinkgruvan",
        "Åsby",
        "Ängsholm",
        "Öst",
    ]


@pytest.mark.parametrize(
    ("code", "name", "short"),
    [
        ("2025", "2025", "2025"),
        ("2025-10", "oktober 2025", "okt 25"),
        ("2025-K3", "kvartal 3 2025", "K3 25"),
        ("2025-T2", "tertial 2 2025", "T2 25"),
        ("2025-D2", "delår 2 2025", "D2 25"),
        ("2025-H1", "halvår 1 2025", "H1 25"),
        ("2025-10-R12", "tolv månader t.o.m. oktober 2025", "okt 25"),
    ],
)
def test_periods_in_words(code: str, name: str, short: str) -> None:
    assert (wording.period(code), wording.short_period(code)) == (name, short)


@pytest.mark.parametrize("code", ["", "2025-X1", "2025-10-31", "oktober"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        wording.period(code)


@pytest.mark.parametrize(
    ("threshold", "start"), [(1, "Inga antal"), (2, "Antalet 1 visas inte"), (5, "Antal 1–4 visas inte")]
)
def test_threshold_names_the_counts_that_are_hidden(threshold: int, start: str) -> None:
    assert wording.suppression(threshold).startswith(start)
