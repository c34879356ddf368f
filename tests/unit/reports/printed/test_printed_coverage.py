"""Every indicator of the four documents is covered, or says why it is not."""

import csv
import re
from collections import Counter

import pytest

from pipelines.contracts import codes, tables
from pipelines.reports.printed.coverage import COVERAGE, DOCUMENTS, Row, page, printed
from pipelines.settings import ROOT, SEEDS

SECTIONS = {
    "botkyrka_2014": [f"2.{n}" for n in range(1, 13)],
    "botkyrka_2021": [f"2.{n}" for n in range(1, 13)],
    "harnosand_2025": [f"2.{n}" for n in range(1, 14)],
    "norrtalje_2024": [f"2{letter}" for letter in "ABCDEFGHIJKLM"],
}
"""The sub-sections of section 2 in the notes on each document (``domain/``)."""
FORMS = {
    ("botkyrka_2014", "kort"): 46,  # "23 kontrollmål och 46 indikatorer"
    ("botkyrka_2021", "delarsmatt"): 31,  # "31 mått: 16 have a delår-2 outcome, 14 per helår, 1 in delår 1"
    ("botkyrka_2021", "volym"): 18,  # 11 kinds of placement, boendestöd, IPS, 5 of financial assistance
    (
        "botkyrka_2021",
        "nyckeltal",
    ): 13,  # 11 costs per place, assistance per month twice
    ("harnosand_2025", "vp"): 23,  # "18 of the 23 VP indicators"
}
"""How many of a form the document has, as the notes count them."""
NORRTALJE = {"A": 14, "B": 19, "C": 9, "D": 3, "E": 10, "F": 15, "K": 7, "L": 11}
"""The notes number what Norrtälje prints: A1–A14 and so on."""
EXHIBITS = {
    ("figur", 5): 9,
    ("figur", 6): 18,
    ("figur", 7): 10,
    ("figur", 8): 8,
    ("figur", 9): 1,
    ("figur", 10): 6,
    ("figur", 14): 1,
    ("figur", 18): 2,
    ("tabell", 6): 6,
    ("tabell", 7): 6,
    ("tabell", 16): 1,
    ("tabell", 18): 1,
}
"""Norrtälje's exhibits by kind and chapter: 55 "Figur" and 14 "Tabell"."""
FORM_NAMES = {"kort", "delarsmatt", "volym", "nyckeltal", "ekonomi", "vp", "figur", "tabell", "lista"}
FORM_NAMES |= {"text", "saknas"}


def those(document: str) -> list[Row]:
    return [row for row in printed() if row["dokument"] == document]


def split(row: Row, column: str) -> list[str]:
    return [part for part in row[column].split("|") if part]


def named(column: str) -> set[str]:
    return {part for row in printed() for part in split(row, column)}


def test_the_committed_page_is_the_generated() -> None:
    committed = (ROOT / "docs" / "indikatorer_tackning.md").read_text(encoding="utf-8")
    made = "python -m pipelines.reports.printed.coverage > docs/indikatorer_tackning.md"
    assert committed == page(), made


def test_every_row_stands_on_the_page_once() -> None:
    lines = page().splitlines()
    for document, title in DOCUMENTS.items():
        begins = lines.index(f"## {title}") + 4
        shown = [line.split(" | ") for line in lines[begins : begins + len(those(document))]]
        assert [(line[0], line[3]) for line in shown] == [
            (f"| {row['nr']}", row["namn"]) for row in those(document)
        ]
        assert not lines[begins + len(shown)]


def test_the_sums_are_those_of_the_rows() -> None:
    of_all = Counter(row["tackning"] for row in printed())
    cells = " | ".join(str(n) for n in (len(printed()), *(of_all[kind] for kind in COVERAGE)))
    assert f"| **All** | {cells} |" in page()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_rows_are_numbered_and_no_section_is_silent(document: str) -> None:
    rows = those(document)
    assert [int(row["nr"]) for row in rows] == list(range(1, len(rows) + 1))
    assert list(dict.fromkeys(row["avsnitt"] for row in rows)) == SECTIONS[document]
    assert len({row["kod"] for row in rows}) == len(rows)


def test_as_many_as_the_documents_have() -> None:
    found = Counter((row["dokument"], row["form"]) for row in printed())
    assert {form: found[form] for form in FORMS} == FORMS
    assert {row["form"] for row in printed()} == FORM_NAMES


def test_every_number_of_norrtalje_stands_once() -> None:
    found = [row["kod"] for row in those("norrtalje_2024") if re.fullmatch(r"[A-Z]\d+", row["kod"])]
    assert sorted(found) == sorted(f"{k}{n}" for k, many in NORRTALJE.items() for n in range(1, many + 1))


def test_every_exhibit_of_norrtalje_is_answered() -> None:
    found = set()
    for row in those("norrtalje_2024"):
        for place in split(row, "plats"):
            if match := re.fullmatch(r"(figur|tabell) (\d+)\.(\d+)(?:–\d+\.(\d+))?", place):
                kind, chapter, first, last = match.groups()
                found |= {(kind, int(chapter), n) for n in range(int(first), int(last or first) + 1)}
    expected = {(kind, chapter, n) for (kind, chapter), many in EXHIBITS.items() for n in range(1, many + 1)}
    assert sum(EXHIBITS.values()) == 55 + 14
    assert found == expected


@pytest.mark.parametrize("row", printed(), ids=lambda row: f"{row['dokument']}-{row['nr']}")
def test_a_row_says_what_covers_it_or_why_nothing_does(row: Row) -> None:
    has = {column for column in ("indikator_id", "mart", "saknar", "anmarkning") if row[column]}
    assert row["indikator_id"] or not row["uppdelning"]
    needs, may = {
        "system": ({"indikator_id"}, {"mart", "anmarkning"}),
        "matt": ({"indikator_id"}, {"mart", "saknar", "anmarkning"}),
        "annan_mart": ({"mart"}, {"indikator_id", "anmarkning"}),
        "ej_producerbar": ({"saknar"}, {"indikator_id", "mart", "anmarkning"}),
        "utanfor": ({"anmarkning"}, set()),
    }[row["tackning"]]
    assert needs <= has <= needs | may


def test_what_is_missing_is_in_no_extract() -> None:
    """A column that the contract lacks, or a code that the column's list lacks."""
    assert named("saknar")
    for missing in named("saknar"):
        place, _, code = missing.partition("=")
        name, column = place.split(".")
        has = tables()[name].column
        if code:
            code_list = has[column].code_list
            assert code_list is None or code not in codes(code_list), missing
        else:
            assert column not in has, missing


def catalogue() -> dict[str, str]:
    """How every indicator is collected: by the system, by hand, by a survey."""
    with (SEEDS / "indikatorer.csv").open(encoding="utf-8", newline="") as f:
        return {row["indikator_id"]: row["insamling"] for row in csv.DictReader(f)}


def unbuilt() -> set[str]:
    """What the rows name and the house has not got; a breakdown is ``INDIKATOR/uppdelning``."""
    with (SEEDS / "indikator_uppdelningar.csv").open(encoding="utf-8", newline="") as f:
        breakdowns = {(row["indikator_id"], row["uppdelning"]) for row in csv.DictReader(f)}
    wanted = {
        f"{row['indikator_id']}/{u}"
        for row in printed()
        for u in split(row, "uppdelning")
        if not any((i, u) in breakdowns for i in split(row, "indikator_id"))
    }
    marts = {file.stem for file in (ROOT / "models").rglob("*.sql")}
    return wanted | (named("indikator_id") - catalogue().keys()) | (named("mart") - marts)


def test_everything_named_exists() -> None:
    assert unbuilt() == set()


def test_a_measure_by_hand_is_not_called_computed() -> None:
    """``matt`` is covered by hand alone, ``system`` by something else too."""
    collected = catalogue()
    for row in printed():
        ways = {collected.get(i) for i in split(row, "indikator_id")}
        if None not in ways and row["tackning"] in ("system", "matt"):
            assert ("system" in ways) == (row["tackning"] == "system"), row["kod"]
