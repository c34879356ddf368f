"""docs/frister.md is the rule rows: nobody writes it by hand, and its examples agree with the oracle."""

import csv
import re
from datetime import date, timedelta

import pytest
from frist_orakel import lagg_till, rulla

from pipelines.settings import ROOT, SEEDS
from pipelines.warehouse import wording
from pipelines.warehouse.rulebook import GROUPS, page

EXAMPLE = re.compile(
    r"^\| (?P<label>[^|]+) \| (?P<start>[\d-]+) \| (?P<convention>\w+) \| (?P<last>[\d-]+), (?P<name>[^|]+)"
    r" \| (?P<then>[^|]+) \| (?P<after>[\d-]+): (?P<late>[^|]+) \|$",
    re.MULTILINE,
)


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


RULES = {row["regel_id"]: row for row in seed("fristregler")}
VERSIONS = seed("fristregler_versioner")
CODES = {(row["kodlista"], row["kod"]): row["namn"] for row in seed("koder")}
EVIDENCE = {"L": "lagtexten är läst", "I": "slutsats", "mem": "ur minnet", "W": "ur en webbsida"}
EVIDENCE |= {"S": "ur ett kommunalt dokument"}
HOLIDAYS = {date.fromisoformat(row["datum"]): row["namn"] for row in seed("helgdagar")}


def section(regel_id: str) -> str:
    return re.split(r"\n##", page().split(f"\n### {regel_id}\n")[1])[0]


def test_the_committed_page_is_the_generated() -> None:
    committed = (ROOT / "docs" / "frister.md").read_text(encoding="utf-8")
    assert committed == page(), "python -m pipelines.warehouse.rulebook > docs/frister.md"


def test_every_rule_is_a_heading_once_and_in_the_table_once() -> None:
    headings = re.findall(r"^### (.+)$", page(), re.MULTILINE)
    assert sorted(headings) == sorted(RULES)
    overview = page().split("\n## Alla regler\n")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| \[(\w+)\]", overview, re.MULTILINE)) == sorted(RULES)
    every = re.findall(r"^#+ (.+)$", page(), re.MULTILINE)
    assert len(set(every)) == len(every)
    assert set(re.findall(r"\(#([^)]+)\)", page())) == {regel_id.lower() for regel_id in RULES}


def test_every_rule_stands_in_its_group() -> None:
    for group, (heading, _) in GROUPS.items():
        part = page().split(f"\n## {heading}\n")[1].split("\n## ")[0]
        for regel_id in re.findall(r"^### (.+)$", part, re.MULTILINE):
            row = RULES[regel_id]
            assert group == ("lokal" if row["kommun"] else row["slag"])


@pytest.mark.parametrize("regel_id", RULES)
def test_a_rule_is_whole(regel_id: str) -> None:
    rule, text = RULES[regel_id], section(regel_id)
    assert rule["fraga"] in text
    assert rule["raknas"] in text
    for column in ("start_handelse", "stopp_handelse", "upphor_handelse"):
        assert all(f"(`{code}`)" in text for code in rule[column].split("|") if code)
    extended = f"- Får förlängas: {rule['forlangning_skal']}." in text
    assert extended is (rule["forlangning_tillaten"] == "ja")
    assert ("LAG_RULLAD" in text) is (rule["rullas"] == "ja")
    assert ("DAGAR_120" in text) is (regel_id == "UTR_BARN")
    assert ("- En dag som rätten har satt gäller" in text) is (rule["frist_satt"] == "ja")
    assert not rule["alder_under"] or f"under {rule['alder_under']} år vid starten" in text
    for condition in seed("fristregler_villkor"):
        if condition["regel_id"] == regel_id:
            assert condition["forklaring"] in text
    versions = [v for v in VERSIONS if v["regel_id"] == regel_id]
    assert len(re.findall(r"^\| \d+ \|", text, re.MULTILINE)) == len(versions)
    for v in versions:
        (line,) = re.findall(rf"^\| {v['version']} \|.*$", text, re.MULTILINE)
        assert v["giltig_fran"] in line
        assert v["kalla"] in line
        assert f"{v['evidens']}: {EVIDENCE[v['evidens']]}" in line
        assert ("och inte hade förfallit" in text) or v["overgang"] == "behall" or v["version"] == "1"


def test_every_evidence_mark_is_explained() -> None:
    explained = page().split("\n## Evidensmärken\n")[1].split("\n## ")[0]
    assert dict(re.findall(r"^- \*\*(\w+)\*\*: (.+)\.$", explained, re.MULTILINE)) == EVIDENCE
    assert {v["evidens"] for v in VERSIONS} <= EVIDENCE.keys()


def test_every_event_and_subject_has_words() -> None:
    """A code without a word is shown as it is; none of those in the rules is."""
    for row in RULES.values():
        assert row["subjekt_typ"] in wording.SUBJECTS
        assert row["slag"] in wording.KINDS
        for code in "|".join((row["start_handelse"], row["stopp_handelse"], row["upphor_handelse"])).split(
            "|"
        ):
            known = (
                (row["subjekt_typ"], code) in wording.EVENTS,
                code in wording.OTHER_EVENTS,
                ("handelse", code) in CODES,
                ("overvagande_typ", code.removeprefix("overvagande_")) in CODES,
                not code,
            )
            assert any(known), (row["regel_id"], code)
    assert wording.event("vard", "hittills_okand", CODES) == "hittills_okand"


def test_every_reservation_is_printed() -> None:
    reserved = [v for v in VERSIONS if v["forbehall"]]
    assert reserved
    for v in reserved:
        assert f"**Förbehåll, version {v['version']}:** {v['forbehall']}\n" in section(v["regel_id"])
    assert page().count("**Förbehåll, version") == len(reserved)


@pytest.mark.parametrize("regel_id", RULES)
def test_the_examples_are_those_of_the_oracle(regel_id: str) -> None:
    newest = max((v for v in VERSIONS if v["regel_id"] == regel_id), key=lambda v: v["giltig_fran"])
    again = int(newest["langd"])
    first = int(newest["langd_forsta"] or again)
    examples = [match.groupdict() for match in EXAMPLE.finditer(section(regel_id))]
    labels = {e["label"] for e in examples}
    assert labels & {"Månadens slut", "Skottdagen"}
    assert labels >= {"Vanlig dag", "Slutar på julafton"}
    assert ("Nästa gång" in labels) is (first != again)
    for e in examples:
        start, last = date.fromisoformat(e["start"]), date.fromisoformat(e["last"])
        assert start >= date.fromisoformat(newest["giltig_fran"])
        nominal = lagg_till(start, again if e["label"] == "Nästa gång" else first, newest["enhet"])
        expected = {
            "LAG": nominal,
            "LAG_RULLAD": rulla(nominal, set(HOLIDAYS)),
            "DAGAR_120": start + timedelta(days=120),
        }
        assert last == expected[e["convention"]], e
        assert date.fromisoformat(e["after"]) == last + timedelta(days=1)
        reported = RULES[regel_id]["slag"] == "rapportering"
        assert (e["then"], e["late"]) == (
            ("rapporteras inte", "rapporteras") if reported else ("i tid", "för sent")
        )
        if e["label"] == "Slutar på julafton":
            assert HOLIDAYS[nominal] == "Julafton"
            assert e["convention"] != "LAG_RULLAD" or last > nominal


def test_lengths_in_words() -> None:
    assert wording.length(1, "dag") == "en dag"
    assert wording.length(14, "dag") == "14 dagar"
    assert wording.length(12, "manad") == "tolv månader"
    assert wording.lengths("aterkommande", 2, 1, "ar") == "första gången två år, sedan varje år"
    assert wording.lengths("aterkommande", None, 6, "manad") == "var sjätte månad"
    assert wording.lengths("lag", None, 4, "vecka") == "fyra veckor"


def test_free_days_in_words() -> None:
    assert wording.free_day(date(2025, 12, 24), "Julafton") == "julafton"
    assert wording.free_day(date(2025, 5, 29), "Kristi himmelsfärds dag") == "Kristi himmelsfärds dag"
    assert wording.free_day(date(2026, 11, 28), None) == "lördag"
