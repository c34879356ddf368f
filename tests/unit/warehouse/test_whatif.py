"""What if: against numbers worked out by hand, by counting nights, and on the sample's night."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipelines import cli, cli_whatif
from pipelines.settings import WAREHOUSE_FILE, Settings
from pipelines.warehouse import whatif

KNOWN = date(2026, 10, 31)
DECEMBER = date(2026, 12, 1)


def curve(ages: list[int], shares: list[Decimal]) -> whatif.Curve:
    sums = [
        sum((shares[max(n for n, a in enumerate(ages) if a <= t)] for t in range(age)), Decimal(0))
        for age in ages
    ]
    return whatif.Curve(ages, shares, sums, "placeringsform", 10)


HALF_LEAVE_AT_TEN = curve([0, 10], [Decimal(1), Decimal("0.5")])


def form(of: whatif.Curve, **values: Any) -> whatif.Form:
    known: dict[str, Any] = {
        "code": "hvb",
        "name": "HVB",
        "known": KNOWN,
        "price": Decimal(1000),
        "price_of": 4,
    }
    return whatif.Form(**(known | {"curve": of, "started_per_day": Decimal("0.1"), "open": []} | values))


def test_ten_more_by_hand() -> None:
    """Ten nights each, then half of them: 20.5 nights of December's 31, 187.5 of a year's 365."""
    effect = whatif.more(form(HALF_LEAVE_AT_TEN), Decimal(10), DECEMBER)
    assert (effect.nights_this_year, effect.nights_whole_year) == (Decimal("205"), Decimal("1875"))
    assert (effect.this_year_kr, effect.whole_year_kr) == (Decimal(205_000), Decimal(1_875_000))


def test_a_fifth_dearer_by_hand() -> None:
    """One open for five nights at 2 000: half of December. New ones: 0.1 a day, 10 + (t − 10) / 2 nights."""
    of = form(HALF_LEAVE_AT_TEN, open=[whatif.Open(5, Decimal(2000))])
    effect = whatif.dearer(of, Decimal("0.2"), DECEMBER)
    assert effect.nights_this_year == Decimal("15.5") + Decimal("86.8")
    assert effect.this_year_kr == Decimal("0.2") * (Decimal("15.5") * 2000 + Decimal("86.8") * 1000) == 23560


def test_an_open_one_without_a_price_costs_what_new_ones_do() -> None:
    dear = form(HALF_LEAVE_AT_TEN, open=[whatif.Open(5, Decimal(1000))], started_per_day=Decimal(0))
    unpriced = form(HALF_LEAVE_AT_TEN, open=[whatif.Open(5, None)], started_per_day=Decimal(0))
    effects = [whatif.dearer(of, Decimal(1), DECEMBER) for of in (dear, unpriced)]
    assert effects[0].whole_year_kr == effects[1].whole_year_kr == Decimal(182_500)


def test_nothing_left_of_a_year_that_begins_on_its_last_day() -> None:
    effect = whatif.more(form(HALF_LEAVE_AT_TEN), Decimal(1), date(2026, 12, 31))
    assert (effect.nights_this_year, effect.nights_whole_year) == (1, Decimal("187.5"))


@pytest.mark.parametrize("seed", range(20))
def test_nights_by_counting(seed: int) -> None:
    """Every night of open and new placements counted, from a random curve."""
    rng = random.Random(seed)
    ages = [0, *sorted(rng.sample(range(1, 500), rng.randint(1, 12)))]
    shares = sorted((Decimal(rng.randint(1, 1000)) / 1000 for _ in ages), reverse=True)
    of = curve(ages, shares)
    longer = [shares[max(n for n, a in enumerate(ages) if a <= t)] for t in range(2000)]
    stays = [whatif.Open(rng.randint(0, 400), Decimal(rng.randint(500, 9000))) for _ in range(3)]
    start = KNOWN + timedelta(days=rng.randint(1, 60))
    effect = whatif.dearer(form(of, open=stays), Decimal("0.1"), start)
    first = (start - KNOWN).days  # the first night after what is known is 1
    for nights, amount, length in (
        (effect.nights_this_year, effect.this_year_kr, (date(start.year, 12, 31) - start).days + 1),
        (effect.nights_whole_year, effect.whole_year_kr, 365),
    ):
        ahead = range(first, first + length)
        left = [sum(longer[s.nights + n] for n in ahead) / longer[s.nights] for s in stays]
        new = sum(Decimal("0.1") * longer[age] for n in ahead for age in range(n))
        assert abs(nights - sum(left) - new) < Decimal("0.0001")
        cost = sum(n * (s.price or 0) for n, s in zip(left, stays, strict=True)) + new * 1000
        assert abs(amount - cost / 10) < Decimal("0.02")


# --- on the sample's night ---


@pytest.fixture
def ask(natt: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(cli_whatif, "get_settings", lambda: natt)
    monkeypatch.setattr(cli_whatif.console, "width", 300)

    def run(*args: str) -> Result:
        return CliRunner().invoke(cli.app, ["whatif", "--kommun", "9901", *args])

    return run


@pytest.mark.xdist_group("natt")
def test_the_price_and_the_length_are_those_of_the_marts(natt: Settings) -> None:
    database = natt.warehouse / "current" / WAREHOUSE_FILE
    start, (effect,) = whatif.effects(database, "9901", {"hvb": Decimal(2)}, {})
    assert start == DECEMBER
    with duckdb.connect(database, read_only=True) as db:
        (kr, days, stays) = db.sql("""
            select sum(dygn.beraknad_kostnad_kr), sum(dygn.prissatta_dygn), count(distinct plac.placering_id)
            from mart.fct_placering as plac
            inner join mart.fct_placering_manad as dygn using (kommun, placering_id)
            where kommun = '9901' and plac.placeringsform = 'hvb' and not plac.ar_medplacerad
                and plac.start_datum between date '2025-11-01' and date '2026-10-31'
                and dygn.manad <= '2026-10'
        """).fetchone() or (None, None, None)
        steps = db.sql("""
            select dygn, kvar_andel from mart.placering_langd
            where kommun = '9901' and niva = 'placeringsform' and grupp = 'hvb' order by dygn
        """).fetchall()
        still_open = db.sql("""
            select count(*) from mart.fct_placering where kommun = '9901' and placeringsform = 'hvb'
                and start_datum <= date '2026-10-31' and coalesce(slut_datum > date '2026-10-31', true)
        """).fetchone()
    assert abs(effect.form.price - kr / days) < Decimal("0.01")
    assert effect.form.price_of == stays > 1
    assert effect.form.started_per_day == Decimal(stays) / 365
    assert still_open == (len(effect.form.open),)
    longer = [next(share for age, share in reversed(steps) if age <= night) for night in range(365)]
    assert abs(effect.nights_this_year - 2 * sum(longer[:31])) < Decimal("0.001")
    assert abs(effect.nights_whole_year - 2 * sum(longer)) < Decimal("0.001")


@pytest.mark.xdist_group("natt")
def test_the_answer_in_words_and_as_json(ask: Any) -> None:
    asked = ["--fler", "hvb=10", "--pris", "sis=20", "--fran", "2026-12-01"]
    answer = json.loads(ask(*asked, "--json").stdout)
    assert [(r["andring"], r["placeringsform"], r["varde"]) for r in answer["rader"]] == [
        ("fler", "hvb", "10"),
        ("pris", "sis", "0.2"),
    ]
    for total in ("i_ar_kr", "helar_kr"):
        assert sum(Decimal(r[total]) for r in answer["rader"]) == Decimal(answer[total]) > 0
    said = ask(*asked)
    assert said.exit_code == 0
    text = said.stdout.replace("\u00a0", " ")
    assert "10 fler placeringar, HVB" in text and "20 % högre pris, SiS-institution" in text
    total = f"{round(Decimal(answer['helar_kr'])):,}".replace(",", " ")
    assert f"{total} kr" in text.split("Summa")[1]
    assert "Känt till och med 2026-10-31" in text and "före avgifter och statsbidrag" in text


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        (["--fler", "hvb=1"], "1 placering till, HVB"),
        (["--fler", "hvb=-1"], "1 placering mindre, HVB"),
        (["--fler", "hvb=-2"], "2 färre placeringar, HVB"),
        (["--pris", "lvm_hem=-2,5"], "2,5 % lägre pris, LVM-hem"),
    ],
)
def test_one_many_more_and_less(ask: Any, asked: list[str], heading: str) -> None:
    assert heading in ask(*asked).stdout.replace("\u00a0", " ")


@pytest.mark.xdist_group("natt")
@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ([], 2, "Ange --fler"),
        (["--fler", "hvb"], 2, "form=tal"),
        (["--fler", "hvb=tio"], 2, "form=tal"),
        (["--fler", "hvb=1", "--fler", "hvb=2"], 2, "en gång"),
        (["--fler", "slott=1"], 2, "Det finns: boende_utan_tillstand"),
        (["--fler", "hvb=1", "--fran", "2026-10-31"], 2, "efter det som är känt: 2026-10-31"),
        (["--fler", "hvb=1", "--kommun", "0127"], 1, "Kommun 0127"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask: Any, asked: list[str], code: int, message: str) -> None:
    refused = ask(*asked)
    assert refused.exit_code == code
    assert message in refused.stdout
