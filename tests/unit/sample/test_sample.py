"""The invented municipality: same seed, same bytes; nothing wrong in it but what the key lists."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.contracts import Column, Table, codes, tables
from pipelines.sample import HISTORY, KOMMUN, write

Line = dict[str, str]
SMALL = 0.02
MANDATORY = {name for name, t in tables().items() if t.always_delivered}
RULES = {
    "PERSONNUMMER",
    "DATUM_FORMAT",
    "DATUM_FRAMTID",
    "DATUM_ORDNING",
    "KOD_OKAND",
    "NYCKEL_DUBBLETT",
    "VARDE_SAKNAS",
    "TAL_FORMAT",
    "PERIOD_FORMAT",
    "FLAGGA",
    "RAD_FALT",
    "KOLUMN_OKAND",
}
"""What one row or its file shows. What several rows show is in test_sample_slips.py."""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write(folder, scale=SMALL)
    return folder


@pytest.fixture(scope="module")
def key(landing: Path) -> list[Line]:
    return read(landing.parent / "sample" / "planterade_fel.csv")


def read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def history(landing: Path, name: str) -> list[Line]:
    return read(landing / KOMMUN / HISTORY.isoformat() / f"{name}.csv")


def sound(landing: Path, key: list[Line], name: str) -> list[Line]:
    """The rows of the history load without the planted lines."""
    planted = {int(k["rad"]) for k in key if (k["leveransdatum"], k["tabell"]) == (HISTORY.isoformat(), name)}
    return [row for line, row in enumerate(history(landing, name), 2) if line not in planted]


# --- form ---


def test_same_seed_gives_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder, seed in zip(folders, (7, 7, 8), strict=True):
        write(folder / "landing", scale=0.01, seed=seed, nights=1)
    one, two, three = (
        {p.relative_to(f): p.read_bytes() for p in sorted(f.rglob("*")) if p.is_file()} for f in folders
    )
    assert one == two
    assert one != three


def test_deliveries_are_whole(landing: Path) -> None:
    deliveries = {f.name: {p.stem for p in f.glob("*.csv")} for f in (landing / KOMMUN).iterdir()}
    assert sorted(deliveries) == ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"]
    assert deliveries["2026-10-31"] == set(tables())
    assert all(delivered >= MANDATORY for delivered in deliveries.values())
    assert "enheter" in deliveries["2026-11-02"]
    assert "ekonomi" in deliveries["2026-11-03"]
    assert all((f / "KLAR").read_bytes() == b"" for f in (landing / KOMMUN).iterdir())


def test_write_returns_the_folders_and_refuses_nonsense(tmp_path: Path) -> None:
    told: list[str] = []
    folders = write(tmp_path / "landing", scale=0.01, nights=2, progress=told.append)
    assert [f.name for f in folders] == ["2026-10-31", "2026-11-01", "2026-11-02"]
    assert len(told) >= len(folders)
    with pytest.raises(ValueError, match="scale"):
        write(tmp_path / "landing", scale=0)


def test_headers_are_columns_of_the_contracts(landing: Path, key: list[Line]) -> None:
    unknown = {(k["leveransdatum"], k["tabell"], k["kolumn"]) for k in key if k["regel_id"] == "KOLUMN_OKAND"}
    for path in (landing / KOMMUN).glob("*/*.csv"):
        contract = tables()[path.stem]
        header = set(next(csv.reader(path.open(encoding="utf-8", newline=""))))
        extra = {(path.parent.name, path.stem, column) for column in header - set(contract.column)}
        assert extra <= unknown
        assert header >= {c.name for c in contract.columns if c.required}


def test_scale_multiplies_cases(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "landing", scale=3 * SMALL, nights=0)
    for name in ("aktualiseringar", "utredningar", "ekonomiskt_bistand", "ej_verkstallda_beslut"):
        ratio = len(history(tmp_path / "landing", name)) / len(history(landing, name))
        assert 2.4 < ratio < 3.6, name


@pytest.mark.parametrize("seed", range(2, 6))
def test_every_seed_works_at_the_smallest_scale(tmp_path: Path, seed: int) -> None:
    write(tmp_path / "landing", scale=0.01, seed=seed)
    for name in tables():
        assert len(history(tmp_path / "landing", name)) > 2, name


# --- errors ---


def faults(contract: Table, delivered: date, path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, column, rule) of everything in a file that the contract forbids, read from the file alone."""
    with path.open(encoding="utf-8", newline="") as f:
        header, *lines = csv.reader(f)
    known = contract.column
    for column in set(header) - set(known):
        yield 1, column, "KOLUMN_OKAND"
    seen: set[tuple[str, ...]] = set()
    for number, values in enumerate(lines, 2):
        if len(values) != len(header):
            yield number, "", "RAD_FALT"
            continue
        row = dict(zip(header, values, strict=True))
        for name, value in row.items():
            if name in known and (rule := fault(known[name], value, delivered)):
                yield number, name, rule
        for first, then in contract.order:
            both = day(row.get(first, "")), day(row.get(then, ""))
            if both[0] and both[1] and both[1] < both[0]:
                yield number, then, "DATUM_ORDNING"
        identity = tuple(row.get(column, "") for column in contract.key)
        if "rad_id" not in contract.key or row["rad_id"]:
            if identity in seen:
                yield number, "+".join(contract.key), "NYCKEL_DUBBLETT"
            seen.add(identity)


FORMS = {
    "kr": ("TAL_FORMAT", r"-?\d+(\.\d{1,2})?"),
    "number": ("TAL_FORMAT", r"-?\d+(\.\d{1,4})?"),
    "integer": ("TAL_FORMAT", r"-?\d+"),
    "flag": ("FLAGGA", "ja|nej"),
    "period": ("PERIOD_FORMAT", r"\d{4}(-((0[1-9]|1[0-3])(-R12)?|K[1-4]|T[1-3]|[DH][12]))?"),
}


def fault(column: Column, value: str, delivered: date) -> str | None:
    rule = None
    if not value:
        rule = "VARDE_SAKNAS" if column.required else None
    elif column.kind in FORMS:
        name, pattern = FORMS[column.kind]
        rule = None if re.fullmatch(pattern, value) else name
    elif column.kind == "code":
        rule = None if value in codes(column.code_list or "") else "KOD_OKAND"
    elif column.kind == "person":
        rule = None if is_personal_number(value) else "PERSONNUMMER"
    elif column.kind == "day":
        found = day(value)
        future = found is not None and found > delivered and not column.may_be_future
        rule = "DATUM_FRAMTID" if future else None if found else "DATUM_FORMAT"
    return rule


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_personal_number(text: str) -> bool:
    """An invented number: serial 980-999 and a right check digit, or one of the temporary forms."""
    if re.fullmatch(r"\d{8}-T(\d{3}|F\d{2})", text):
        return day(f"{text[:4]}-{text[4:6]}-{text[6:8]}") is not None
    if not re.fullmatch(r"\d{8}-9[89]\d\d", text):
        return False
    born = f"{text[:4]}-{text[4:6]}-{int(text[6:8]) - 60 * (text[6] > '3'):02d}"
    doubled = "".join(str(int(d) * (2 - i % 2)) for i, d in enumerate(text[2:8] + text[9:]))
    return day(born) is not None and sum(map(int, doubled)) % 10 == 0


def test_the_key_lists_every_fault_and_nothing_else(landing: Path, key: list[Line]) -> None:
    for folder in (landing / KOMMUN).iterdir():
        listed = {
            (k["tabell"], int(k["rad"]), k["kolumn"], k["regel_id"])
            for k in key
            if k["leveransdatum"] == folder.name and k["regel_id"] in RULES
        }
        found = {
            (path.stem, *one)
            for path in folder.glob("*.csv")
            for one in faults(tables()[path.stem], date.fromisoformat(folder.name), path)
        }
        assert found == listed


def test_every_kind_of_error_is_planted_and_few_rows_are(landing: Path, key: list[Line]) -> None:
    assert {k["regel_id"] for k in key if k["leveransdatum"] == HISTORY.isoformat()} >= RULES
    assert len({k["leveransdatum"] for k in key}) == 4
    rows = sum(len(read(path)) for path in (landing / KOMMUN).glob("*/*.csv"))
    assert len(key) < 0.002 * rows


# --- the nights ---


def test_nights_open_close_correct_and_remove(landing: Path) -> None:
    folders = sorted((landing / KOMMUN).iterdir())
    for before, after in pairwise(folders):
        old, new = (
            {(r["aktualisering_id"], r["personnummer"]): r for r in read(f / "aktualiseringar.csv")}
            for f in (before, after)
        )
        assert set(new) - set(old), "no new row"
        assert set(old) - set(new), "no removed row"
        added = [new[k] for k in set(new) - set(old)]
        assert any(r["inkommen"] < before.name and r["registrerad"] == after.name for r in added)
        cases = [
            {(r["utredning_id"], r["personnummer"]): r for r in read(f / "utredningar.csv")}
            for f in (before, after)
        ]
        changed = [(cases[0][i]["slutford"], cases[1][i]["slutford"]) for i in set(cases[0]) & set(cases[1])]
        assert any(not was and now == after.name for was, now in changed), "nothing closed"
        assert any(was and now and now < was for was, now in changed), "nothing dated back"
        lines = Counter((after / "aktualiseringar.csv").read_text("utf-8").splitlines())
        assert max(lines.values()) == 2, "no exact copy"


# --- content ---


def test_two_law_versions_and_the_changed_organisation(landing: Path, key: list[Line]) -> None:
    cases = [r for r in sound(landing, key, "utredningar") if r["typ"] == "barn_skydd_stod"]
    new_law = {r["inledd"] >= "2025-07-01" for r in cases if r["lagrum"].startswith("20 kap")}
    old_law = {r["inledd"] >= "2025-07-01" for r in cases if r["lagrum"].startswith("11 kap")}
    assert (new_law, old_law) == ({True}, {False})
    assert {r["lagrum"] for r in cases} >= {"20 kap. 3 § SoL", "11 kap. 2 § SoL", "11 kap 2 § SoL"}
    valid = {
        (u["enhet"]): (u["giltig_fran"], u["giltig_till"] or "9999") for u in history(landing, "enheter")
    }
    assert all(valid[r["enhet"]][0] <= r["inledd"] < valid[r["enhet"]][1] for r in cases)


def test_situations_that_reports_need_exist(landing: Path, key: list[Line]) -> None:
    decisions = sound(landing, key, "ej_verkstallda_beslut")
    waiting = [d for d in decisions if not d["verkstalld"] and not d["avslutad"] and d["utfall"] != "avslag"]
    assert any(d["beslutsdatum"] < "2026-07-01" for d in waiting)
    assert any(d["avbruten"] and not d["aterupptagen"] and not d["avslutad"] for d in decisions)
    assert {d["utfall"] for d in decisions} >= {"bifall", "avslag"}
    cases = sound(landing, key, "utredningar")
    assert any(not c["slutford"] and c["inledd"] < "2026-06-01" for c in cases)
    assert any(r["behovsprovad"] == "nej" and not r["personnummer"] for r in history(landing, "insatser"))
    events = {e["handelse"] for e in history(landing, "handelser")}
    assert events >= {
        "omhandertagen",
        "understalld",
        "ansokan_vard",
        "dom",
        "tackat_nej",
        "erbjudande",
        "besok",
    }
    numbers = {r["personnummer"][9:11] for r in sound(landing, key, "ekonomiskt_bistand")}
    assert any(n.startswith("T") for n in numbers)
    assert {r["typ"] for r in sound(landing, key, "overvaganden")} >= {"overvagande", "omprovning"}
    reports = Counter(r["anmalan_id"] for r in sound(landing, key, "aktualiseringar") if r["anmalan_id"])
    assert max(reports.values()) > 1


def test_references_lead_somewhere(landing: Path, key: list[Line]) -> None:
    placements = sound(landing, key, "placeringar")
    decisions = {r["beslut_id"] for r in history(landing, "ej_verkstallda_beslut")}
    cases = {r["utredning_id"] for r in history(landing, "utredningar")}
    assert {r["beslut_id"] for r in placements} <= decisions
    assert {r["utredning_id"] for r in placements} - {""} <= cases
    known = {r["placering_id"] for r in history(landing, "placeringar")}
    assert {r["placering_id"] for r in sound(landing, key, "ekonomi")} - {""} <= known
    assert {r["placering_id"] for r in sound(landing, key, "placering_perioder")} <= known
    subjects = {"placering": known, "vard": {r["vard_id"] for r in history(landing, "placeringar")}}
    reviews = sound(landing, key, "overvaganden")
    assert all(r["subjekt_id"] in subjects[r["subjekt_typ"]] for r in reviews)


def test_a_move_starts_the_day_the_placement_before_ended(landing: Path, key: list[Line]) -> None:
    cares: dict[str, list[Line]] = defaultdict(list)
    for row in history(landing, "placeringar"):
        cares[row["vard_id"]].append(row)
    right = sound(landing, key, "placeringar")
    moved = [c for vard, c in cares.items() if vard and len(c) > 1 and all(row in right for row in c)]
    assert moved
    assert all(a["slut"] == b["start"] for care in moved for a, b in pairwise(care))
    assert any(not row["vard_id"] for row in history(landing, "placeringar"))


def test_invoices_of_a_closed_placement_are_its_days_times_its_price(landing: Path, key: list[Line]) -> None:
    """Over-charges and their credit notes cancel out; the rest is days times price."""
    booked: Counter[str] = Counter()
    for row in sound(landing, key, "ekonomi"):
        if row["konto"] == "4531" and row["placering_id"]:
            booked[row["placering_id"]] += Decimal(row["belopp_kr"])
    closed = [
        row
        for row in sound(landing, key, "placeringar")
        if row["start"] >= "2017-01-01" and row["slut"] and row["dygnspris"] and row["placering_id"] in booked
    ]
    assert len(closed) > 20
    paid = [
        (date.fromisoformat(r["slut"]) - date.fromisoformat(r["start"])).days * Decimal(r["dygnspris"])
        for r in closed
    ]
    right = sum(booked[row["placering_id"]] == cost for row, cost in zip(closed, paid, strict=True))
    assert right >= len(closed) - 3, "but for planted lines"


TARGETS = {
    ("familjehem+jourhem+natverkshem", "barn"): 101,
    ("vardnadsoverflyttad", "barn"): 33,
    ("hvb+sis", "barn"): 23,
    ("bostad_sarskild_service+traningslagenhet", "vuxen_psykisk_funktionsnedsattning"): 96,
    ("hvb+lvm_hem", "vuxen_beroende"): 55,
    ("boende_utan_tillstand", "vuxen_beroende"): 18,
    ("skyddat_boende", "vuxen_vald"): 10,
}
"""Care days / 365 in a year, printed by a real municipality for 2020."""


def test_care_days_are_near_those_of_a_real_municipality(tmp_path: Path) -> None:
    scale = 0.2
    write(tmp_path / "landing", scale=scale, nights=0)
    rows = history(tmp_path / "landing", "placeringar")
    for (forms, malgrupp), target in TARGETS.items():
        first, last = date(2020, 1, 1), date(2026, 1, 1)
        days = 0
        for row in rows:
            counted = row["malgrupp"] == malgrupp and row["placeringsform"] in forms.split("+")
            if counted and row["ensamkommande"] != "ja" and row["medplacerad"] != "ja":
                start = max(first, date.fromisoformat(row["start"]))
                end = min(last, day(row["slut"]) or last)
                days += max(0, (end - start).days)
        tolerance = 0.4 if forms == "vardnadsoverflyttad" else 0.15  # a handful of children for many years
        assert days / 365 / 6 == pytest.approx(target * scale, rel=tolerance), forms
