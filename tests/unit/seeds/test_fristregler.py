"""The rule book as rows: every word in it is one that the engine, the code lists and the law know."""

from collections import defaultdict
from itertools import pairwise

import pytest
from test_seeds import Row, seed, valid_on

from pipelines.contracts import codes

REGLER = seed("fristregler")
VERSIONER = seed("fristregler_versioner")
VILLKOR = seed("fristregler_villkor")
EVENTS_OF_EXTRACTS = {
    "aktualisering": {"inkommen", "skyddsbedomning", "beslut"},
    "utredning": {"inledd", "tilldelad", "slutford"},
    "vard": {"start", "slut", "overvagande", "omprovning"},
    "vardtid": {"start", "slut"},
    "hem": {"start", "slut", "overvagande"},
    "placering": {"start", "slut"},
    "beslut": {"beslut", "verkstalld", "avbruten", "aterupptagen", "avslutad"},
}
OF_ANOTHER_SUBJECT = {"utredning.slutford", "person.fodelse", "person.fyller_18", "person.utredning_inledd"}
COLUMNS = {
    "typ",
    "malgrupp",
    "beslut",
    "lagrum_id",
    "lagrumsgrupp",
    "ar_overvagande",
    "gynnande",
    "handelser",
}
CODES = {
    "aktualisering": "aktualisering_typ",
    "utredning": "utredning_typ",
    "vard": "placeringsform",
    "hem": "placeringsform",
    "placering": "placeringsform",
}


def by_rule(rows: list[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["regel_id"]].append(row)
    return found


@pytest.mark.parametrize("rule", REGLER, ids=lambda r: r["regel_id"])
def test_a_rule_listens_to_events_that_exist(rule: Row) -> None:
    reviews = {f"overvagande_{code}" for code in codes("overvagande_typ")}
    known = EVENTS_OF_EXTRACTS[rule["subjekt_typ"]] | OF_ANOTHER_SUBJECT | reviews | set(codes("handelse"))
    for column in ("start_handelse", "stopp_handelse", "upphor_handelse"):
        assert set(filter(None, rule[column].split("|"))) <= known, column
    assert rule["start_handelse"] and rule["stopp_handelse"]
    if rule["slag"] == "aterkommande":
        assert rule["upphor_handelse"], "a duty that returns must be able to end"


def test_words_with_few_values() -> None:
    assert {r["slag"] for r in REGLER} == {"lag", "aterkommande", "maxtid", "rapportering", "lokal"}
    assert {r["tidigt_stopp"] for r in REGLER} == {"omojlig", "uppfylld", "ignoreras"}
    for column in ("forlangning_tillaten", "rullas", "frist_satt"):
        assert {r[column] for r in REGLER} == {"ja", "nej"}
    assert {v["enhet"] for v in VERSIONER} == {"dag", "vecka", "manad", "ar"}
    assert {v["overgang"] for v in VERSIONER} == {"behall", "ny"}
    assert {v["evidens"] for v in VERSIONER} <= {"L", "I", "mem", "W", "S"}
    assert {v["operator"] for v in VILLKOR} == {"in", "not_in", "har"}


def test_an_extension_says_what_it_takes() -> None:
    for rule in REGLER:
        assert bool(rule["forlangning_skal"]) == (rule["forlangning_tillaten"] == "ja"), rule["regel_id"]


def test_nothing_rolls_that_gives_no_time() -> None:
    for rule in REGLER:
        local = rule["slag"] == "lokal" or rule["kommun"]
        if local or rule["slag"] in ("maxtid", "rapportering"):
            assert rule["rullas"] == "nej", rule["regel_id"]


def test_every_rule_has_versions_that_follow_each_other() -> None:
    versions = by_rule(VERSIONER)
    assert versions.keys() == {r["regel_id"] for r in REGLER}
    for rule, mine in versions.items():
        assert [v["version"] for v in mine] == [str(n + 1) for n in range(len(mine))], rule
        for a, b in pairwise(mine):
            assert a["giltig_till"] == b["giltig_fran"], rule


def test_sections_exist_and_are_in_force_when_the_version_begins() -> None:
    lagrum = {row["lagrum_id"]: row for row in seed("lagrum")}
    for version in VERSIONER:
        if not version["lagrum_id"]:
            continue
        section = lagrum[version["lagrum_id"]]
        if version["evidens"] != "mem":
            assert not version["giltig_till"] or section["giltig_till"] in ("", version["giltig_till"])
    local = {r["regel_id"] for r in REGLER if r["slag"] == "lokal" or r["kommun"]}
    without = {v["regel_id"] for v in VERSIONER if not v["lagrum_id"]}
    assert without <= local, "a rule of law names its section"


def test_what_is_not_read_in_the_law_says_why() -> None:
    for version in VERSIONER:
        if version["evidens"] in ("I", "mem", "W"):
            assert version["forbehall"].endswith("."), version["regel_id"]


def test_conditions_name_columns_and_codes() -> None:
    kinds = {r["regel_id"]: r["subjekt_typ"] for r in REGLER}
    lagrum = {row["lagrum_id"] for row in seed("lagrum")}
    for row in VILLKOR:
        values = set(row["varden"].split("|"))
        assert row["kolumn"] in COLUMNS
        assert (row["operator"] == "har") == (row["kolumn"] == "handelser")
        if row["kolumn"] == "typ":
            assert values <= set(codes(CODES[kinds[row["regel_id"]]]))
        elif row["kolumn"] == "lagrum_id":
            assert values <= lagrum
        elif row["kolumn"] == "lagrumsgrupp":
            assert values <= {*codes("lagrumsgrupp"), "okand"}
        elif row["kolumn"] == "handelser":
            assert values <= set(codes("handelse"))


def test_steps_belong_to_decisions_that_exist() -> None:
    rows = {row["lagrum_id"]: row for row in seed("lagrum")}
    roots = {row["arende_lagrum_id"] for row in rows.values() if row["arende_lagrum_id"]}
    assert all(rows[root]["arende_lagrum_id"] == root for root in roots)
    assert {r["beslut_ar_handelse"] for r in rows.values()} - {""} <= set(codes("handelse"))
    asked = {v for r in VILLKOR if r["kolumn"] == "lagrum_id" for v in r["varden"].split("|")}
    assert asked <= roots, "a condition on a decision names the section that its steps lead to"


def test_the_dated_changes_of_the_reference() -> None:
    """What changed at a date, from the domain reference 1.5: written here a second time."""
    length = {
        (v["regel_id"], v["giltig_fran"]): (v["langd_forsta"] or v["langd"], v["enhet"]) for v in VERSIONER
    }
    assert length["UPPF_BARN", "2013-01-01"] == ("2", "manad")
    assert length["UPPF_BARN", "2025-07-01"] == ("6", "manad")
    assert length["OV_VARDNAD", "2002-01-01"] == ("3", "ar")
    assert length["OV_VARDNAD", "2022-07-01"] == ("2", "ar")
    assert length["LVU_UPPF", "2022-07-01"] == ("6", "manad")
    assert length["FORHAND", "2013-01-01"] == ("14", "dag")
    assert length["ANM_SVAR", "2026-01-01"] == ("1", "vecka")
    assert length["EV_RAPP", "2006-07-01"] == length["EV_RAPP_LSS", "2008-07-01"] == ("3", "manad")
    assert length["OV_LSB", "2024-04-01"] == ("6", "manad")


@pytest.mark.parametrize(
    ("day", "act", "fee"),
    [
        ("2025-06-30", "SOL2001", ("10000", "1000000")),
        ("2025-07-01", "SOL2025", ("10000", "1000000")),
        ("2025-12-31", "SOL2025", ("10000", "1000000")),
        ("2026-01-01", "SOL2025", ("15000", "1500000")),
        ("2025-12-31", "LSS", ("10000", "1000000")),
        ("2026-01-01", "LSS", ("15000", "1500000")),
    ],
)
def test_the_special_fee_on_a_day(day: str, act: str, fee: tuple[str, str]) -> None:
    in_force = [r for r in seed("sarskild_avgift") if r["lagrum_id"].startswith(act) and valid_on(r, day)]
    assert [(r["lagst_kr"], r["hogst_kr"]) for r in in_force] == [fee]
