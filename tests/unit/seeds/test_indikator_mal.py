"""The targets are of known indicators, and their rules can be tried."""

from decimal import Decimal

import pytest
from test_seeds import Row, seed

from pipelines.contracts import codes, municipalities

TARGETS = seed("indikator_mal")
CARDS = {row["indikator_id"]: row for row in seed("indikatorer")}
PERIODS = {(row["indikator_id"], row["periodtyp"]) for row in seed("indikator_perioder")}
UP, DOWN = {"minst", "okar"}, {"hogst", "minskar"}


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def name(row: Row) -> str:
    return f"{row['indikator_id']}-{row['kommun']}-{row['ar']}"


@pytest.mark.parametrize("row", TARGETS, ids=name)
def test_a_target_is_of_something_that_is_measured(row: Row) -> None:
    assert row["indikator_id"] in CARDS
    assert row["kommun"] == "*" or row["kommun"] in municipalities()
    for periodtyp in filter(None, row["periodtyper"].split("|")):
        assert (row["indikator_id"], periodtyp) in PERIODS
    assert row["operator"] in codes("mal_operator")
    assert not row["statistik"] or row["statistik"] in codes("mal_statistik")


@pytest.mark.parametrize("row", TARGETS, ids=name)
def test_a_target_points_where_the_card_says_is_better(row: Row) -> None:
    direction = CARDS[row["indikator_id"]]["riktning"]
    assert direction != "upp" or row["operator"] not in DOWN
    assert direction != "ned" or row["operator"] not in UP


@pytest.mark.parametrize("row", TARGETS, ids=name)
def test_partly_met_is_less_than_met(row: Row) -> None:
    mal, limit = number(row["mal"]), number(row["delvis_grans"])
    if row["operator"] in ("okar", "minskar"):
        assert mal is None or mal > 0
        assert limit is None or limit < mal if mal is not None else limit is None or limit <= 0
    else:
        assert mal is not None
        less = {"minst": lambda x: x < mal, "hogst": lambda x: x > mal, "lika": lambda x: x > 0}
        assert limit is None or less[row["operator"]](limit)


@pytest.mark.parametrize("row", TARGETS, ids=name)
def test_a_level_for_what_adds_up_says_which_periods_it_is_for(row: Row) -> None:
    """A year's count is no month's: such a target names its periods, or the indicator has only one kind."""
    card = CARDS[row["indikator_id"]]
    adds_up = card["statistik"] in ("antal", "summa") and card["tidsbas"] == "handelse"
    kinds = {periodtyp for indikator_id, periodtyp in PERIODS if indikator_id == row["indikator_id"]}
    assert not adds_up or row["operator"] in ("okar", "minskar") or row["periodtyper"] or len(kinds) == 1


@pytest.mark.parametrize("row", TARGETS, ids=name)
def test_a_share_is_between_nothing_and_all(row: Row) -> None:
    if CARDS[row["indikator_id"]]["mattenhet"] == "andel" and row["operator"] in ("minst", "hogst", "lika"):
        assert 0 <= Decimal(row["mal"]) <= 1
