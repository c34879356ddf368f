"""Every verdict of two printed documents, as worked out by hand when they were read, and what a verdict
promises for any table.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import printed_oracle as oracle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.reports import format as swedish
from pipelines.reports.printed import Claim, Finding, Table, Verdict, check, read_claims, text
from pipelines.reports.printed.claims import rule
from pipelines.settings import ROOT

DATA = ROOT / "tests" / "data"
BOTKYRKA = "volymer_nyckeltal_botkyrka_2021_delar2"
HARNOSAND = "placeringskostnader_harnosand_2025"


@pytest.fixture(scope="module")
def found() -> dict[str, Finding]:
    claims = read_claims(DATA / "tryckta_pastaenden.csv")
    return {
        finding.claim.pastaende_id: finding
        for name in (BOTKYRKA, HARNOSAND)
        for finding in check(Table.read(DATA / f"{name}.csv"), [c for c in claims if c.tabell == name])
    }


def values(findings: dict[str, Finding], ids: list[str], decimals: int) -> list[float]:
    return [round(float(value), decimals) for i in ids if (value := findings[i].varde) is not None]


DEVIATIONS = {
    "annan_regi": (-15.886, "foljer"),
    "hvb_sol_vuxna": (13.372, "foljer"),
    "familjehem_vuxna": (1.000, "foljer"),
    "egen_regi": (-5.277, "ryms"),
    "skyddat_boende": (-1.437, "ryms"),
    "lvm": (-9.858, "ryms"),
    "boende_utan_hvb": (-5.588, "gransfall"),
    "sol_barn": (6.023, "ryms"),
    "lvu": (-19.944, "ryms"),
    "familje_jourhem": (-8.460, "ej_namnd"),
    "vardnad": (0.360, "ej_namnd"),
}
"""Computed deviation in mkr, and how the printed one stands to it."""


@pytest.mark.parametrize("category", DEVIATIONS)
def test_a_deviation_from_the_budget_has_the_verdict_worked_out_by_hand(
    found: dict[str, Finding], category: str
) -> None:
    finding = found[f"avvikelse_{category}"]
    value, verdict = DEVIATIONS[category]
    assert finding.varde == Fraction(str(value))
    assert finding.verdict == verdict


def test_the_borderline_deviation_fits_in_the_extreme_corner_only(found: dict[str, Finding]) -> None:
    """−5,25 is printed −5,2; the table reaches −5,249 and no further."""
    finding = found["avvikelse_boende_utan_hvb"]
    assert finding.spann is not None
    assert finding.spann.high == Fraction("-5.249")
    assert finding.utrymme == 100
    assert {f.claim.pastaende_id for f in found.values() if f.verdict is Verdict.GRANSFALL} == {
        "avvikelse_boende_utan_hvb"
    }


def test_the_largest_deviation_fits_although_it_is_far_off(found: dict[str, Finding]) -> None:
    """LVU: 1,8 mkr from the product of the printed cells, but within their rounding."""
    finding = found["avvikelse_lvu"]
    assert finding.spann is not None
    assert [round(float(end), 1) for end in (finding.spann.low, finding.spann.high)] == [-22.1, -17.7]
    assert finding.utrymme == 78


IMPOSSIBLE = {
    "lvu_dyrare_delar",
    "lvu_dyrare_helar",
    "annan_regi_billigare",
    "skyddat_boende_dygn_delar",
    "bistand_nettoeffekt",
    "rest_rimlig_lvu",
    "rest_rimlig_boende_utan_hvb",
    "rest_rimlig_hvb_sol_vuxna",
    "rest_2020_rimlig_familje_jourhem",
    "rest_2020_rimlig_skyddat_boende",
    "rest_2020_rimlig_hvb_sol_vuxna",
}


def test_what_cannot_be_is_what_was_found_by_hand(found: dict[str, Finding]) -> None:
    assert {i for i, f in found.items() if f.verdict is Verdict.OMOJLIG} == IMPOSSIBLE


def test_the_rest_of_the_year_reproduces(found: dict[str, Finding]) -> None:
    order = ["lvu", "boende_utan_hvb", "hvb_sol_vuxna", "lvm", "annan_regi", "familje_jourhem", "egen_regi"]
    ids = [f"rest_{c}" for c in [*order, "skyddat_boende"]]
    assert values(found, ids, 0) == [1453, 533, 343, 1100, 732, 486, 655, 873]
    ids = [f"rest_2020_{c}" for c in ("familje_jourhem", "skyddat_boende", "hvb_sol_vuxna")]
    assert values(found, ids, 0) == [51, 175, 274]
    assert values(found, ["rest_rimlig_lvu", "rest_rimlig_boende_utan_hvb"], 0) == [-33, 92]


def test_the_changes_reproduce(found: dict[str, Finding]) -> None:
    ids = ["skyddat_boende_dygn_delar", "skyddat_boende_dygn_prognos", "bistand_176_mer", "hushall_20_farre"]
    assert values(found, ids, 0) == [504, 901, 176, 20]
    assert values(found, ["lvu_dyrare_delar", "lvu_dyrare_helar", "skyddat_boende_dyrare"], 3) == [
        0.085,
        0.214,
        0.184,
    ]
    follows = {i for i, f in found.items() if f.claim.avsnitt == "Förändring och riktning"} - IMPOSSIBLE
    wide = {i for i in follows if found[i].verdict is not Verdict.FOLJER}
    assert wide == {"skyddat_boende_dygn_prognos"}


def test_shares_follow_or_fit(found: dict[str, Finding]) -> None:
    ids = [f"egen_regi_{column}" for column in ("aug_2021", "utfall_2020", "budget_2021")]
    assert values(found, ids, 1) == [58.4, 60.4, 77.9]
    assert [found[i].verdict for i in ids] == [Verdict.RYMS, Verdict.RYMS, Verdict.FOLJER]


def test_sums_and_projections_follow_or_are_one_off(found: dict[str, Finding]) -> None:
    """Härnösand: HVB is one off in two columns, the family homes never; ×12/10 is one off in four rows."""
    fits = {i for i, f in found.items() if f.claim.tabell == HARNOSAND and f.verdict is Verdict.RYMS}
    assert fits == {
        "summa_hvb_utfall_2022",
        "summa_hvb_jan_okt_2025",
        *(f"upprakning_{row}" for row in ("hvb", "bogarden", "familjehem_barn", "konsulent")),
    }
    others = {f.verdict for i, f in found.items() if f.claim.tabell == HARNOSAND and i not in fits}
    assert others == {Verdict.FOLJER}


def claim(uttryck: str, tryckt: str, **other: str) -> Claim:
    """A claim over cells in the column ``x``; the row behind ``a`` is "Rad a"."""
    names = sorted({part[-1] for part in f"{uttryck} {tryckt}".split(".x")[:-1]})
    row = dict.fromkeys(("avsnitt", "plats", "pastaende", "enhet", "steg", "ca"), "") | {
        "pastaende_id": "p",
        "tabell": "t",
        "rader": ";".join(f"{name}=Rad {name}" for name in names),
        "uttryck": uttryck,
        "tryckt": tryckt,
    }
    return Claim.read(row | other)


def table(**cells: str) -> Table:
    return Table(
        "t", {f"Rad {name}": {"rad": f"Rad {name}", "x": printed} for name, printed in cells.items()}
    )


def one(uttryck: str, tryckt: str, cells: dict[str, str], **other: str) -> Finding:
    (finding,) = check(table(**cells), [claim(uttryck, tryckt, **other)])
    return finding


@settings(max_examples=150, deadline=None)
@given(oracle.TREES, oracle.cells(), oracle.PLACES, st.integers(0, 2))
def test_what_was_true_before_rounding_is_never_called_impossible(
    tree: oracle.Tree, these: dict[str, oracle.Cell], places: tuple[Fraction, ...], decimals: int
) -> None:
    """Somewhere inside the rounding lie the true numbers. Whatever they give, printed, must fit."""
    assume(oracle.used(tree))
    at = {name: these[name].at(place) for name, place in zip(oracle.CELLS, places, strict=True)}
    finding = judged(tree, these, lambda: oracle.printed(oracle.value(tree, at), decimals))
    assert finding.verdict in {Verdict.FOLJER, Verdict.RYMS, Verdict.GRANSFALL}


@settings(max_examples=150, deadline=None)
@given(oracle.TREES, oracle.cells(), oracle.EIGHTHS, st.integers(0, 2))
def test_a_verdict_keeps_its_promise(
    tree: oracle.Tree, these: dict[str, oracle.Cell], off: Fraction, decimals: int
) -> None:
    """Follows: exactly when the printed cells recompute to the print. Fits: from that share of the rounding
    on, not from one per cent less. Impossible: not at any corner, so nowhere.
    """
    assume(oracle.used(tree))

    def near() -> str:
        ends = oracle.corners(tree, these, Fraction(1))
        middle, half = (max(ends) + min(ends)) / 2, (max(ends) - min(ends)) / 2
        return oracle.printed(middle + 2 * off * half, decimals)

    finding = judged(tree, these, near)
    assert finding.tryckt is not None
    low, high = (finding.tryckt.value + side * Fraction(1, 10**decimals) / 2 for side in (-1, 1))

    def meets(per_cent: int) -> bool:
        ends = oracle.corners(tree, these, Fraction(per_cent, 100))
        return max(ends) >= low and min(ends) <= high

    assert finding.varde == oracle.value(tree, {name: cell.value for name, cell in these.items()})
    assert (finding.verdict is Verdict.FOLJER) == (low <= finding.varde <= high)
    assert (finding.verdict is Verdict.OMOJLIG) == (not meets(100))
    if finding.verdict in {Verdict.RYMS, Verdict.GRANSFALL}:
        assert finding.utrymme is not None
        assert meets(finding.utrymme)
        assert not meets(finding.utrymme - 1)
        assert (finding.verdict is Verdict.GRANSFALL) == (finding.utrymme > 90)


def judged(tree: oracle.Tree, these: dict[str, oracle.Cell], tryckt: Callable[[], str]) -> Finding:
    """The finding, where the formula is one that can be bounded and no denominator may be zero."""
    cells = {name: these[name].text for name in sorted(oracle.used(tree))}
    try:
        finding = one(oracle.text(tree), tryckt(), cells)
    except (ValueError, ZeroDivisionError):
        assume(False)
    assume(finding.verdict is not Verdict.EJ_PROVBAR)
    return finding


def test_ca_widens_the_printed_number_only() -> None:
    cells = {"a": "528"}
    assert one("a.x / 100", "5,2", cells).verdict is Verdict.OMOJLIG
    assert one("a.x / 100", "5,2", cells, ca="ja").verdict is Verdict.RYMS
    assert one("a.x / 100", "5,1", cells, ca="ja").verdict is Verdict.OMOJLIG
    assert one("a.x / 100", "5,3", cells, ca="ja").verdict is Verdict.FOLJER


def test_a_direction_follows_fits_or_is_contrary() -> None:
    assert one("a.x - b.x", "lägre", {"a": "715", "b": "719"}).verdict is Verdict.FOLJER
    assert one("a.x - b.x", "lägre", {"a": "719", "b": "715"}).verdict is Verdict.OMOJLIG
    assert one("a.x - b.x", "lägre", {"a": "715", "b": "715"}).verdict is Verdict.RYMS
    # 4,5 could be both, but then neither is lower.
    assert one("a.x - b.x", "lägre", {"a": "5", "b": "4"}).verdict is Verdict.OMOJLIG


def test_what_the_text_leaves_out_counts_only_when_it_cannot_be_zero() -> None:
    assert one("a.x - b.x", "", {"a": "7", "b": "5"}).verdict is Verdict.EJ_NAMND
    finding = one("a.x - b.x", "", {"a": "7", "b": "6"})
    assert (finding.verdict, finding.skal) == (
        Verdict.EJ_PROVBAR,
        "avvikelsen kan vara noll inom avrundningen",
    )


def test_an_empty_cell_and_a_zero_denominator_are_said_not_guessed() -> None:
    finding = one("a.x / b.x", "2", {"a": "4", "b": " "})
    assert (finding.verdict, finding.varde, finding.skal) == (
        Verdict.EJ_PROVBAR,
        None,
        "tabellen är tom i b.x",
    )
    finding = one("a.x / b.x", "2", {"a": "4", "b": "0"})
    assert (finding.verdict, finding.varde) == (Verdict.EJ_PROVBAR, None)
    assert finding.skal == "en nämnare kan vara noll inom avrundningen"


def test_the_same_rule_holds_for_our_own_rounded_table() -> None:
    """A table and a sentence written from the same exact numbers never contradict each other."""
    arsplatser, kostnad = Fraction("17.37"), Fraction("714.62")
    own = {name: swedish.number(_decimal(value)) for name, value in (("v", arsplatser), ("k", kostnad))}
    sentence = swedish.number(_decimal(arsplatser * kostnad / 1000), 1)
    finding = one("v.x * k.x / 1000", sentence, own, enhet="mkr")
    assert finding.verdict is Verdict.RYMS
    assert text.line(finding).tryckt.replace(swedish.NBSP, " ") == "12,4 mkr"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


@pytest.mark.parametrize(
    ("field", "written", "why"),
    [
        ("tryckt", "mycket högre", "är inget tal"),
        ("tryckt", "1..", "är inget tal"),
        ("steg", "0", "steg är ett tal över noll"),
        ("ca", "kanske", "ca är ja eller nej"),
        ("rader", "a=Rad a;b=Rad b", "inte samma namn: b"),
        ("rader", "Rad a", "rader skrivs"),
        ("uttryck", "a.x * a.x", "med sig själv"),
    ],
)
def test_a_claim_that_cannot_be_read_is_refused_by_name(field: str, written: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^p: .*{why}"):
        claim(**({"uttryck": "a.x", "tryckt": "1"} | {field: written}))


def test_a_row_or_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="t har ingen rad 'Rad b'"):
        check(table(a="1"), [claim("a.x - b.x", "1")])
    with pytest.raises(ValueError, match="t har ingen kolumn 'y'"):
        check(table(a="1"), [claim("a.y", "1", rader="a=Rad a")])
    with pytest.raises(ValueError, match="p: 'fem' är inget tal"):
        check(table(a="fem"), [claim("a.x", "1")])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("namn,x\na,1\n", "saknar kolumn: rad"),
        ("rad,x\na,1\na,2\n", "två rader heter 'a'"),
        ("rad,x\na,1,2\n", "rad 2 har inte lika många fält"),
        ("rad,x\na\n", "rad 2 har inte lika många fält"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "tabell.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        Table.read(file)


def test_the_limits_are_data() -> None:
    assert (rule("ca_steg"), rule("gransfall_procent")) == (1, 90)
