"""Laws, sections and mappings: keys, validity, codes and references hold together."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import pairwise

import pytest
import yaml

from pipelines.contracts import codes
from pipelines.settings import SEEDS

Row = dict[str, str]

KEYS: dict[str, list[str]] = {
    s["name"]: s["config"]["meta"]["nyckel"]
    for s in yaml.safe_load((SEEDS / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
}
CODED = {
    "lagrum": {"lagrumsgrupp": "lagrumsgrupp"},
    "placeringsformer": {"placeringsform": "placeringsform", "kostnadsgrupp": "kostnadsgrupp"},
    "debiteringsregler": {"debiteringsregel": "debiteringsregel", "evidens": "evidens"},
    "fordelningsnycklar": {
        "kostnadsgrupp": "kostnadsgrupp",
        "malgrupp": "malgrupp_placering",
        "regi": "regi",
        "lagrumsgrupp": "lagrumsgrupp",
    },
    "kontomappning": {
        "kostnadsgrupp": "kostnadsgrupp",
        "malgrupp": "malgrupp_placering",
        "regi": "regi",
        "lagrumsgrupp": "lagrumsgrupp",
    },
    "insats_slutorsaker": {"slutorsak": "insats_slutorsak"},
    "kostnadsutveckling_rader": {"tabell": "kostnadstabell"},
    "kostnadsutveckling_seriebrott": {"tabell": "kostnadstabell"},
}
CLOSED = {
    "helgdagar": {"slag": {"helgdag", "afton"}},
    "lagrum": {"gynnande_beslut": {"ja", "nej"}},
    "kommuner": {"gallringsundantag": {"ja", "nej"}},
    "placeringsformer": {"ar_vard": {"ja", "nej"}, "overvagande": {"ja", "nej"}},
    "kontomappning": {"fordelning": {"direkt", "placering_id", "nyckel", "ofordelad"}},
}
NEW_SOL = "2025-07-01"


def seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def valid_on(row: Row, day: str) -> bool:
    """Half-open: the last day is the one before giltig_till."""
    return row["giltig_fran"] <= day < (row["giltig_till"] or "9999-12-31")


@pytest.mark.parametrize("name", KEYS)
def test_key_is_unique_and_filled(name: str) -> None:
    keys = [tuple(row[c] for c in KEYS[name]) for row in seed(name)]
    assert keys
    assert len(set(keys)) == len(keys)
    assert all(all(k) for k in keys)


@pytest.mark.parametrize("name", KEYS)
def test_cells_are_clean(name: str) -> None:
    rows = seed(name)
    for row in rows:
        assert None not in row, "more cells than columns"
        assert all(v is not None and v == v.strip() for v in row.values()), row
        for column in ("giltig_fran", "giltig_till", "datum"):
            if row.get(column):
                date.fromisoformat(row[column])


@pytest.mark.parametrize(
    "name",
    [
        *("lagar", "lagrum", "placeringsformer", "kontomappning", "fordelningsnycklar"),
        "kostnadsutveckling_rader",
    ],
)
def test_validity_runs_forward(name: str) -> None:
    for row in seed(name):
        assert row["giltig_fran"]
        assert not row["giltig_till"] or row["giltig_fran"] < row["giltig_till"], row


@pytest.mark.parametrize(("name", "column"), [(n, c) for n, columns in CODED.items() for c in columns])
def test_codes_are_in_koder(name: str, column: str) -> None:
    assert {row[column] for row in seed(name)} - {""} <= set(codes(CODED[name][column]))


@pytest.mark.parametrize(("name", "column"), [(n, c) for n, columns in CLOSED.items() for c in columns])
def test_closed_values(name: str, column: str) -> None:
    assert {row[column] for row in seed(name)} == CLOSED[name][column]


# --- lagar and lagrum -----------------------------------------------------------------------------------


def test_lagrum_id_is_made_of_its_parts() -> None:
    for row in seed("lagrum"):
        parts = [row["lag_kod"], row["kapitel"], row["paragraf"], row["punkt"]]
        assert row["lagrum_id"] == "-".join(p.replace(" ", "") for p in parts if p)


def test_only_acts_with_chapters_have_them() -> None:
    with_chapters = {row["lag_kod"] for row in seed("lagrum") if row["kapitel"]}
    without = {row["lag_kod"] for row in seed("lagrum") if not row["kapitel"]}
    assert with_chapters == {"SOL2001", "SOL2025", "LSB", "FB"}
    assert without == {"LVU", "LVM", "LSS", "FL"}


def test_a_section_lives_inside_its_act() -> None:
    acts = {row["lag_kod"]: row for row in seed("lagar")}
    for row in seed("lagrum"):
        act = acts[row["lag_kod"]]
        assert act["giltig_fran"] <= row["giltig_fran"], row["lagrum_id"]
        assert row["giltig_till"] == act["giltig_till"], row["lagrum_id"]


def test_the_two_sol_meet_without_gap() -> None:
    acts = {row["lag_kod"]: row for row in seed("lagar")}
    assert acts["SOL2001"]["giltig_till"] == acts["SOL2025"]["giltig_fran"] == NEW_SOL
    assert [a["lag_kod"] for a in acts.values() if valid_on(a, "2025-06-30")].count("SOL2025") == 0


def test_every_old_section_has_a_successor_in_the_new_act() -> None:
    by_id = {row["lagrum_id"]: row for row in seed("lagrum")}
    for row in by_id.values():
        if row["lag_kod"] == "SOL2001":
            assert by_id[row["efterfoljare"]]["lag_kod"] == "SOL2025", row["lagrum_id"]
        else:
            assert not row["efterfoljare"], row["lagrum_id"]


def test_the_sections_of_decisions_are_known_and_of_their_kind() -> None:
    """Sections, kinds and types are those of the other seeds; a type always has a section in force."""
    laws = {row["lagrum_id"]: row for row in seed("lagrum")}
    kinds = {row["slag"]: row for row in seed("delegation_slag")}
    assert kinds.keys() >= {row["slag"] for row in seed("delegation_lagrum")}
    days = defaultdict(list)
    for row in seed("delegation_lagrum"):
        assert row["typ"] in {"*", *codes(kinds[row["slag"]]["typ_kodlista"])}
        assert row["evidens"] in codes("evidens")
        section = laws[row["lagrum_id"]]
        assert row["lagrumsgrupp"] in {"*", section["lagrumsgrupp"]}
        if row["efterfoljare"]:
            assert laws[row["efterfoljare"]]["lag_kod"] == "SOL2025" and section["lag_kod"] == "SOL2001"
        else:
            days[row["slag"], row["typ"], row["lagrumsgrupp"]].append(section)
    for sections in days.values():
        for day in ("2024-05-01", "2025-06-30", NEW_SOL, "2026-11-01"):
            assert any(valid_on(section, day) for section in sections), sections


CROSSWALK = """
1:2>3:1 3:3>5:1 3:6a>21:1 3:6b>13:7 4:1>11:1 4:3>12:7 4:2>11:4 2:7>10:8 2a:10>29:10 2a:11>29:11 6:1>9:1
6:5>22:1 6:6>22:2 6:6b>22:3 6:7>22:8 6:7b>22:11 6:7c>22:12 6:8>22:13 6:8a>22:16 6:8b>22:14 6:11>22:15
11:1>14:2 11:1a>20:2 11:2>20:3 11:3>9:12 11:4a>23:1 11:4b>23:2 11:4c>23:5 11:5>14:3 11:6>14:6 12:1>16:1
12:2>16:2 12:5>15:2 12:6>15:3 14:1>19:1 14:1b>19:6 14:1c>19:4 14:3>27:2 14:6>27:5 14:7>27:6 16:3>35:5
16:6a>34:5 16:6e>34:10 16:6f>34:1 16:6g>34:2 16:6h>34:3 16:6i>34:4 10:4>30:6 5:1b>18:8 6:12a>24:3 6:14>24:5
"""


@pytest.mark.parametrize("step", CROSSWALK.split())
def test_crosswalk(step: str) -> None:
    old, new = (ref.replace(":", "-") for ref in step.split(">"))
    by_id = {row["lagrum_id"]: row for row in seed("lagrum")}
    assert by_id[f"SOL2001-{old}"]["efterfoljare"] == f"SOL2025-{new}"


@pytest.mark.parametrize(
    ("lagrum_id", "giltig_fran"),
    [
        ("SOL2001-11-1a", "2013-01-01"),
        ("SOL2001-6-8b", "2022-07-01"),
        ("SOL2025-19-6", "2026-01-01"),
        ("SOL2001-16-6f", "2006-07-01"),
        ("LSS-28f", "2008-07-01"),
        ("LVU-21c", "2022-07-01"),
        ("LSB-5-3", "2024-04-01"),
    ],
)
def test_sections_with_a_known_later_start(lagrum_id: str, giltig_fran: str) -> None:
    assert {row["lagrum_id"]: row["giltig_fran"] for row in seed("lagrum")}[lagrum_id] == giltig_fran


def test_decisions_that_are_reported_as_unexecuted() -> None:
    assert {row["lagrum_id"] for row in seed("lagrum") if row["gynnande_beslut"] == "ja"} == {
        "SOL2001-4-1",
        "SOL2025-11-1",
        "SOL2025-12-1",
        "LSS-9",
        *(f"LSS-9-{punkt}" for punkt in range(1, 11)),
    }


# --- kommuner and rapportomgångar -----------------------------------------------------------------------


def test_290_municipalities_and_one_invented() -> None:
    kommuner = {row["kommun"]: row for row in seed("kommuner")}
    assert kommuner.pop("9901")["namn"] == "Sampelstad"
    assert len(kommuner) == 290
    assert len({row["namn"] for row in kommuner.values()}) == 290
    assert len({row["lan_kod"] for row in kommuner.values()}) == 21
    assert len({(row["lan_kod"], row["lan"]) for row in kommuner.values()}) == 21
    assert all(len(k) == 4 and k.isdigit() and k[:2] == row["lan_kod"] for k, row in kommuner.items())


@pytest.mark.parametrize(
    ("kommun", "namn", "undantag"),
    [
        ("0127", "Botkyrka", "nej"),
        ("0180", "Stockholm", "nej"),
        ("0188", "Norrtälje", "nej"),
        ("0580", "Linköping", "ja"),
        ("0980", "Gotland", "ja"),
        ("1280", "Malmö", "nej"),
        ("1480", "Göteborg", "ja"),
        ("1481", "Mölndal", "nej"),
        ("2280", "Härnösand", "ja"),
    ],
)
def test_known_municipalities(kommun: str, namn: str, undantag: str) -> None:
    row = next(row for row in seed("kommuner") if row["kommun"] == kommun)
    assert (row["namn"], row["gallringsundantag"]) == (namn, undantag)


def test_research_sample_is_three_counties_and_goteborg() -> None:
    sample = {row["kommun"] for row in seed("kommuner") if row["gallringsundantag"] == "ja"}
    assert {k[:2] for k in sample - {"1480"}} == {"05", "09", "22"}
    assert len(sample) == 13 + 1 + 7 + 1


def test_reporting_rounds() -> None:
    kommuner = {row["kommun"] for row in seed("kommuner")}
    for row in seed("rapportomgangar"):
        assert row["kommun"] in kommuner
        assert row["kvartal"][4:6] == "-K"
        assert row["foregaende_brytdatum"] < row["brytdatum"]


# --- bands ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indelning", ["standard", "socialstyrelsen", "sammanbrott"])
def test_age_bands_meet(indelning: str) -> None:
    """Both bounds are inclusive whole years."""
    bands = [row for row in seed("aldersgrupper") if row["indelning"] == indelning]
    assert bands == sorted(bands, key=lambda row: int(row["ordning"]))
    assert bands[0]["fran_alder"] == "0"
    for below, above in pairwise(bands):
        assert int(below["till_alder"]) + 1 == int(above["fran_alder"])
    assert bands[-1]["till_alder"] == {"socialstyrelsen": "20"}.get(indelning, "")


def test_waiting_bands_meet() -> None:
    """Whole months, half-open: 3-6 is at least 3 and less than 7, so that 6 months and 29 days is in it."""
    bands = seed("vantetidsband")
    assert bands == sorted(bands, key=lambda row: int(row["ordning"]))
    assert bands[0]["fran_manader"] == "3"
    assert bands[-1]["till_manader"] == ""
    for below, above in pairwise(bands):
        assert below["till_manader"] == above["fran_manader"]
        assert below["band"] == f"{below['fran_manader']}-{int(below['till_manader']) - 1}"


# --- placeringsformer -----------------------------------------------------------------------------------


def test_every_placement_form_is_covered_without_gap_or_overlap() -> None:
    by_form: dict[str, list[Row]] = defaultdict(list)
    for row in seed("placeringsformer"):
        by_form[row["placeringsform"]].append(row)
    assert set(by_form) == set(codes("placeringsform"))
    for rows in by_form.values():
        rows.sort(key=lambda row: row["giltig_fran"])
        assert rows[0]["giltig_fran"] == "1982-01-01"
        assert rows[-1]["giltig_till"] == ""
        for before, after in pairwise(rows):
            assert before["giltig_till"] == after["giltig_fran"]


@pytest.mark.parametrize("day", ["2015-06-30", "2019-12-31", "2020-01-01", "2024-03-31", "2024-04-01"])
def test_double_days_have_one_winner_and_care_wins(day: str) -> None:
    valid = [row for row in seed("placeringsformer") if valid_on(row, day)]
    order = [int(row["ordning_dubbelt_dygn"]) for row in valid]
    assert len(set(order)) == len(order)
    care: dict[str, list[int]] = {"ja": [], "nej": []}
    for row in valid:
        care[row["ar_vard"]].append(int(row["ordning_dubbelt_dygn"]))
    assert max(care["ja"]) < min(care["nej"])


def test_only_care_has_a_review_clock() -> None:
    assert all(row["ar_vard"] == "ja" for row in seed("placeringsformer") if row["overvagande"] == "ja")


@pytest.mark.parametrize(
    ("form", "day", "kostnadsgrupp", "overvagande"),
    [
        ("vardnadsoverflyttad", "2019-12-31", "familjehem", "nej"),
        ("vardnadsoverflyttad", "2020-01-01", "vardnadsoverflyttad", "nej"),
        ("skyddat_boende", "2024-03-31", "skyddat_boende", "nej"),
        ("skyddat_boende", "2024-04-01", "skyddat_boende", "ja"),
    ],
)
def test_series_breaks(form: str, day: str, kostnadsgrupp: str, overvagande: str) -> None:
    (row,) = (r for r in seed("placeringsformer") if r["placeringsform"] == form and valid_on(r, day))
    assert (row["kostnadsgrupp"], row["overvagande"]) == (kostnadsgrupp, overvagande)


# --- kontomappning --------------------------------------------------------------------------------------


def mapped(kommun: str, verksamhet: str, day: str, konto: str = "455100", motpart: str = "871") -> Row:
    """The row that wins for an account string; fails when two rows tie for it."""
    hits = [
        row
        for row in seed("kontomappning")
        if fnmatchcase(kommun, row["kommun"])
        and fnmatchcase(verksamhet, row["verksamhet_monster"])
        and fnmatchcase(konto, row["konto_monster"])
        and fnmatchcase(motpart, row["motpart_monster"])
        and valid_on(row, day)
    ]
    hits.sort(key=lambda row: int(row["prioritet"]))
    assert len({row["prioritet"] for row in hits}) == len(hits), (kommun, verksamhet, day)
    return hits[0]


VERKSAMHETER = sorted({row["verksamhet_monster"].replace("*", "000000") for row in seed("kontomappning")})


@pytest.mark.parametrize("verksamhet", VERKSAMHETER)
@pytest.mark.parametrize("kommun", ["9901", "0127"])
def test_every_account_has_one_cost_group_on_every_day(kommun: str, verksamhet: str) -> None:
    for day in ("2000-01-01", "2019-12-31", "2020-01-01", "2025-12-31"):
        row = mapped(kommun, verksamhet, day)
        assert (row["kommun"] == kommun) or row["kostnadsgrupp"] == "ofordelad"


def test_unallocated_is_said_twice_or_not_at_all() -> None:
    for row in seed("kontomappning"):
        assert (row["kostnadsgrupp"] == "ofordelad") == (row["fordelning"] == "ofordelad")
        assert bool(row["malgrupp"]) == (row["fordelning"] in {"direkt", "placering_id"})


def test_a_key_shares_everything_once() -> None:
    """Fixed shares are one together on every day; a key without shares has none. Each is used, and known."""
    keys: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in seed("fordelningsnycklar"):
        keys[row["nyckel_id"], row["giltig_fran"], row["giltig_till"]].append(row["andel"])
    for shares in keys.values():
        assert sum(map(Decimal, shares)) == 1 if all(shares) else not any(shares)
    for nyckel_id in {name for name, *_ in keys}:
        spans = sorted((fran, till) for name, fran, till in keys if name == nyckel_id)
        assert all(till == following for (_, till), (following, _) in pairwise(spans))
        assert not spans[-1][1]
    used = {row["nyckel_id"] for row in seed("kontomappning") if row["fordelning"] == "nyckel"}
    assert used == {name for name, *_ in keys}
    assert not any(row["nyckel_id"] for row in seed("kontomappning") if row["fordelning"] != "nyckel")


def test_shared_account_leaves_the_law_to_the_placement() -> None:
    shared = [row for row in seed("kontomappning") if row["fordelning"] == "placering_id"]
    assert [row["verksamhet_monster"] for row in shared] == ["554300"]
    assert all(not row["lagrumsgrupp"] for row in shared)


@pytest.mark.parametrize(
    ("verksamhet", "day", "expected"),
    [
        ("554100", "2025-10-01", ("institution", "barn", "", "sol")),
        ("554200", "2025-10-01", ("institution", "barn", "", "lvu")),
        ("552200", "2025-10-01", ("institution", "vuxen_beroende", "", "lvm")),
        ("556100", "2025-10-01", ("boende", "vuxen_psykisk_funktionsnedsattning", "egen", "")),
        ("556200", "2025-10-01", ("boende", "vuxen_psykisk_funktionsnedsattning", "privat", "")),
        ("557110", "2019-12-01", ("familjehem", "barn", "", "")),
        ("557110", "2020-01-01", ("vardnadsoverflyttad", "barn", "", "")),
        ("575100", "2025-10-01", ("ofordelad", "", "", "")),
        ("999999", "2025-10-01", ("ofordelad", "", "", "")),
    ],
)
def test_sample_accounts(verksamhet: str, day: str, expected: tuple[str, ...]) -> None:
    row = mapped("9901", verksamhet, day)
    assert tuple(row[c] for c in ("kostnadsgrupp", "malgrupp", "regi", "lagrumsgrupp")) == expected


def test_sample_accounts_reach_every_placement_form() -> None:
    groups = {row["kostnadsgrupp"] for row in seed("kontomappning") if row["kommun"] == "9901"}
    assert {row["kostnadsgrupp"] for row in seed("placeringsformer")} <= groups


# --- kostnadsutveckling ---------------------------------------------------------------------------------


def test_the_order_of_a_cost_table_is_said_once_and_the_sum_is_no_row() -> None:
    """The first row whose wildcards fit takes an account, so two rows of a table never share a place."""
    rows = seed("kostnadsutveckling_rader")
    places = [(r["kommun"], r["tabell"], r["giltig_fran"], r["ordning"]) for r in rows]
    assert len(set(places)) == len(places)
    assert "totalt" not in {r["rad"] for r in rows}


def test_a_row_that_takes_the_rest_is_tried_last() -> None:
    last: dict[tuple[str, str], int] = defaultdict(int)
    rows = seed("kostnadsutveckling_rader")
    for row in rows:
        if row["rad"] not in {"ovrig", "intakt"}:
            table = row["kommun"], row["tabell"]
            last[table] = max(last[table], int(row["ordning"]))
    rest = [row for row in rows if row["rad"] in {"ovrig", "intakt"}]
    assert all(int(row["ordning"]) > last[row["kommun"], row["tabell"]] > 0 for row in rest)


def test_a_series_break_is_of_a_row_or_of_the_sum() -> None:
    rows = {(r["kommun"], r["tabell"], r["rad"]) for r in seed("kostnadsutveckling_rader")}
    sums = {(kommun, tabell, "totalt") for kommun, tabell, _ in rows}
    for row in seed("kostnadsutveckling_seriebrott"):
        assert (row["kommun"], row["tabell"], row["rad"]) in rows | sums
        date.fromisoformat(row["fran"])
        assert row["text"].endswith(".")


@pytest.mark.parametrize(
    ("konto", "verksamhet", "motpart", "expected"),
    [
        ("HVB", "okand", "170", ("institution", "egen")),
        ("HVB", "okand", "816", ("institution", "sis")),
        ("HVB", "okand", "899", ("ofordelad", "")),
        ("Familjehem egna", "557100", "", ("familjehem", "")),
        ("Familjehem egna", "557110", "", ("vardnadsoverflyttad", "")),
        ("Familjehem egna", "557120", "", ("ofordelad", "")),
        ("Konsulentstödda familjehem", "okand", "", ("konsulentstott_familjehem", "")),
    ],
)
def test_printed_accounts_of_harnosand(
    konto: str, verksamhet: str, motpart: str, expected: tuple[str, str]
) -> None:
    row = mapped("2280", verksamhet, "2025-10-31", konto, motpart)
    assert (row["kostnadsgrupp"], row["regi"]) == expected


# --- slutorsaker and placering_kontroller ---------------------------------------------------------------


def test_every_way_to_end_a_placement_is_judged() -> None:
    """A breakdown is among those that could have been one; a custody transfer is care that goes on."""
    rows = {row["slutorsak"]: (row["ar_matt"], row["ar_sammanbrott"]) for row in seed("slutorsaker")}
    assert set(rows) == set(codes("slutorsak_placering"))
    assert {reason for reason, judged in rows.items() if judged[1] == "ja"} == {"sammanbrott"}
    assert {reason for reason, judged in rows.items() if judged[0] == "nej"} == {"vardnadsoverflyttning"}
    assert set(rows.values()) <= {("ja", "ja"), ("ja", "nej"), ("nej", "nej")}


def test_limits_of_the_placement_checks_are_days_in_order() -> None:
    for row in seed("placering_kontroller"):
        least, most = (int(row[c] or fallback) for c, fallback in (("minst_dagar", 0), ("hogst_dagar", 9999)))
        assert 0 <= least <= most
